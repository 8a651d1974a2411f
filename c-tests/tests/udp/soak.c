/* Very many datagrams, sent in every way, and each of them accounted for. */
#include "datagrams.h"

enum {
  USUAL = 20000,
  FULL = 200000,
  WINDOW = 64,              /* on the way at most, so that none is dropped */
  SIZE_MAX_SENT = 512,
  TOGETHER = 8,             /* messages of one uv_udp_try_send2 */
  BUFFER = 4 * 64 * 1024    /* of the receiver */
};

struct datagram {
  uv_udp_send_t req;
  uv_buf_t buf;
  int number;
  char data[SIZE_MAX_SENT];
};

static uv_udp_t receiver;
static uv_udp_t sender;
static struct sockaddr_in address;
static struct datagram slots[WINDOW];
static int in_use[WINDOW];  /* by a request that is not complete */
static unsigned char* seen;
static int total;
static int sent;
static int received;
static int requests_done;
static int requests_made;
static int allocs;
static int frees;

/* Runs of one size, between others. */
static unsigned size_of(int number) {
  unsigned run = (unsigned) number / 16;
  return run % 4 == 3 ? 8 + (unsigned) number * 37 % (SIZE_MAX_SENT - 7)
                      : 8 + run * 61 % (SIZE_MAX_SENT - 7);
}

static char byte_of(int number, unsigned at) {
  return (char) (number * 31 + (int) at);
}

static struct datagram* make_datagram(int number) {
  struct datagram* datagram = &slots[number % WINDOW];
  unsigned size = size_of(number);
  unsigned i;
  datagram->number = number;
  memcpy(datagram->data, &number, sizeof(number));
  for (i = sizeof(number); i < size; i++)
    datagram->data[i] = byte_of(number, i);
  datagram->buf = uv_buf_init(datagram->data, size);
  return datagram;
}

static void send_more(void);

static void on_sent(uv_udp_send_t* req, int status) {
  struct datagram* datagram = (struct datagram*) req;
  CHECK_OK(status);
  CHECK_EQ(in_use[datagram->number % WINDOW]--, 1);
  requests_done++;
  send_more();
}

static void send_request(void) {
  struct datagram* datagram = make_datagram(sent);
  CHECK_OK(uv_udp_send(&datagram->req, &sender, &datagram->buf, 1,
                       ADDR(&address), on_sent));
  in_use[sent % WINDOW]++;
  requests_made++;
  sent++;
}

/* How many more may be on the way, up to `limit`. */
static int room(int limit) {
  int count = 0;
  while (count < limit && sent + count < total &&
         sent + count - received < WINDOW && !in_use[(sent + count) % WINDOW])
    count++;
  return count;
}

/* Several at once. Whether some were taken. */
static int try_together(void) {
  uv_buf_t* bufs[TOGETHER];
  unsigned counts[TOGETHER];
  struct sockaddr* addresses[TOGETHER];
  int count = room(TOGETHER);
  int done;
  int i;
  for (i = 0; i < count; i++) {
    bufs[i] = &make_datagram(sent + i)->buf;
    counts[i] = 1;
    addresses[i] = ADDR(&address);
  }
  done = uv_udp_try_send2(&sender, (unsigned) count, bufs, counts, addresses,
                          0);
  if (done == UV_EAGAIN)
    return 0;
  CHECK_GT(done, 0);
  CHECK_LE(done, count);
  sent += done;
  return 1;
}

static int try_one(void) {
  struct datagram* datagram = make_datagram(sent);
  int done = uv_udp_try_send(&sender, &datagram->buf, 1, ADDR(&address));
  if (done == UV_EAGAIN)
    return 0;
  CHECK_EQ(done, datagram->buf.len);
  sent++;
  return 1;
}

static void send_more(void) {
  while (room(1) == 1) {
    /* What is tried must not overtake what waits. */
    int way = uv_udp_get_send_queue_count(&sender) > 0 ? 0 : sent / 5 % 3;
    if (way == 1 && try_one())
      continue;
    if (way == 2 && try_together())
      continue;
    send_request();
  }
}

static void take_datagram(const char* data, ssize_t size) {
  unsigned i;
  int number;
  CHECK_GE(size, sizeof(number));
  memcpy(&number, data, sizeof(number));
  CHECK_GE(number, 0);
  CHECK_LT(number, sent);
  CHECK_EQ(size, size_of(number));
  for (i = sizeof(number); i < (unsigned) size; i++)
    CHECK_EQ(data[i], byte_of(number, i));
  CHECK_EQ(seen[number]++, 0);
  received++;
}

static void alloc_own(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle, (void) size;
  buf->base = malloc(BUFFER);
  CHECK_NOT_NULL(buf->base);
  buf->len = BUFFER;
  allocs++;
}

static void on_received(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                        const struct sockaddr* from, unsigned flags) {
  CHECK_GE(nread, 0);
  CHECK_EQ(flags & (unsigned) ~(UV_UDP_MMSG_CHUNK | UV_UDP_MMSG_FREE), 0);
  if (!is_nothing(nread, from))
    take_datagram(buf->base, nread);
  if (!(flags & UV_UDP_MMSG_CHUNK)) {
    free(buf->base);
    frees++;
    send_more();
    if (received == total && requests_done == requests_made)
      CHECK_OK(uv_udp_recv_stop(handle));
  }
}

static void soak(unsigned flags) {
  struct sockaddr_in any = any4(0);
  int i;
  total = soak_size(USUAL, FULL);
  seen = calloc((size_t) total, 1);
  CHECK_NOT_NULL(seen);
  CHECK_OK(uv_udp_init_ex(uv_default_loop(), &receiver, AF_INET | flags));
  CHECK_OK(uv_udp_bind(&receiver, ADDR(&any), 0));
  CHECK_OK(uv_udp_recv_start(&receiver, alloc_own, on_received));
  address = loopback4(udp_port(&receiver));
  CHECK_OK(uv_udp_init(uv_default_loop(), &sender));
  send_more();
  run_until(uv_default_loop(), &received, total);

  CHECK_EQ(sent, total);
  CHECK_EQ(received, total);
  for (i = 0; i < total; i++)
    CHECK_EQ(seen[i], 1);
  CLOSE(&receiver);
  CLOSE(&sender);
  run_dry();
  CHECK_GT(requests_made, 0);
  CHECK_EQ(requests_done, requests_made);
  CHECK_EQ(allocs, frees);
  check_queue_empty(&sender);
  free(seen);
  finish(2);
}

TEST(udp_soak, TIMEOUT(120)) {
  soak(0);
}

TEST(udp_recvmmsg_soak, TIMEOUT(120)) {
  soak(UV_UDP_RECVMMSG);
}
