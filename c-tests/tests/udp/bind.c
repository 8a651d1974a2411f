/* Binding, and what has a socket before anything is bound. */
#include "datagrams.h"

static uv_udp_t first;
static uv_udp_t second;
static uv_udp_send_t send_req;

static void bind_twice(unsigned flags, int second_status) {
  struct sockaddr_in address = any4(0);
  CHECK_OK(uv_udp_init(uv_default_loop(), &first));
  CHECK_OK(uv_udp_init(uv_default_loop(), &second));
  CHECK_OK(uv_udp_bind(&first, ADDR(&address), flags));
  address = any4(udp_port(&first));
  CHECK_ERR(second_status, uv_udp_bind(&second, ADDR(&address), flags));
  uv_close((uv_handle_t*) &first, NULL);
  uv_close((uv_handle_t*) &second, NULL);
  finish(0);
}

TEST(udp_bind) {
  bind_twice(0, UV_EADDRINUSE);
}

TEST(udp_bind_reuseaddr) {
  bind_twice(UV_UDP_REUSEADDR, 0);
}

/* ---- Sockets made at once ---- */

static void init_early(int family, struct sockaddr_storage* address) {
  int length = sizeof(*address);
  uv_os_fd_t fd = -1;
  CHECK_OK(uv_udp_init_ex(uv_default_loop(), &first, (unsigned) family));
  CHECK_OK(uv_fileno((uv_handle_t*) &first, &fd));
  CHECK_NE(fd, -1);
  CHECK_OK(uv_udp_getsockname(&first, ADDR(address), &length));
  CHECK_EQ(address->ss_family, family);
}

TEST(udp_create_early) {
  struct sockaddr_storage storage;
  struct sockaddr_in address = loopback4(0);
  int length = sizeof(address);
  init_early(AF_INET, &storage);
  CHECK_OK(uv_udp_bind(&first, ADDR(&address), 0));
  memset(&address, 0, sizeof(address));
  CHECK_OK(uv_udp_getsockname(&first, ADDR(&address), &length));
  CHECK_EQ(address.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  CLOSE(&first);
  finish(1);
}

TEST(udp_create_early_bad_bind) {
  struct sockaddr_storage storage;
  struct sockaddr_in address = loopback4(0);
  if (!has_ipv6())
    SKIP("no IPv6 here");
  init_early(AF_INET6, &storage);
  CHECK_ERR(UV_EINVAL, uv_udp_bind(&first, ADDR(&address), 0));
  CLOSE(&first);
  finish(1);
}

TEST(udp_create_early_bad_domain) {
  CHECK_ERR(UV_EINVAL, uv_udp_init_ex(uv_default_loop(), &first, 47));
  CHECK_ERR(UV_EINVAL, uv_udp_init_ex(uv_default_loop(), &first, 1024));
  finish(0);
}

static void set_options(uv_udp_t* handle, int expected) {
  CHECK_ERR(expected, uv_udp_set_multicast_ttl(handle, 32));
  CHECK_ERR(expected, uv_udp_set_broadcast(handle, 1));
  CHECK_ERR(expected, uv_udp_set_ttl(handle, 1));
  CHECK_ERR(expected, uv_udp_set_multicast_loop(handle, 1));
  CHECK_ERR(expected, uv_udp_set_multicast_interface(handle, "0.0.0.0"));
}

TEST(udp_no_autobind) {
  CHECK_OK(uv_udp_init(uv_default_loop(), &first));
  set_options(&first, UV_EBADF);
  CHECK_OK(uv_udp_init_ex(uv_default_loop(), &second,
                          AF_INET | UV_UDP_RECVMMSG));
  set_options(&second, 0);
  CLOSE(&first);
  CLOSE(&second);
  finish(2);
}

/* ---- Names ---- */

static int received;

static void on_ping(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                    const struct sockaddr* address, unsigned flags) {
  struct sockaddr_in name;
  int length = sizeof(name);
  if (is_nothing(nread, address))
    return;
  check_datagram(nread, buf, address, flags, "PING");
  received++;
  memset(&name, 0, sizeof(name));
  CHECK_OK(uv_udp_getsockname(&second, ADDR(&name), &length));
  CHECK_EQ(name.sin_family, AF_INET);
  CHECK_EQ(name.sin_addr.s_addr, htonl(INADDR_ANY));
  CHECK_NE(name.sin_port, 0);
  CLOSE(&second);
  CLOSE(handle);
}

static void on_sent(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &send_req);
  CHECK_OK(status);
}

TEST(getsockname_udp) {
  int port = free_udp_port();
  struct sockaddr_in address = any4(port);
  struct sockaddr_in name;
  int length = sizeof(name);
  CHECK_OK(uv_udp_init(uv_default_loop(), &first));
  CHECK_OK(uv_udp_bind(&first, ADDR(&address), 0));
  memset(&name, 0, sizeof(name));
  CHECK_OK(uv_udp_getsockname(&first, ADDR(&name), &length));
  CHECK_EQ(length, sizeof(name));
  CHECK_EQ(name.sin_family, AF_INET);
  CHECK_EQ(name.sin_addr.s_addr, htonl(INADDR_ANY));
  CHECK_EQ(ntohs(name.sin_port), port);
  CHECK_OK(uv_udp_recv_start(&first, alloc_shared, on_ping));

  CHECK_OK(uv_udp_init(uv_default_loop(), &second));
  address = loopback4(port);
  CHECK_OK(send_text(&send_req, &second, "PING", &address, on_sent));
  run_dry();
  CHECK_EQ(received, 1);
  check_queue_empty(&first);
  check_queue_empty(&second);
  finish(2);
}

/* ---- Sends that cannot be ---- */

TEST(udp_send_fail_nbufs) {
  struct sockaddr_in address = loopback4(free_udp_port());
  uv_buf_t buf = uv_buf_init("x", 1);
  unsigned counts[] = { 0, (unsigned) -1 };
  int i;
  CHECK_OK(uv_udp_init(uv_default_loop(), &first));
  for (i = 0; i < 2; i++) {
    CHECK_ERR(UV_EINVAL, uv_udp_send(&send_req, &first, &buf, counts[i],
                                     ADDR(&address), NULL));
    CHECK_ERR(UV_EINVAL, uv_udp_try_send(&first, &buf, counts[i],
                                         ADDR(&address)));
  }
  CLOSE(&first);
  finish(1);
}
