/* UDP: a flow through one loop, and runs of equal datagrams given to uv_udp_try_send2. */
#include "bench.h"

static uv_udp_t sender, receiver;
static struct sockaddr_in address;
static char payload[45] = "a datagram of 45 bytes";
static long sent, received, goal;
static int is_over;

static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  static char bytes[65536];
  (void) handle;
  (void) suggested;
  *buffer = uv_buf_init(bytes, sizeof(bytes));
}

static void end(void) {
  if (is_over)
    return;
  is_over = 1;
  uv_close((uv_handle_t*) &sender, NULL);
  uv_close((uv_handle_t*) &receiver, NULL);
}

static void on_received(uv_udp_t* handle,
                        ssize_t nread,
                        const uv_buf_t* buffer,
                        const struct sockaddr* from,
                        unsigned int flags) {
  (void) handle;
  (void) buffer;
  (void) flags;
  BENCH_OK(nread);
  if (from != NULL)
    received++;
}

static void on_sent(uv_udp_send_t* request, int status) {
  uv_buf_t buffer = uv_buf_init(payload, sizeof(payload));
  if (is_over)
    return; /* the others end with the handle */
  BENCH_OK(status);
  if (++sent >= goal) {
    bench_report((double) sent);
    end();
    return;
  }
  BENCH_OK(uv_udp_send(request, &sender, &buffer, 1, (const struct sockaddr*) &address, on_sent));
}

static void open_both(void) {
  struct sockaddr_storage bound;
  struct sockaddr_in any;
  int length = sizeof(bound);
  uv_loop_t* loop = uv_default_loop();

  BENCH_OK(uv_ip4_addr("127.0.0.1", 0, &address));
  BENCH_OK(uv_udp_init(loop, &receiver));
  BENCH_OK(uv_udp_bind(&receiver, (const struct sockaddr*) &address, 0));
  BENCH_OK(uv_udp_getsockname(&receiver, (struct sockaddr*) &bound, &length));
  memcpy(&address, &bound, sizeof(address));
  BENCH_OK(uv_udp_init(loop, &sender));
  BENCH_OK(uv_ip4_addr("127.0.0.1", 0, &any));
  BENCH_OK(uv_udp_bind(&sender, (const struct sockaddr*) &any, 0));
}

static void pummel(int senders) {
  static uv_udp_send_t requests[100];
  uv_buf_t buffer = uv_buf_init(payload, sizeof(payload));
  int i;

  open_both();
  BENCH_OK(uv_udp_recv_start(&receiver, on_alloc, on_received));
  goal = bench_scale(500000);
  bench_start();
  for (i = 0; i < senders; i++)
    BENCH_OK(uv_udp_send(&requests[i], &sender, &buffer, 1, (const struct sockaddr*) &address, on_sent));
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
}

BENCH(udp_pummel_1) {
  pummel(1);
}

BENCH(udp_pummel_10) {
  pummel(10);
}

BENCH(udp_pummel_100) {
  pummel(100);
}

#define RUN 64

/* Nobody receives: what does not fit is dropped by the system. */
BENCH(udp_try_send2_equal) {
  uv_buf_t buffer = uv_buf_init(payload, sizeof(payload));
  uv_buf_t* bufs[RUN];
  unsigned int nbufs[RUN];
  struct sockaddr* addresses[RUN];
  long count = bench_scale(1000000);
  int i, n;

  open_both();
  for (i = 0; i < RUN; i++) {
    bufs[i] = &buffer;
    nbufs[i] = 1;
    addresses[i] = (struct sockaddr*) &address;
  }
  bench_start();
  while (sent < count) {
    n = uv_udp_try_send2(&sender, RUN, bufs, nbufs, addresses, 0);
    if (n == UV_EAGAIN)
      continue;
    BENCH_OK(n);
    sent += n;
  }
  bench_report((double) sent);
  end();
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
}
