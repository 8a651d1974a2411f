/* A datagram socket that came through a pipe is taken as uv_udp_open takes one: with SO_REUSEADDR. */
#include "../stream/streams.h"

static uv_pipe_t ends[2];
static uv_udp_t sent, received;
static uv_write_t request;
static int writes, accepts;

static void on_udp_write(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &request);
  CHECK_OK(status);
  writes++;
}

static void on_byte_alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char byte;
  (void) handle;
  (void) size;
  *buf = uv_buf_init(&byte, 1);
}

static void on_byte(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  (void) buf;
  if (nread == 0)
    return;
  CHECK_EQ(nread, 1);
  CHECK_EQ(uv_pipe_pending_count((uv_pipe_t*) stream), 1);
  CHECK_EQ(uv_pipe_pending_type((uv_pipe_t*) stream), UV_UDP);
  CHECK_OK(uv_udp_init(uv_default_loop(), &received));
  CHECK_OK(uv_accept(stream, (uv_stream_t*) &received));
  accepts++;
}

TEST(ipc_udp_is_shared_with_its_address) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in address = loopback4(0);
  uv_buf_t buf = uv_buf_init((char*) "x", 1);
  uv_os_sock_t sockets[2];
  uv_timer_t timer;
  uv_udp_t other;
  int i;
  CHECK_OK(uv_socketpair(SOCK_STREAM, 0, sockets, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE));
  for (i = 0; i < 2; i++) {
    CHECK_OK(uv_pipe_init(loop, &ends[i], 1));
    CHECK_OK(uv_pipe_open(&ends[i], sockets[i]));
  }
  /* Nothing waits: that comes before the question for what. */
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_ERR(UV_EAGAIN, uv_accept(STREAM(&ends[1]), STREAM(&timer)));
  CHECK_OK(uv_udp_init(loop, &sent));
  CHECK_OK(uv_udp_bind(&sent, ADDR(&address), 0));
  address = loopback4(udp_port(&sent));
  CHECK_OK(uv_write2(&request, STREAM(&ends[0]), &buf, 1, STREAM(&sent), on_udp_write));
  CHECK_OK(uv_read_start(STREAM(&ends[1]), on_byte_alloc, on_byte));
  run_until(loop, &accepts, 1);
  run_until(loop, &writes, 1);
  CHECK_OK(uv_udp_init(loop, &other));
  CHECK_OK(uv_udp_bind(&other, ADDR(&address), UV_UDP_REUSEADDR));
  finish_loop(loop);
}
