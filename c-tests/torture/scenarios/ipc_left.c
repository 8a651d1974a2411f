/* Handles arrive that nobody accepts; a try_write2 with a handle. */
#include "../torture.h"

static uv_pipe_t ours, theirs;
static uv_tcp_t sent;
static int came;

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) stream;
  (void) buf;
  if (got < 0 && bad(got))
    return;
  came += (int) got;
  if (came >= 3)
    give_up();
}

SCENARIO(ipc_left) {
  struct sockaddr_in addr = loopback(0);
  uv_buf_t buf = uv_buf_init("x", 1);
  uv_os_sock_t fds[2];
  int i;
  expect_status(UV_EAGAIN);
  if (bad(uv_tcp_init(loop, &sent)) ||
      bad(uv_tcp_bind(&sent, (struct sockaddr*) &addr, 0)) ||
      bad(uv_pipe_init(loop, &ours, 1)) ||
      bad(uv_pipe_init(loop, &theirs, 1)) ||
      bad(uv_socketpair(SOCK_STREAM, 0, fds, UV_NONBLOCK_PIPE,
                        UV_NONBLOCK_PIPE)))
    return;
  if (bad(uv_pipe_open(&ours, fds[0]))) {
    close(fds[0]);
    close(fds[1]);
    return;
  }
  if (bad(uv_pipe_open(&theirs, fds[1]))) {
    close(fds[1]);
    return;
  }
  for (i = 0; i < 3; i++)
    if (bad(uv_try_write2((uv_stream_t*) &ours, &buf, 1,
                          (uv_stream_t*) &sent)))
      return;
  if (bad(uv_read_start((uv_stream_t*) &theirs, alloc_static, on_read)))
    return;
  run();
}
