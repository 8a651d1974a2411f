/* Streams set to block, and read by a thread. */
#include "../torture.h"

enum { SIZE = 100000 };

static uv_pipe_t writer;
static uv_write_t write_req;
static char data[SIZE];

static void drain(void* arg) {
  int fd = *(int*) arg;
  static char space[4096];
  while (read(fd, space, sizeof(space)) > 0)
    continue;
}

static void on_written(uv_write_t* req, int status) {
  told(req);
  if (!bad(status))
    close_it(&writer);
}

SCENARIO(pipe_blocking) {
  uv_buf_t buf = uv_buf_init(data, SIZE);
  uv_thread_t thread;
  uv_file fds[2];
  if (bad(uv_pipe_init(loop, &writer, 0)) || bad(uv_pipe(fds, 0, 0)))
    return;
  if (bad(uv_pipe_open(&writer, fds[1]))) {
    close(fds[0]);
    close(fds[1]);
    return;
  }
  if (bad(uv_stream_set_blocking((uv_stream_t*) &writer, 1)) ||
      bad(uv_thread_create(&thread, drain, &fds[0]))) {
    close(fds[0]);
    return;
  }
  if (!asked(&write_req, uv_write(&write_req, (uv_stream_t*) &writer, &buf, 1,
                                  on_written)))
    run();
  else
    run();
  must(uv_thread_join(&thread) == 0);
  close(fds[0]);
}
