/* Datagrams to ports that nobody has, and the errors that come back. */
#include "datagrams.h"

static uv_udp_t client;
static uv_udp_send_t requests[6];
static int allocs;
static int received;
static int sends;

static void alloc_counted(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  alloc_shared(handle, size, buf);
  allocs++;
}

/* ---- udp_sendmmsg_error ---- */

static void on_sent_or_refused(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &requests[sends]);
  CHECK(status == 0 || status == UV_ECONNREFUSED);
  if (++sends == 6)
    CLOSE(req->handle);
}

TEST(udp_sendmmsg_error) {
  struct closed_port port = closed_port4();
  int i;
  CHECK_OK(uv_udp_init(uv_default_loop(), &client));
  CHECK_OK(uv_udp_connect(&client, ADDR(&port.address)));
  for (i = 0; i < 6; i++)
    CHECK_OK(send_text(&requests[i], &client, "hello", NULL,
                       on_sent_or_refused));
  CHECK_EQ(sends, 0);
  run_dry();
  CHECK_EQ(sends, 6);
  check_queue_empty(&client);
  CHECK_EQ(close(port.fd), 0);
  finish(1);
}

#ifdef __linux__

/* ---- A handle closed by the callback that gets the error ---- */

static struct closed_port connect_to_closed_port(void) {
  struct closed_port port = closed_port4();
  struct sockaddr_in any = any4(0);
  CHECK_OK(uv_udp_init(uv_default_loop(), &client));
  CHECK_OK(uv_udp_bind(&client, ADDR(&any), UV_UDP_LINUX_RECVERR));
  CHECK_OK(uv_udp_connect(&client, ADDR(&port.address)));
  return port;
}

static void alloc_two_bytes(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  alloc_counted(handle, size, buf);
  buf->len = 2;
}

static void on_error_close(uv_udp_t* handle, ssize_t nread,
                           const uv_buf_t* buf,
                           const struct sockaddr* address, unsigned flags) {
  (void) nread, (void) buf, (void) address, (void) flags;
  received++;
  CLOSE(handle);
}

TEST(udp_recv_cb_close_pollerr) {
  struct closed_port port = connect_to_closed_port();
  CHECK_OK(uv_udp_recv_start(&client, alloc_two_bytes, on_error_close));
  CHECK_GT(try_send_text(&client, "PING", NULL), 0);
  run_dry();
  CHECK_EQ(allocs, 1);
  CHECK_EQ(received, 1);
  CHECK_EQ(close(port.fd), 0);
  finish(1);
}

static void on_sent_close(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &requests[0]);
  (void) status;
  sends++;
  CLOSE(req->handle);
}

TEST(udp_send_pollerr_no_recv) {
  struct closed_port port = connect_to_closed_port();
  CHECK_OK(send_text(&requests[0], &client, "PING", NULL, on_sent_close));
  run_dry();
  CHECK_EQ(sends, 1);
  CHECK_EQ(close(port.fd), 0);
  finish(1);
}

/* ---- udp_recvmsg_unreachable_error ---- */

static uv_timer_t timer;

static void on_timer(uv_timer_t* handle) {
  CLOSE(handle);
  CLOSE(&client);
}

static void on_sent(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &requests[0]);
  CHECK_OK(status);
  sends++;
}

static void alloc_four_bytes(uv_handle_t* handle, size_t size,
                             uv_buf_t* buf) {
  alloc_counted(handle, size, buf);
  buf->len = 4;
}

static void on_error(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                     const struct sockaddr* address, unsigned flags) {
  (void) handle, (void) buf;
  received++;
  CHECK(flags == 0 || (flags & UV_UDP_LINUX_RECVERR) != 0);
  if (nread == 0 && (flags & UV_UDP_LINUX_RECVERR) == 0)
    CHECK_NULL(address);
}

static void receive_errors(struct sockaddr* from, struct closed_port port) {
  CHECK_OK(uv_udp_init(uv_default_loop(), &client));
  CHECK_OK(uv_udp_bind(&client, from, UV_UDP_LINUX_RECVERR));
  CHECK_OK(uv_udp_recv_start(&client, alloc_four_bytes, on_error));
  CHECK_OK(send_text(&requests[0], &client, "PING", &port.address, on_sent));
  run_until(uv_default_loop(), &received, 3);

  /* Nothing more comes. */
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer, 20, 0));
  run_dry();
  CHECK_EQ(received, 3);
  CHECK_EQ(sends, 1);
  CHECK_EQ(close(port.fd), 0);
  finish(2);
}

TEST(udp_recvmsg_unreachable_error) {
  struct sockaddr_in from = loopback4(0);
  receive_errors(ADDR(&from), closed_port4());
}

static void on_error6(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                      const struct sockaddr* address, unsigned flags) {
  (void) buf;
  if (!(flags & UV_UDP_LINUX_RECVERR))
    return;  /* the socket's own error, or nothing */
  CHECK_EQ(nread, UV_ECONNREFUSED);
  CHECK_NOT_NULL(address);
  CHECK_EQ(address->sa_family, AF_INET6);
  received++;
  CLOSE(handle);
}

/* The error is behind all that the program has asked for itself. */
TEST(udp_recvmsg_unreachable_error6_among_others) {
  int stamps = 1 << 4 | 1 << 3;  /* software's, of what is received */
  struct sockaddr_in6 from = loopback6(0);
  struct closed_port port;
  int on = 1;
  int fd;

  if (!has_ipv6())
    SKIP("no IPv6 here");
  port = closed_port_of(&from, sizeof(from));
  CHECK_OK(uv_udp_init(uv_default_loop(), &client));
  CHECK_OK(uv_udp_bind(&client, ADDR(&from), UV_UDP_LINUX_RECVERR));
  CHECK_OK(uv_fileno((uv_handle_t*) &client, &fd));
  CHECK_OK(setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)));
  CHECK_OK(setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof(on)));
  CHECK_OK(setsockopt(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, &on, sizeof(on)));
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &stamps, sizeof(stamps)) != 0)
    SKIP("the system gives datagrams no time");
  CHECK_OK(uv_udp_recv_start(&client, alloc_four_bytes, on_error6));
  CHECK_EQ(try_send_text(&client, "PING", &port.address), 4);
  run_until(uv_default_loop(), &received, 1);
  CHECK_EQ(close(port.fd), 0);
  finish(1);
}

TEST(udp_recvmsg_unreachable_error6) {
  struct sockaddr_in6 from = loopback6(0);
  if (!has_ipv6())
    SKIP("no IPv6 here");
  receive_errors(ADDR(&from), closed_port_of(&from, sizeof(from)));
}

#endif

/* ---- udp_send_unreachable ---- */

static uv_udp_t client2;
static uv_timer_t end_timer;
static int timer_calls;

static void on_maybe_error(uv_udp_t* handle, ssize_t nread,
                           const uv_buf_t* buf,
                           const struct sockaddr* address, unsigned flags) {
  (void) buf;
  received++;
  if (nread > 0)
    CHECK_NOT_NULL(address);
  else if (!is_nothing(nread, address)) {
    CHECK_PTR_EQ(handle, &client2);
    CHECK_NE(flags & UV_UDP_LINUX_RECVERR, 0);
  }
}

static void on_first_sent(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req->handle, &client);
  CHECK_OK(status);
  sends++;
}

static void on_second_sent(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req->handle, &client2);
  CHECK(status == 0 || status == UV_ECONNREFUSED);
  sends++;
}

static void on_end(uv_timer_t* handle) {
  timer_calls++;
  CLOSE(handle);
  CLOSE(&client);
  if (client2.type == UV_UDP)
    CLOSE(&client2);
}

static void send_two(uv_udp_t* from, uv_udp_send_t* reqs, unsigned flags,
                     const struct closed_port* port, uv_udp_send_cb cb) {
  udp_bind_loopback(uv_default_loop(), from, flags);
  CHECK_OK(uv_udp_recv_start(from, alloc_counted, on_maybe_error));
  CHECK_OK(send_text(&reqs[0], from, "PING", &port->address, cb));
  CHECK_OK(send_text(&reqs[1], from, "PANG", &port->address, cb));
}

TEST(udp_send_unreachable) {
  struct closed_port port = closed_port4();
  int expected = 2;
  send_two(&client, requests, 0, &port, on_first_sent);
#ifdef __linux__
  send_two(&client2, requests + 2, UV_UDP_LINUX_RECVERR, &port,
           on_second_sent);
  expected = 4;
#endif
  run_until(uv_default_loop(), &sends, expected);

  /* What there is to receive is here already, or does not come. */
  CHECK_OK(uv_timer_init(uv_default_loop(), &end_timer));
  CHECK_OK(uv_timer_start(&end_timer, on_end, 50, 0));
  run_dry();
  CHECK_EQ(sends, expected);
  CHECK_EQ(received, allocs);
  CHECK_EQ(timer_calls, 1);
  CHECK_EQ(close(port.fd), 0);
  finish(1 + expected / 2);
}
