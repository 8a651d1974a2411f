/* Children: cat, with an exit status. */
#include "soak.h"

#include <unistd.h>

#define CHILDREN 3

typedef struct {
  uv_process_t process;
  uv_pipe_t in, out;
  uv_write_t write;
  uv_shutdown_t shutdown;
  uint64_t key;
  size_t size, got;
  int rest; /* handles to be closed */
  int code;
  char* bytes;
  char buffer[65536];
} child_t;

static void spawn(void);

static void on_child_closed(uv_handle_t* handle) {
  child_t* child = handle->data;
  if (--child->rest > 0)
    return;
  EXPECT(CHILD, child->got == child->size);
  table[CHILD].done++;
  free(child->bytes);
  free(child);
  busy--;
  if (!is_draining)
    spawn();
}

static void on_child_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  child_t* child = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(child->buffer, sizeof(child->buffer));
}

static void on_child_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  child_t* child = stream->data;
  if (nread > 0) {
    EXPECT(CHILD, is_right(child->key, child->got, buffer->base, (size_t) nread));
    child->got += (size_t) nread;
    table[CHILD].bytes += (uint64_t) nread;
  } else if (nread < 0) {
    EXPECT(CHILD, nread == UV_EOF);
    uv_close((uv_handle_t*) stream, on_child_closed);
  }
}

static void on_child_shut(uv_shutdown_t* request, int status) {
  EXPECT(CHILD, status == 0);
  uv_close((uv_handle_t*) request->handle, on_child_closed);
}

static void on_child_written(uv_write_t* request, int status) {
  (void) request;
  EXPECT(CHILD, status == 0);
}

static void on_child_exit(uv_process_t* process, int64_t status, int signum) {
  child_t* child = process->data;
  EXPECT(CHILD, status == child->code && signum == 0);
  uv_close((uv_handle_t*) process, on_child_closed);
}

static void spawn(void) {
  child_t* child = allocate(sizeof(*child));
  uv_process_options_t options;
  uv_stdio_container_t stdio[3];
  char code[8];
  char* arguments[] = {(char*) own_path, "child", code, NULL};
  uv_buf_t buffer;

  memset(&options, 0, sizeof(options));
  child->code = (int) below(200);
  child->key = mix(++chance);
  child->size = 1 + below(LONGEST);
  child->rest = 3;
  snprintf(code, sizeof(code), "%d", child->code);
  MUST(uv_pipe_init(&loop, &child->in, 0));
  MUST(uv_pipe_init(&loop, &child->out, 0));
  child->process.data = child->in.data = child->out.data = child;
  stdio[0].flags = UV_CREATE_PIPE | UV_READABLE_PIPE;
  stdio[0].data.stream = (uv_stream_t*) &child->in;
  stdio[1].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
  stdio[1].data.stream = (uv_stream_t*) &child->out;
  stdio[2].flags = UV_INHERIT_FD;
  stdio[2].data.fd = 2;
  options.file = own_path;
  options.args = arguments;
  options.stdio = stdio;
  options.stdio_count = 3;
  options.exit_cb = on_child_exit;
  busy++;
  MUST(uv_spawn(&loop, &child->process, &options));
  child->process.data = child;
  child->bytes = allocate(child->size);
  fill(child->key, 0, child->bytes, child->size);
  buffer = uv_buf_init(child->bytes, (unsigned int) child->size);
  MUST(uv_write(&child->write, (uv_stream_t*) &child->in, &buffer, 1, on_child_written));
  MUST(uv_shutdown(&child->shutdown, (uv_stream_t*) &child->in, on_child_shut));
  MUST(uv_read_start((uv_stream_t*) &child->out, on_child_alloc, on_child_read));
}

int be_child(const char* code) {
  char bytes[65536];
  ssize_t count, done, n;
  while ((count = read(0, bytes, sizeof(bytes))) > 0)
    for (done = 0; done < count; done += n)
      if ((n = write(1, bytes + done, (size_t) (count - done))) <= 0)
        return 250;
  return atoi(code);
}

void begin_children(void) {
  int i;
  for (i = 0; i < CHILDREN; i++)
    spawn();
}
