/* Connections that fail or never come about: when the callbacks run, with what
 * status, and what becomes of the handle. */
#include "../stream/streams.h"

static uv_tcp_t tcp;
static uv_timer_t timer;
static uv_timer_t distant_timer;
static uv_connect_t connect_req;
static int connect_calls;
static int timer_calls;
static int timer_close_calls;

static void need_ipv6(void) {
  if (!has_ipv6())
    SKIP("no IPv6 here");
}

static void init_tcp(void) {
  CHECK_OK(uv_tcp_init(uv_default_loop(), &tcp));
}

static void start_timer(uv_timer_cb cb, uint64_t ms) {
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, cb, ms, 0));
}

static void count_connect(int expected, uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req, &connect_req);
  CHECK_PTR_EQ(req->handle, &tcp);
  CHECK_ERR(expected, status);
  connect_calls++;
}

/* ---- connect_unspecified ---- */

static void on_unspecified(uv_connect_t* req, int status) {
  (void) req;
#ifdef __linux__
  CHECK_ERR(UV_ECONNREFUSED, status);
#else
  CHECK_NE(status, UV_EADDRNOTAVAIL);
#endif
  connect_calls++;
}

static int has_ipv6_interface(void) {
  uv_interface_address_t* interfaces;
  int found = 0;
  int count;
  int i;
  CHECK_OK(uv_interface_addresses(&interfaces, &count));
  for (i = 0; i < count; i++)
    found |= interfaces[i].address.address4.sin_family == AF_INET6;
  uv_free_interface_addresses(interfaces, count);
  return found;
}

TEST(connect_unspecified) {
  struct closed_port closed = closed_port4();
  struct sockaddr_in address = any4(closed.port);
  struct closed_port closed6 = { -1, 0 };
  struct sockaddr_in6 address6;
  uv_connect_t connect_req6;
  uv_tcp_t tcp6;
  int expected = 1;

  init_tcp();
  CHECK_OK(uv_tcp_connect(&connect_req, &tcp, ADDR(&address), on_unspecified));
  if (has_ipv6_interface()) {
    closed6 = closed_port6();
    CHECK_OK(uv_ip6_addr("::", closed6.port, &address6));
    CHECK_OK(uv_tcp_init(uv_default_loop(), &tcp6));
    CHECK_OK(uv_tcp_connect(&connect_req6, &tcp6, ADDR(&address6),
                            on_unspecified));
    expected++;
  }
  CHECK_EQ(connect_calls, 0);
  run_dry();
  CHECK_EQ(connect_calls, expected);
  CHECK_EQ(close(closed.fd), 0);
  if (closed6.fd >= 0)
    CHECK_EQ(close(closed6.fd), 0);
  finish_loop(uv_default_loop());
}

/* ---- connection_fail ---- */

static void connect_to_closed_port(uv_connect_cb cb) {
  struct closed_port closed = closed_port4();
  struct sockaddr_in own = any4(0);
  struct sockaddr_in address = loopback4(closed.port);
  init_tcp();
  CHECK_OK(uv_tcp_bind(&tcp, ADDR(&own), 0));
  CHECK_OK(uv_tcp_connect(&connect_req, &tcp, ADDR(&address), cb));
  CHECK_EQ(connect_calls, 0);
  run_dry();
  CHECK_EQ(close(closed.fd), 0);
}

static void on_refused_close(uv_connect_t* req, int status) {
  count_connect(UV_ECONNREFUSED, req, status);
  CHECK_EQ(close_calls, 0);
  CLOSE(req->handle);
}

TEST(connection_fail) {
  connect_to_closed_port(on_refused_close);
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
}

static void count_timer_close(uv_handle_t* handle) {
  CHECK_PTR_EQ(handle, &timer);
  timer_close_calls++;
}

static void on_timer_close_both(uv_timer_t* handle) {
  timer_calls++;
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(close_calls, 0);
  CHECK_EQ(uv_is_closing((uv_handle_t*) &tcp), 0);
  CLOSE(&tcp);
  uv_close((uv_handle_t*) handle, count_timer_close);
}

static void on_refused_wait(uv_connect_t* req, int status) {
  count_connect(UV_ECONNREFUSED, req, status);
  start_timer(on_timer_close_both, 100);
}

TEST(connection_fail_doesnt_auto_close) {
  connect_to_closed_port(on_refused_wait);
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(close_calls, 1);
  CHECK_EQ(timer_calls, 1);
  CHECK_EQ(timer_close_calls, 1);
  finish_loop(uv_default_loop());
}

/* ---- Nobody answers ---- */

static void on_timer_close_connecting(uv_timer_t* handle) {
  timer_calls++;
  CHECK_EQ(connect_calls, 0);
  CLOSE(&tcp);
  CLOSE(handle);
}

static void on_canceled(uv_connect_t* req, int status) {
  count_connect(UV_ECANCELED, req, status);
}

static void on_canceled_stop_timer(uv_connect_t* req, int status) {
  count_connect(UV_ECANCELED, req, status);
  CHECK_OK(uv_timer_stop(&distant_timer));
}

static void never_timer(uv_timer_t* handle) {
  FAIL("timer callback of %p", (void*) handle);
}

TEST(tcp_close_while_connecting) {
  struct silent_port silent = silent_port4();
  tcp_client(uv_default_loop(), &tcp, &connect_req, silent.port,
             on_canceled_stop_timer);
  start_timer(on_timer_close_connecting, 1);
  CHECK_OK(uv_timer_init(uv_default_loop(), &distant_timer));
  CHECK_OK(uv_timer_start(&distant_timer, never_timer, 86400 * 1000, 0));
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(timer_calls, 1);
  CHECK_EQ(close_calls, 2);
  silent_port_close(&silent);
  finish_loop(uv_default_loop());
}

TEST(tcp_connect_timeout) {
  struct silent_port silent = silent_port4();
  tcp_client(uv_default_loop(), &tcp, &connect_req, silent.port, on_canceled);
  start_timer(on_timer_close_connecting, 50);
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(close_calls, 2);
  silent_port_close(&silent);
  finish_loop(uv_default_loop());
}

/* ---- Nobody listens: fails before the timer ---- */

static void on_timer_close_failed(uv_timer_t* handle) {
  timer_calls++;
  CLOSE(&tcp);
  CLOSE(handle);
}

static void on_local_failure(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req, &connect_req);
  CHECK_LT(status, 0);
  CHECK_NE(status, UV_ECANCELED);
  CHECK_EQ(timer_calls, 0);
  connect_calls++;
  /* The timer has done its part as a limit. */
  CHECK_OK(uv_timer_start(&timer, on_timer_close_failed, 0, 0));
}

static void check_local_timeout(struct sockaddr* address, int fd) {
  int status;
  init_tcp();
  status = uv_tcp_connect(&connect_req, &tcp, address, on_local_failure);
  if (status == UV_ENETUNREACH)
    SKIP("the network is unreachable");
  CHECK_OK(status);
  start_timer(on_timer_close_failed, scaled_ms(1000));
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(close_calls, 2);
  CHECK_EQ(close(fd), 0);
  finish_loop(uv_default_loop());
}

TEST(tcp_local_connect_timeout) {
  struct closed_port closed = closed_port4();
  struct sockaddr_in address = loopback4(closed.port);
  check_local_timeout(ADDR(&address), closed.fd);
}

TEST(tcp6_local_connect_timeout) {
  struct closed_port closed;
  struct sockaddr_in6 address;
  need_ipv6();
  closed = closed_port6();
  address = loopback6(closed.port);
  check_local_timeout(ADDR(&address), closed.fd);
}

/* ---- Addresses ---- */

static void check_connect_fault(void) {
  static char garbage[] =
      "neither family nor port nor address, only a line of plain text";
  init_tcp();
  CHECK_ERR(UV_EINVAL, uv_tcp_connect(&connect_req, &tcp, ADDR(garbage),
                                      never_connect));
  CLOSE(&tcp);
  run_dry();
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
}

TEST(tcp_connect_error_fault) {
  check_connect_fault();
}

TEST(tcp_connect6_error_fault) {
  need_ipv6();
  check_connect_fault();
}

static int has_link_local_interface(void) {
  uv_interface_address_t* interfaces;
  int found = 0;
  int count;
  int i;
  CHECK_OK(uv_interface_addresses(&interfaces, &count));
  for (i = 0; i < count; i++) {
    const struct sockaddr_in6* address = &interfaces[i].address.address6;
    found |= address->sin6_family == AF_INET6 &&
             IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr);
  }
  uv_free_interface_addresses(interfaces, count);
  return found;
}

static void ignore_connect(uv_connect_t* req, int status) {
  (void) req, (void) status;
}

TEST(tcp_connect6_link_local) {
  struct sockaddr_in6 address;
  if (!has_link_local_interface())
    SKIP("no interface with a link-local address");
  CHECK_OK(uv_ip6_addr("fe80::bad:babe", 1337, &address));
  CHECK_EQ(address.sin6_scope_id, 0);
  init_tcp();
  CHECK_OK(uv_tcp_connect(&connect_req, &tcp, ADDR(&address), ignore_connect));
  uv_close((uv_handle_t*) &tcp, NULL);
  run_dry();
  finish_loop(uv_default_loop());
}
