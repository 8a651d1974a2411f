/* Queued datagrams, received many at a time. */
#include "../torture.h"

enum { DATAGRAMS = 50, SIZE = 700 };

static uv_udp_t receiver, sender;
static uv_udp_send_t sends[DATAGRAMS];
static char data[SIZE];
static int received;
static int blocks;

static void alloc_many(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle;
  (void) size;
  *buf = uv_buf_init(malloc(20 * 65536), 20 * 65536);
  blocks++;
}

static void on_datagram(uv_udp_t* handle, ssize_t got, const uv_buf_t* buf,
                        const struct sockaddr* from, unsigned flags) {
  (void) handle;
  (void) from;
  if (got >= 0 && !(flags & UV_UDP_MMSG_FREE) && from != NULL) {
    must(got == SIZE);
    received++;
  }
  if (!(flags & UV_UDP_MMSG_CHUNK) && buf != NULL && buf->base != NULL) {
    free(buf->base);
    blocks--;
  }
  if (got < 0 && bad(got))
    return;
  if (received == DATAGRAMS) {
    close_it(&receiver);
    close_it(&sender);
  }
}

static void on_sent(uv_udp_send_t* req, int status) {
  told(req);
  (void) bad(status);
}

SCENARIO(udp_batch) {
  struct sockaddr_in addr = loopback(0);
  uv_buf_t buf = uv_buf_init(data, SIZE);
  int i;
  if (bad(uv_udp_init_ex(loop, &receiver, AF_INET | UV_UDP_RECVMMSG)) ||
      bad(uv_udp_bind(&receiver, (struct sockaddr*) &addr, 0)) ||
      bad(uv_udp_init(loop, &sender)) ||
      bad(uv_udp_recv_start(&receiver, alloc_many, on_datagram)))
    return;
  addr = loopback(port_of_udp(&receiver));
  for (i = 0; i < DATAGRAMS && !given_up(); i++)
    if (asked(&sends[i], uv_udp_send(&sends[i], &sender, &buf, 1,
                                     (struct sockaddr*) &addr, on_sent)))
      break;
  run();
  usually(received == DATAGRAMS);
  must(blocks == 0);
}
