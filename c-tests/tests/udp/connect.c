/* Handles with a peer, and without one again. */
#include "datagrams.h"

static uv_udp_t server;
static uv_udp_t client;
static uv_udp_send_t requests[2];
static struct sockaddr_storage loopback;
static int sends;
static int received;

static void on_received(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                        const struct sockaddr* address, unsigned flags) {
  if (is_nothing(nread, address))
    return;
  check_datagram(nread, buf, address, flags, "EXIT");
  if (++received < 4)
    return;
  CLOSE(handle);
  CLOSE(&client);
}

static void on_second_sent(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &requests[1]);
  CHECK_OK(status);
  sends++;
}

static void on_first_sent(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &requests[0]);
  CHECK_OK(status);
  sends++;
  CHECK_OK(uv_udp_connect(&client, NULL));
  CHECK_ERR(UV_EDESTADDRREQ, send_text(&requests[1], &client, "EXIT", NULL,
                                       on_second_sent));
  CHECK_OK(send_text(&requests[1], &client, "EXIT", &loopback,
                     on_second_sent));
}

static void check_peer(int expected) {
  struct sockaddr_storage peer;
  int length = sizeof(peer);
  CHECK_ERR(expected, uv_udp_getpeername(&client, ADDR(&peer), &length));
  if (expected == 0)
    CHECK_MEM_EQ(&peer, &loopback, (size_t) length);
}

/* `any` has port 0; the other addresses get the server's. */
static void connect_and_back(struct sockaddr* any, const char* outside) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_storage external;
  int port;
  memset(&external, 0, sizeof(external));
  CHECK_OK(uv_udp_init(loop, &server));
  CHECK_OK(uv_udp_bind(&server, any, 0));
  CHECK_OK(uv_udp_recv_start(&server, alloc_shared, on_received));
  port = udp_port(&server);
  if (any->sa_family == AF_INET6) {
    struct sockaddr_in6 address = any6(port);
    memcpy(any, &address, sizeof(address));
    address = loopback6(port);
    memcpy(&loopback, &address, sizeof(address));
    CHECK_OK(uv_ip6_addr(outside, port, (struct sockaddr_in6*) &external));
  } else {
    struct sockaddr_in address = any4(port);
    memcpy(any, &address, sizeof(address));
    address = loopback4(port);
    memcpy(&loopback, &address, sizeof(address));
    CHECK_OK(uv_ip4_addr(outside, port, (struct sockaddr_in*) &external));
  }

  CHECK_OK(uv_udp_init(loop, &client));
  CHECK_OK(uv_udp_connect(&client, any));
  CHECK_OK(uv_udp_connect(&client, NULL));

  CHECK_OK(uv_udp_connect(&client, ADDR(&loopback)));
  CHECK_ERR(UV_EISCONN, uv_udp_connect(&client, ADDR(&external)));
  check_peer(0);
  CHECK_ERR(UV_EISCONN, try_send_text(&client, "EXIT", &loopback));
  CHECK_EQ(try_send_text(&client, "EXIT", NULL), 4);

  CHECK_OK(uv_udp_connect(&client, NULL));
  CHECK_ERR(UV_ENOTCONN, uv_udp_connect(&client, NULL));
  check_peer(UV_ENOTCONN);
  CHECK_EQ(try_send_text(&client, "EXIT", &loopback), 4);
  CHECK_ERR(UV_EDESTADDRREQ, try_send_text(&client, "EXIT", NULL));

  CHECK_OK(uv_udp_connect(&client, ADDR(&loopback)));
  CHECK_ERR(UV_EISCONN, send_text(&requests[0], &client, "EXIT", &loopback,
                                  on_first_sent));
  CHECK_OK(send_text(&requests[0], &client, "EXIT", NULL, on_first_sent));
  run_dry();
  CHECK_EQ(received, 4);
  CHECK_EQ(sends, 2);
  check_queue_empty(&client);
  check_queue_empty(&server);
  finish(2);
}

TEST(udp_connect) {
  struct sockaddr_in any = any4(0);
  connect_and_back(ADDR(&any), "8.8.8.8");
}

TEST(udp_connect6) {
  struct sockaddr_in6 any = any6(0);
  if (!has_ipv6())
    SKIP("no IPv6 here");
  connect_and_back(ADDR(&any), "2001:4860:4860::8888");
}
