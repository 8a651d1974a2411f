/* uv_try_write until the pipe is full, then queued writes, blocking mode. */
#include "../torture.h"

enum { SIZE = 30000, QUEUED = 6 };

static uv_pipe_t reader, writer;
static uv_write_t writes[QUEUED];
static char data[SIZE];
static size_t sent;
static size_t received;

static void on_written(uv_write_t* req, int status) {
  told(req);
  if (bad(status))
    return;
  sent += SIZE;
  if (req == &writes[QUEUED - 1])
    close_it(&writer);
}

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got > 0)
    received += (size_t) got;
  else if (got == UV_EOF)
    close_it(stream);
  else if (got < 0)
    (void) bad(got);
}

SCENARIO(pipe_try) {
  uv_buf_t buf = uv_buf_init(data, SIZE);
  uv_file fds[2];
  int wrote;
  int i;
  expect_status(UV_EAGAIN);
  if (bad(uv_pipe_init(loop, &reader, 0)) ||
      bad(uv_pipe_init(loop, &writer, 0)) ||
      bad(uv_pipe(fds, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE)))
    return;
  if (bad(uv_pipe_open(&reader, fds[0]))) {
    close(fds[0]);
    close(fds[1]);
    return;
  }
  if (bad(uv_pipe_open(&writer, fds[1]))) {
    close(fds[1]);
    return;
  }
  while ((wrote = uv_try_write((uv_stream_t*) &writer, &buf, 1)) > 0)
    sent += (size_t) wrote;
  if (wrote != UV_EAGAIN && bad(wrote))
    return;
  for (i = 0; i < QUEUED; i++)
    if (asked(&writes[i], uv_write(&writes[i], (uv_stream_t*) &writer, &buf, 1,
                                   on_written)))
      return;
  if (bad(uv_read_start((uv_stream_t*) &reader, alloc_static, on_read)))
    return;
  run();
  usually(received == sent);
}
