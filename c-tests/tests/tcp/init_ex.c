/* uv_tcp_init_ex, which makes the socket early; the options of a socket. */
#include "../stream/streams.h"

static uv_tcp_t server;
static uv_tcp_t client;
static uv_tcp_t early;
static int connection_calls;
static int connect_calls;

static void check_early_socket(int family) {
  struct sockaddr_storage name;
  int length = sizeof(name);
  uv_os_fd_t fd = -1;
  CHECK_OK(uv_tcp_init_ex(uv_default_loop(), &early, (unsigned) family));
  CHECK_OK(uv_fileno((uv_handle_t*) &early, &fd));
  CHECK_NE(fd, -1);
  CHECK_OK(uv_tcp_getsockname(&early, ADDR(&name), &length));
  CHECK_EQ(name.ss_family, family);
}

TEST(tcp_create_early) {
  struct sockaddr_in address = loopback4(0);
  struct sockaddr_in name;
  int length = sizeof(name);
  check_early_socket(AF_INET);
  CHECK_OK(uv_tcp_bind(&early, ADDR(&address), 0));
  CHECK_OK(uv_tcp_getsockname(&early, ADDR(&name), &length));
  CHECK_EQ(name.sin_family, AF_INET);
  CHECK_EQ(name.sin_addr.s_addr, address.sin_addr.s_addr);
  CHECK_GT(ntohs(name.sin_port), 0);
  finish_loop(uv_default_loop());
}

TEST(tcp_create_early_bad_bind) {
  struct sockaddr_in address = loopback4(0);
  if (!has_ipv6())
    SKIP("no IPv6 here");
  check_early_socket(AF_INET6);
  CHECK_ERR(UV_EINVAL, uv_tcp_bind(&early, ADDR(&address), 0));
  finish_loop(uv_default_loop());
}

TEST(tcp_create_early_bad_domain) {
  CHECK_ERR(UV_EINVAL, uv_tcp_init_ex(uv_default_loop(), &early, 47));
  CHECK_ERR(UV_EINVAL, uv_tcp_init_ex(uv_default_loop(), &early, 1024));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_OK(uv_loop_close(uv_default_loop()));
  finish_loop(uv_default_loop());
}

static void on_connection(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  connection_calls++;
  CHECK_OK(uv_tcp_init_ex(listener->loop, &early, AF_INET));
  CHECK_ERR(UV_EBUSY, uv_accept(listener, STREAM(&early)));
  CLOSE(listener);
  CLOSE(&early);
}

static void on_connect(uv_connect_t* req, int status) {
  CHECK_OK(status);
  connect_calls++;
  CLOSE(req->handle);
}

TEST(tcp_create_early_accept) {
  uv_connect_t connect_req;
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection);
  tcp_client(uv_default_loop(), &client, &connect_req, port, on_connect);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connection_calls, 1);
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(close_calls, 3);
  /* Finds a pending connection that was left open. */
  finish_loop(uv_default_loop());
}

TEST(tcp_flags) {
  CHECK_OK(uv_tcp_init_ex(uv_default_loop(), &early, AF_INET));
  CHECK_OK(uv_tcp_nodelay(&early, 1));
  CHECK_OK(uv_tcp_keepalive(&early, 1, 60));
  CHECK_OK(uv_tcp_keepalive(&early, 0, 0));
  CHECK_ERR(UV_EINVAL, uv_tcp_keepalive(&early, 1, 0));
  CHECK_OK(uv_tcp_keepalive_ex(&early, 1, 60, 60, 60));
  CHECK_OK(uv_tcp_keepalive_ex(&early, 0, 0, 0, 0));
  CHECK_ERR(UV_EINVAL, uv_tcp_keepalive_ex(&early, 1, 0, 10, 10));
  CHECK_ERR(UV_EINVAL, uv_tcp_keepalive_ex(&early, 1, 10, 0, 10));
  CHECK_ERR(UV_EINVAL, uv_tcp_keepalive_ex(&early, 1, 10, 10, 0));
  CLOSE(&early);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
}
