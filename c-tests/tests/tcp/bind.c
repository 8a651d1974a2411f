/* uv_tcp_bind: what it refuses at once, and what it leaves to uv_listen and
 * uv_tcp_connect; a bound handle that is used as if it were connected. */
#include "../stream/streams.h"

static union {
  struct sockaddr any;
  struct sockaddr_in in4;
  struct sockaddr_in6 in6;
} address;

static void need_ipv6(void) {
  if (!has_ipv6())
    SKIP("no IPv6 here");
}

static void use4(const char* ip, int port) {
  CHECK_OK(uv_ip4_addr(ip, port, &address.in4));
}

static void use6(const char* ip, int port) {
  CHECK_OK(uv_ip6_addr(ip, port, &address.in6));
}

static void init(uv_tcp_t* handle) {
  CHECK_OK(uv_tcp_init(uv_default_loop(), handle));
}

/* Closing the handles is all the loop does. */
static void finish_closing(int handles) {
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close_calls, handles);
  finish_loop(uv_default_loop());
}

static void check_localhost_ok(void) {
  uv_tcp_t handle;
  init(&handle);
  CHECK_OK(uv_tcp_bind(&handle, &address.any, 0));
  CHECK_GT(tcp_port(&handle), 0);
  finish_loop(uv_default_loop());
}

TEST(tcp_bind_localhost_ok) {
  use4("127.0.0.1", 0);
  check_localhost_ok();
}

TEST(tcp_bind6_localhost_ok) {
  need_ipv6();
  use6("::1", 0);
  check_localhost_ok();
}

static void check_addrinuse_listen(void) {
  uv_tcp_t first;
  uv_tcp_t second;
  init(&first);
  init(&second);
  CHECK_OK(uv_tcp_bind(&first, &address.any, 0));
  /* The port is at the same place in both families. */
  address.in4.sin_port = htons((uint16_t) tcp_port(&first));
  CHECK_OK(uv_tcp_bind(&second, &address.any, 0));
  CHECK_OK(uv_listen(STREAM(&first), 128, NULL));
  CHECK_ERR(UV_EADDRINUSE, uv_listen(STREAM(&second), 128, NULL));
  CLOSE(&first);
  CLOSE(&second);
  finish_closing(2);
}

TEST(tcp_bind_error_addrinuse_listen) {
  use4("0.0.0.0", 0);
  check_addrinuse_listen();
}

TEST(tcp_bind6_error_addrinuse) {
  need_ipv6();
  use6("::", 0);
  check_addrinuse_listen();
}

static void on_connect_in_use(uv_connect_t* req, int status) {
  CHECK_ERR(UV_EADDRINUSE, status);
  ++*(int*) req->data;
  CLOSE(req->handle);
}

TEST(tcp_bind_error_addrinuse_connect) {
  struct echo_server server = echo_server_start("127.0.0.1");
  struct sockaddr_in bound = loopback4(server.port);
  struct sockaddr_in other = loopback4(server.port ^ 1);
  struct sockaddr_storage name;
  int length = sizeof(name);
  int connect_calls = 0;
  uv_connect_t req;
  uv_tcp_t handle;

  init(&handle);
  CHECK_OK(uv_tcp_bind(&handle, ADDR(&bound), 0));
  req.data = &connect_calls;
  CHECK_OK(uv_tcp_connect(&req, &handle, ADDR(&other), on_connect_in_use));
  CHECK_ERR(UV_EADDRINUSE,
            uv_tcp_getsockname(&handle, ADDR(&name), &length));
  CHECK_EQ(connect_calls, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connect_calls, 1);
  echo_server_stop(&server);
  finish_closing(1);
}

/* Binds to `address`; the handle closes whatever the result. */
static int bind_and_close(void) {
  static uv_tcp_t handle;
  int status;
  init(&handle);
  status = uv_tcp_bind(&handle, &address.any, 0);
  CLOSE(&handle);
  CHECK_EQ(close_calls, 0);
  return status;
}

TEST(tcp_bind_error_addrnotavail_1) {
  int status;
  use4("127.255.255.255", 0);
  status = bind_and_close();
  CHECK(status == 0 || status == UV_EADDRNOTAVAIL);
  finish_closing(1);
}

TEST(tcp_bind_error_addrnotavail_2) {
  use4("4.4.4.4", 9123);
  CHECK_ERR(UV_EADDRNOTAVAIL, bind_and_close());
  finish_closing(1);
}

TEST(tcp_bind6_error_addrnotavail) {
  need_ipv6();
  use6("4:4:4:4:4:4:4:4", 9123);
  CHECK_ERR(UV_EADDRNOTAVAIL, bind_and_close());
  finish_closing(1);
}

static void check_fault(void) {
  static char garbage[] =
      "neither family nor port nor address, only a line of plain text";
  uv_tcp_t handle;
  init(&handle);
  CHECK_ERR(UV_EINVAL, uv_tcp_bind(&handle, ADDR(garbage), 0));
  CLOSE(&handle);
  finish_closing(1);
}

TEST(tcp_bind_error_fault) {
  check_fault();
}

TEST(tcp_bind6_error_fault) {
  need_ipv6();
  check_fault();
}

static void check_inval(void) {
  uv_tcp_t handle;
  init(&handle);
  CHECK_OK(uv_tcp_bind(&handle, &address.any, 0));
  address.in4.sin_port = htons((uint16_t) (tcp_port(&handle) ^ 1));
  CHECK_ERR(UV_EINVAL, uv_tcp_bind(&handle, &address.any, 0));
  CLOSE(&handle);
  finish_closing(1);
}

TEST(tcp_bind_error_inval) {
  use4("0.0.0.0", 0);
  check_inval();
}

TEST(tcp_bind6_error_inval) {
  need_ipv6();
  use6("::", 0);
  check_inval();
}

TEST(tcp_bind_invalid_flags) {
  uv_tcp_t handle;
  init(&handle);
  use4("127.0.0.1", 0);
  CHECK_ERR(UV_EINVAL, uv_tcp_bind(&handle, &address.any, UV_TCP_IPV6ONLY));
  finish_loop(uv_default_loop());
}

TEST(tcp_bind_or_listen_error_after_close) {
  uv_tcp_t handle;
  init(&handle);
  uv_close((uv_handle_t*) &handle, NULL);
  use4("0.0.0.0", 9999);
  CHECK_ERR(UV_EINVAL, uv_tcp_bind(&handle, &address.any, 0));
  CHECK_ERR(UV_EINVAL, uv_listen(STREAM(&handle), 5, NULL));
  finish_closing(0);
}

TEST(tcp_bind_writable_flags) {
  uv_shutdown_t shutdown_req;
  uv_write_t write_req;
  uv_tcp_t handle;

  tcp_serve(uv_default_loop(), &handle, 128, NULL);
  CHECK_EQ(uv_is_writable(STREAM(&handle)), 0);
  CHECK_EQ(uv_is_readable(STREAM(&handle)), 0);
  CHECK_ERR(UV_EPIPE, write_text(&handle, &write_req, "PING", never_write));
  CHECK_ERR(UV_ENOTCONN,
            uv_shutdown(&shutdown_req, STREAM(&handle), never_shutdown));
  CHECK_ERR(UV_ENOTCONN,
            uv_read_start(STREAM(&handle), never_alloc, never_read));
  CLOSE(&handle);
  finish_closing(1);
}

TEST(tcp_listen_without_bind) {
  uv_tcp_t handle;
  init(&handle);
  CHECK_OK(uv_listen(STREAM(&handle), 128, NULL));
  CHECK_GT(tcp_port(&handle), 0);
  finish_loop(uv_default_loop());
}
