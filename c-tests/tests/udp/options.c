/* Options of sockets, and sends to a multicast group. */
#include "datagrams.h"

static uv_udp_t handle;
static uv_udp_send_t send_req;
static int sends;

static void set_all_options(struct sockaddr* address) {
  static const int switches[] = { 1, 1, 0, 0 };
  int i;
  CHECK_OK(uv_udp_init(uv_default_loop(), &handle));
  uv_unref((uv_handle_t*) &handle);
  CHECK_OK(uv_udp_bind(&handle, address, 0));
  for (i = 0; i < 4; i++)
    CHECK_OK(uv_udp_set_broadcast(&handle, switches[i]));
  for (i = 1; i <= 255; i++)
    CHECK_OK(uv_udp_set_ttl(&handle, i));
  CHECK_ERR(UV_EINVAL, uv_udp_set_ttl(&handle, -1));
  CHECK_ERR(UV_EINVAL, uv_udp_set_ttl(&handle, 0));
  CHECK_ERR(UV_EINVAL, uv_udp_set_ttl(&handle, 256));
  for (i = 0; i < 4; i++)
    CHECK_OK(uv_udp_set_multicast_loop(&handle, switches[i]));
  for (i = 0; i <= 255; i++)
    CHECK_OK(uv_udp_set_multicast_ttl(&handle, i));
  CHECK_ERR(UV_EINVAL, uv_udp_set_multicast_ttl(&handle, 256));
  run_dry();
  finish(0);
}

TEST(udp_options) {
  struct sockaddr_in address = any4(0);
  set_all_options(ADDR(&address));
}

TEST(udp_options6) {
  struct sockaddr_in6 address = any6(0);
  if (!has_ipv6())
    SKIP("no IPv6 here");
  set_all_options(ADDR(&address));
}

/* ---- Multicast ---- */

static void on_sent(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &send_req);
  CHECK(status == 0 || status == UV_ENETUNREACH || status == UV_EPERM);
  sends++;
  CLOSE(req->handle);
}

static void on_sent_ok(uv_udp_send_t* req, int status) {
  CHECK_OK(status);
  on_sent(req, status);
}

static void send_ping(const void* address, uv_udp_send_cb cb) {
  CHECK_OK(send_text(&send_req, &handle, "PING", address, cb));
  CHECK_EQ(sends, 0);
  run_dry();
  CHECK_EQ(sends, 1);
  check_queue_empty(&handle);
  finish(1);
}

static void send_to_group(void) {
  struct sockaddr_in address;
  CHECK_OK(uv_ip4_addr("239.255.0.1", free_udp_port(), &address));
  send_ping(&address, on_sent);
}

TEST(udp_multicast_ttl) {
  udp_bind_any(uv_default_loop(), &handle);
  CHECK_OK(uv_udp_set_multicast_ttl(&handle, 32));
  send_to_group();
}

TEST(udp_multicast_interface) {
  udp_bind_any(uv_default_loop(), &handle);
  CHECK_OK(uv_udp_set_multicast_interface(&handle, "0.0.0.0"));
  send_to_group();
}

TEST(udp_multicast_interface6) {
  struct sockaddr_in6 address = any6(0);
  if (!has_ipv6())
    SKIP("no IPv6 here");
  CHECK_OK(uv_udp_init(uv_default_loop(), &handle));
  CHECK_OK(uv_udp_bind(&handle, ADDR(&address), 0));
  CHECK_OK(uv_udp_set_multicast_interface(&handle, NULL));
  address = loopback6(free_udp_port());
  send_ping(&address, on_sent_ok);
}
