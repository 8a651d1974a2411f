/* A child with pipes for its input and output, and its echo. */
#include "../torture.h"

static uv_process_t process;
static uv_pipe_t input, output;
static uv_write_t req;
static uv_shutdown_t shut;
static int exits;
static size_t came_back;
static char data[20000];

static void on_exit_(uv_process_t* handle, int64_t status, int signum) {
  must(exits++ == 0);
  usually(status == 0 && signum == 0);
  close_it(handle);
}

static void on_written(uv_write_t* done, int status) {
  told(done);
  (void) bad(status);
}

static void on_shut(uv_shutdown_t* done, int status) {
  told(done);
  if (!bad(status))
    close_it(&input);
}

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got > 0)
    came_back += (size_t) got;
  else if (got == UV_EOF)
    close_it(stream);
  else if (got < 0)
    (void) bad(got);
}

SCENARIO(spawn_stdio) {
  char* args[] = { program_path, "cat", NULL };
  uv_stdio_container_t stdio[4];
  uv_process_options_t options;
  uv_buf_t buf = uv_buf_init(data, sizeof(data));
  memset(&options, 0, sizeof(options));
  options.file = program_path;
  options.args = args;
  options.exit_cb = on_exit_;
  options.stdio = stdio;
  options.stdio_count = 4;
  stdio[0].flags = UV_CREATE_PIPE | UV_READABLE_PIPE;
  stdio[0].data.stream = (uv_stream_t*) &input;
  stdio[1].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
  stdio[1].data.stream = (uv_stream_t*) &output;
  stdio[2].flags = UV_INHERIT_FD;
  stdio[2].data.fd = 2;
  stdio[3].flags = UV_IGNORE;
  if (bad(uv_pipe_init(loop, &input, 0)) ||
      bad(uv_pipe_init(loop, &output, 0)))
    return;
  if (bad(uv_spawn(loop, &process, &options))) {
    close_it(&process);
    return;
  }
  if (asked(&req, uv_write(&req, (uv_stream_t*) &input, &buf, 1, on_written)) ||
      asked(&shut, uv_shutdown(&shut, (uv_stream_t*) &input, on_shut)) ||
      bad(uv_read_start((uv_stream_t*) &output, alloc_static, on_read))) {
    run();
    return;
  }
  run();
  must(exits == 1);
  usually(came_back == sizeof(data));
}
