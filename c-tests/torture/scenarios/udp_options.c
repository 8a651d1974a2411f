/* What is asked of a datagram socket, connected ones, and try_send. */
#include "../torture.h"

static uv_udp_t one, other;
static uv_udp_send_t req;
static int received;

static void on_datagram(uv_udp_t* handle, ssize_t got, const uv_buf_t* buf,
                        const struct sockaddr* from, unsigned flags) {
  (void) handle;
  (void) buf;
  (void) flags;
  if (got < 0 && bad(got))
    return;
  if (from != NULL && ++received == 6)
    give_up();
}

static void on_sent(uv_udp_send_t* req, int status) {
  told(req);
  (void) bad(status);
}

SCENARIO(udp_options) {
  struct sockaddr_in addr = loopback(0);
  struct sockaddr_in to;
  struct sockaddr_storage name;
  uv_buf_t bufs[4];
  uv_buf_t* lists[4];
  unsigned counts[4];
  struct sockaddr* addrs[4] = { NULL, NULL, NULL, NULL };
  int length = sizeof(name);
  int i;
  expect_status(UV_EAGAIN);
  for (i = 0; i < 4; i++) {
    bufs[i] = uv_buf_init("datagram", 8);
    lists[i] = &bufs[i];
    counts[i] = 1;
  }
  if (bad(uv_udp_init(loop, &one)) || bad(uv_udp_init(loop, &other)) ||
      bad(uv_udp_bind(&one, (struct sockaddr*) &addr, UV_UDP_REUSEADDR)) ||
      bad(uv_udp_bind(&other, (struct sockaddr*) &addr,
                      UV_UDP_LINUX_RECVERR)) ||
      bad(uv_udp_set_broadcast(&one, 1)) || bad(uv_udp_set_ttl(&one, 4)) ||
      bad(uv_udp_set_multicast_ttl(&one, 4)) ||
      bad(uv_udp_set_multicast_loop(&one, 1)) ||
      bad(uv_udp_set_multicast_interface(&one, "127.0.0.1")))
    return;
  expect_status(UV_ENODEV);
  (void) tolerable(uv_udp_set_membership(&one, "239.255.0.1", "127.0.0.1",
                                         UV_JOIN_GROUP));
  (void) tolerable(uv_udp_set_source_membership(
      &one, "239.255.0.2", "127.0.0.1", "127.0.0.1", UV_JOIN_GROUP));
  to = loopback(port_of_udp(&one));
  if (given_up() || bad(uv_udp_connect(&other, (struct sockaddr*) &to)) ||
      bad(uv_udp_getpeername(&other, (struct sockaddr*) &name, &length)) ||
      bad(uv_udp_recv_start(&one, alloc_static, on_datagram)) ||
      bad(uv_udp_try_send(&other, bufs, 1, NULL)) ||
      bad(uv_udp_try_send2(&other, 4, lists, counts, addrs, 0)) ||
      asked(&req, uv_udp_send(&req, &other, bufs, 1, NULL, on_sent)))
    return;
  run();
  usually(received == 6);
}
