/* Handles that came through a pipe and that nobody accepts. */
#include "pipes.h"

enum { SENT = 4 };

static uv_pipe_t sender, receiver;
static size_t received;

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  static uv_tcp_t taken;
  (void) buf;
  CHECK_GE(nread, 0);
  received += (size_t) nread;
  if (received < SENT)
    return;
  CHECK_EQ(uv_pipe_pending_count(&receiver), SENT);
  CHECK_EQ(uv_pipe_pending_type(&receiver), UV_TCP);
  CHECK_OK(uv_tcp_init(stream->loop, &taken));
  CHECK_OK(uv_accept(stream, STREAM(&taken)));
  CHECK_EQ(uv_pipe_pending_count(&receiver), SENT - 1);
  CLOSE(&taken);
  CLOSE(&receiver);
  CLOSE(&sender);
}

static void on_written(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
}

TEST(pipe_close_with_handles_not_accepted) {
  uv_loop_t* loop = uv_default_loop();
  uv_write_t reqs[SENT];
  uv_tcp_t servers[SENT];
  uv_os_sock_t ends[2];
  int i;
  CHECK_OK(uv_socketpair(SOCK_STREAM, 0, ends, 0, 0));
  CHECK_OK(uv_pipe_init(loop, &sender, 1));
  CHECK_OK(uv_pipe_init(loop, &receiver, 1));
  CHECK_OK(uv_pipe_open(&sender, ends[0]));
  CHECK_OK(uv_pipe_open(&receiver, ends[1]));
  for (i = 0; i < SENT; i++) {
    uv_buf_t buf = uv_buf_init("x", 1);
    struct sockaddr_in address = loopback4(0);
    CHECK_OK(uv_tcp_init(loop, &servers[i]));
    CHECK_OK(uv_tcp_bind(&servers[i], ADDR(&address), 0));
    CHECK_OK(uv_write2(&reqs[i], STREAM(&sender), &buf, 1, STREAM(&servers[i]), on_written));
  }
  CHECK_OK(uv_read_start(STREAM(&receiver), alloc_shared, on_read));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(received, SENT);
  finish_loop(loop);
}
