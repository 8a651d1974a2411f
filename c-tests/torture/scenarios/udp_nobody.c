/* Datagrams to a port nobody has, and a handle that is closed with a queue. */
#include "../torture.h"

enum { SENDS = 8 };

static uv_udp_t sender, closing;
static uv_udp_send_t sends[SENDS], queued[SENDS];
static int left = SENDS;

static void on_sent(uv_udp_send_t* req, int status) {
  told(req);
  if (status != UV_ECONNREFUSED)
    (void) bad(status);
  if (--left == 0)
    close_it(&sender);
}

static void on_canceled(uv_udp_send_t* req, int status) {
  told(req);
  if (status != UV_ECANCELED)
    (void) tolerable(status);
}

SCENARIO(udp_nobody) {
  struct sockaddr_in addr = loopback(0);
  uv_buf_t buf = uv_buf_init("datagram", 8);
  int fd;
  socklen_t length = sizeof(addr);
  int i;
  fd = socket(AF_INET, SOCK_DGRAM, 0);
  must(fd >= 0 && bind(fd, (struct sockaddr*) &addr, sizeof(addr)) == 0 &&
       getsockname(fd, (struct sockaddr*) &addr, &length) == 0);
  close(fd);
  if (bad(uv_udp_init(loop, &sender)) || bad(uv_udp_init(loop, &closing)))
    return;
  for (i = 0; i < SENDS; i++) {
    if (asked(&sends[i], uv_udp_send(&sends[i], &sender, &buf, 1,
                                     (struct sockaddr*) &addr, on_sent)) ||
        asked(&queued[i], uv_udp_send(&queued[i], &closing, &buf, 1,
                                      (struct sockaddr*) &addr, on_canceled)))
      return;
  }
  close_it(&closing);
  run();
}
