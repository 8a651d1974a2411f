#include "spawn.h"

uv_process_t child;
uv_process_options_t child_options;
uv_stdio_container_t child_stdio[MAX_STDIO];

int exits;
int64_t exit_status;
int term_signal;
int closes;
char output[2048];
size_t output_size;

static char* arguments[4];
static uv_write_t write_req;

void on_exit_close(uv_process_t* process, int64_t status, int signum) {
  exits++;
  exit_status = status;
  term_signal = signum;
  uv_close((uv_handle_t*) process, on_close);
}

void fail_on_exit(uv_process_t* process, int64_t status, int signum) {
  (void) process;
  FAIL("a process that never began ended: %d, %d", (int) status, signum);
}

void on_close(uv_handle_t* handle) {
  (void) handle;
  closes++;
}

void prepare_child_with(const char* helper, const char* argument) {
  arguments[0] = (char*) test_exepath();
  arguments[1] = (char*) helper;
  arguments[2] = (char*) argument;
  arguments[3] = NULL;
  memset(&child_options, 0, sizeof(child_options));
  child_options.file = test_exepath();
  child_options.args = arguments;
  child_options.exit_cb = on_exit_close;
  exit_status = -1;
  term_signal = -1;
}

void prepare_child(const char* helper) {
  prepare_child_with(helper, NULL);
}

static uv_stdio_container_t* next_stdio(uv_stdio_flags flags) {
  uv_stdio_container_t* slot = &child_stdio[child_options.stdio_count];
  CHECK_LT(child_options.stdio_count, MAX_STDIO);
  child_options.stdio_count++;
  child_options.stdio = child_stdio;
  memset(slot, 0, sizeof(*slot));
  slot->flags = flags;
  return slot;
}

void stdio_ignore(void) {
  next_stdio(UV_IGNORE);
}

void stdio_fd(int fd) {
  next_stdio(UV_INHERIT_FD)->data.fd = fd;
}

void stdio_stream(uv_stream_t* stream) {
  next_stdio(UV_INHERIT_STREAM)->data.stream = stream;
}

void stdio_pipe(uv_pipe_t* pipe, unsigned flags) {
  CHECK_OK(uv_pipe_init(uv_default_loop(), pipe, 0));
  next_stdio((uv_stdio_flags) (UV_CREATE_PIPE | flags))->data.stream =
      (uv_stream_t*) pipe;
}

void spawn_child(void) {
  CHECK_OK(uv_spawn(uv_default_loop(), &child, &child_options));
  CHECK_GT(uv_process_get_pid(&child), 0);
}

void run_to_exit(int64_t status) {
  run_dry();
  CHECK_EQ(exits, 1);
  CHECK_EQ(exit_status, status);
  CHECK_EQ(term_signal, 0);
}

static void into_output(uv_handle_t* handle, size_t suggested, uv_buf_t* buf) {
  (void) handle;
  (void) suggested;
  buf->base = output + output_size;
  buf->len = sizeof(output) - 1 - output_size;
}

static void on_output(uv_stream_t* stream, ssize_t size, const uv_buf_t* buf) {
  (void) buf;
  if (size >= 0) {
    output_size += (size_t) size;
  } else {
    CHECK_EQ(size, UV_EOF);
    uv_close((uv_handle_t*) stream, on_close);
  }
  output[output_size] = '\0';
}

void read_output(uv_stream_t* stream) {
  CHECK_OK(uv_read_start(stream, into_output, on_output));
}

void spawn_and_expect(const char* text) {
  uv_pipe_t out;
  stdio_pipe(&out, UV_WRITABLE_PIPE);
  spawn_child();
  read_output((uv_stream_t*) &out);
  run_to_exit(1);
  CHECK_EQ(closes, 2);
  CHECK_STR_EQ(output, text);
}

static void on_written(uv_write_t* req, int status) {
  CHECK_OK(status);
  uv_close((uv_handle_t*) req->handle, on_close);
}

void write_and_close(uv_stream_t* stream, const void* data, size_t size) {
  uv_buf_t buf = uv_buf_init((char*) data, (unsigned) size);
  CHECK_OK(uv_write(&write_req, stream, &buf, 1, on_written));
}
