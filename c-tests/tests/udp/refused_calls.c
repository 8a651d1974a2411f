/* Filters that do not know sendmmsg and recvmmsg, and kernels without them: datagrams go and come one by
 * one. libuv 1.53 reports the refusal. */
#include "../refused/refuse.h"
#include "datagrams.h"

#include <sys/syscall.h>

enum { COUNT = 12, BATCH = 4, CHUNK = 64 * 1024, TOO_BIG = 65536 };

static uv_udp_t receiver;
static uv_udp_t sender;
static struct sockaddr_in address;
static uv_udp_send_t requests[COUNT];
static char bytes[COUNT];
static int received;
static int sent;
static int allocs;
static int frees;

static void alloc_batch(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle, (void) size;
  *buf = uv_buf_init(malloc(BATCH * CHUNK), BATCH * CHUNK);
  CHECK_NOT_NULL(buf->base);
  allocs++;
}

static void close_when_done(void) {
  if (received < 2 * COUNT || sent < COUNT || uv_is_closing((uv_handle_t*) &sender))
    return;
  CLOSE(&receiver);
  CLOSE(&sender);
}

static void on_datagram(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                        const struct sockaddr* from, unsigned flags) {
  (void) handle;
  CHECK_GE(nread, 0);
  if (!is_nothing(nread, from)) {
    CHECK_EQ(flags, UV_UDP_MMSG_CHUNK);
    CHECK_EQ(nread, received % COUNT + 1);
    CHECK_EQ(buf->base[0], bytes[0]);
    received++;
    close_when_done();
    return;
  }
  CHECK_EQ(flags & UV_UDP_MMSG_CHUNK, 0);
  free(buf->base);
  frees++;
}

static void on_sent(uv_udp_send_t* req, int status) {
  CHECK_OK(status);
  CHECK_PTR_EQ(req, &requests[sent]);
  sent++;
  close_when_done();
}

/* Growing sizes: no two of them can go in one message. */
static void send_with(int error) {
  static char big[TOO_BIG];
  uv_buf_t bufs[COUNT];
  uv_buf_t* pointers[COUNT];
  unsigned nbufs[COUNT];
  struct sockaddr* addrs[COUNT];
  int i;
  refuse(SYS_sendmmsg, 0, error);
  refuse(SYS_recvmmsg, 0, error);
  address = loopback4(0);
  memset(bytes, 'x', sizeof(bytes));
  CHECK_OK(uv_udp_init_ex(uv_default_loop(), &receiver, AF_INET | UV_UDP_RECVMMSG));
  CHECK_OK(uv_udp_bind(&receiver, ADDR(&address), 0));
  CHECK_OK(uv_udp_recv_start(&receiver, alloc_batch, on_datagram));
  address = loopback4(udp_port(&receiver));
  CHECK_OK(uv_udp_init_ex(uv_default_loop(), &sender, AF_INET));
  for (i = 0; i < COUNT; i++) {
    bufs[i] = uv_buf_init(bytes, (unsigned) i + 1);
    pointers[i] = &bufs[i];
    nbufs[i] = 1;
    addrs[i] = ADDR(&address);
  }
  CHECK_EQ(uv_udp_try_send2(&sender, COUNT, pointers, nbufs, addrs, 0), COUNT);
  for (i = 0; i < COUNT; i++)
    CHECK_OK(uv_udp_send(&requests[i], &sender, &bufs[i], 1, ADDR(&address), on_sent));
  run_dry();
  CHECK_EQ(received, 2 * COUNT);
  CHECK_EQ(sent, COUNT);
  CHECK_EQ(allocs, frees);

  /* A datagram's own error is still told. */
  CHECK_OK(uv_udp_init_ex(uv_default_loop(), &sender, AF_INET));
  bufs[0] = uv_buf_init(big, sizeof(big));
  CHECK_ERR(UV_EMSGSIZE, uv_udp_try_send2(&sender, 2, pointers, nbufs, addrs, 0));
  CLOSE(&sender);
  finish(3);
}

TEST(udp_without_calls_for_many_einval) { send_with(EINVAL); }
TEST(udp_without_calls_for_many_enosys) { send_with(ENOSYS); }
TEST(udp_without_calls_for_many_eperm) { send_with(EPERM); }
TEST(udp_without_calls_for_many_eacces) { send_with(EACCES); }
TEST(udp_without_calls_for_many_eopnotsupp) { send_with(EOPNOTSUPP); }
