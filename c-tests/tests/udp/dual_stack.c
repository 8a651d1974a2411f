/* IPv4 datagrams to servers of IPv6: with and without UV_UDP_IPV6ONLY. */
#include "datagrams.h"

static const char text[] = "datagram!";

static uv_udp_t server;
static uv_udp_t client;
static uv_udp_t client6;
static uv_udp_send_t requests[2];
static int client_port;
static int sends;
static int received;

static void on_sent(uv_udp_send_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  sends++;
}

/* The only datagram that comes was sent by IPv4 for the first server, by IPv6
 * and last for the second. */
static void on_received(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                        const struct sockaddr* address, unsigned flags) {
  const struct sockaddr_in6* sender = (const struct sockaddr_in6*) address;
  int ipv6_only = handle->data != NULL;
  char name[64];
  if (is_nothing(nread, address))
    return;
  check_datagram(nread, buf, address, flags, ipv6_only ? "last" : text);
  CHECK_EQ(sender->sin6_family, AF_INET6);
  CHECK_OK(uv_inet_ntop(AF_INET6, &sender->sin6_addr, name, sizeof(name)));
  CHECK_STR_EQ(name, ipv6_only ? "::1" : "::ffff:127.0.0.1");
  if (!ipv6_only)
    CHECK_EQ(ntohs(sender->sin6_port), client_port);
  CHECK_EQ(received, 0);
  received++;
}

static void on_timer(uv_timer_t* timer) {
  CLOSE(&server);
  CLOSE(&client);
  CLOSE(timer);
  if (server.data != NULL)
    CLOSE(&client6);
}

static void send_by_ipv4(unsigned flags) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in6 any = any6(0);
  struct sockaddr_in6 to6;
  struct sockaddr_in to;
  uv_timer_t timer;
  int port;
  if (!has_ipv6())
    SKIP("no IPv6 here");
  CHECK_OK(uv_udp_init(loop, &server));
  CHECK_OK(uv_udp_bind(&server, ADDR(&any), flags));
  CHECK_OK(uv_udp_recv_start(&server, alloc_shared, on_received));
  port = udp_port(&server);
  to = loopback4(port);
  to6 = loopback6(port);

  CHECK_OK(uv_udp_init(loop, &client));
  CHECK_OK(send_text(&requests[0], &client, text, &to, on_sent));
  client_port = udp_port(&client);
  run_until(loop, &sends, 1);
  if (flags != 0) {
    server.data = &client6;
    CHECK_OK(uv_udp_init(loop, &client6));
    CHECK_OK(send_text(&requests[1], &client6, "last", &to6, on_sent));
  }
  run_until(loop, &received, 1);

  /* Nothing more comes. */
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer, 20, 0));
  run_dry();
  CHECK_EQ(received, 1);
  CHECK_EQ(sends, flags != 0 ? 2 : 1);
  finish(flags != 0 ? 4 : 3);
}

TEST(udp_dual_stack) {
  send_by_ipv4(0);
}

TEST(udp_ipv6_only) {
  send_by_ipv4(UV_UDP_IPV6ONLY);
}
