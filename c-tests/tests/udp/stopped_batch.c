/* A program that stops receiving, starts anew or closes amid datagrams that came into one buffer
 * (UV_UDP_RECVMMSG), or when it is asked for memory: each buffer is given back, and what was not told comes
 * after the next start. */
#include "datagrams.h"

enum { DATAGRAMS = 8, STOP_AT = 3, CHUNK = 64 * 1024, BATCH = 20 };

static uv_udp_t receiver;
static uv_udp_t sender;
static int allocs;
static int frees;
static int received;        /* datagrams, in order, by any callback */
static int by_other;        /* those that on_other was told of */
static void (*at_stop)(void);

static void on_datagram(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                        const struct sockaddr* address, unsigned flags);

static void alloc_batch(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  CHECK_EQ(size, CHUNK);
  buf->len = uv_udp_using_recvmmsg((uv_udp_t*) handle) ? BATCH * CHUNK : CHUNK;
  buf->base = malloc(buf->len);
  CHECK_NOT_NULL(buf->base);
  allocs++;
}

/* Each datagram says which one it is. */
static void check_next(ssize_t nread, const uv_buf_t* buf,
                       const struct sockaddr* address) {
  CHECK_EQ(nread, 1);
  CHECK_EQ(buf->base[0], received);
  CHECK_NOT_NULL(address);
  CHECK_EQ(((const struct sockaddr_in*) address)->sin_port,
           htons((uint16_t) udp_port(&sender)));
  received++;
}

static void give_back(const uv_buf_t* buf, unsigned flags) {
  CHECK_EQ(close_calls, 0);
  if (flags & UV_UDP_MMSG_CHUNK)
    return;
  free(buf->base);
  frees++;
}

static void on_datagram(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                        const struct sockaddr* address, unsigned flags) {
  CHECK_PTR_EQ(handle, &receiver);
  if (!is_nothing(nread, address)) {
    check_next(nread, buf, address);
    if (received == STOP_AT)
      at_stop();
  }
  give_back(buf, flags);
}

static void on_other(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                     const struct sockaddr* address, unsigned flags) {
  CHECK_PTR_EQ(handle, &receiver);
  if (!is_nothing(nread, address)) {
    check_next(nread, buf, address);
    by_other++;
  }
  give_back(buf, flags);
}

static void start_receiver(unsigned flags, uv_alloc_cb alloc) {
  struct sockaddr_in address = loopback4(0);
  char index;
  CHECK_OK(uv_udp_init_ex(uv_default_loop(), &receiver, AF_INET | flags));
  CHECK_OK(uv_udp_bind(&receiver, ADDR(&address), 0));
  CHECK_OK(uv_udp_recv_start(&receiver, alloc, on_datagram));
  udp_bind_loopback(uv_default_loop(), &sender, 0);
  address = loopback4(udp_port(&receiver));
  for (index = 0; index < DATAGRAMS; index++) {
    uv_buf_t buf = uv_buf_init(&index, 1);
    CHECK_EQ(uv_udp_try_send(&sender, &buf, 1, ADDR(&address)), 1);
  }
}

static void turn(int turns) {
  while (turns-- > 0)
    uv_run(uv_default_loop(), UV_RUN_NOWAIT);
}

static void finish_both(int closes) {
  CHECK_EQ(allocs, frees);
  close_if_open(&receiver);
  CLOSE(&sender);
  finish(closes);
  CHECK_EQ(allocs, frees);
}

static void stop(void) {
  CHECK_OK(uv_udp_recv_stop(&receiver));
}

static void stop_and_start(void) {
  stop();
  CHECK_OK(uv_udp_recv_start(&receiver, alloc_batch, on_other));
}

static void close_receiver(void) {
  CLOSE(&receiver);
}

static void stop_and_close(void) {
  stop();
  CLOSE(&receiver);
}

/* libuv 1.53 does not give the buffer back, and forgets what else was in it. */
TEST(udp_mmsg_stop_amid_batch) {
  at_stop = stop;
  start_receiver(UV_UDP_RECVMMSG, alloc_batch);
  turn(3);
  CHECK_EQ(received, STOP_AT);
  CHECK_EQ(allocs, 1);
  CHECK_EQ(frees, 1);
  CHECK_EQ(uv_is_active((uv_handle_t*) &receiver), 0);
  CHECK_OK(uv_udp_recv_start(&receiver, alloc_batch, on_other));
  run_until(uv_default_loop(), &received, DATAGRAMS);
  CHECK_EQ(by_other, DATAGRAMS - STOP_AT);
  stop();
  finish_both(2);
}

/* As above: one by one. */
static void on_each(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                    const struct sockaddr* address, unsigned flags) {
  if (!is_nothing(nread, address)) {
    check_next(nread, buf, address);
    CHECK_OK(uv_udp_recv_stop(handle));
  }
  give_back(buf, flags);
}

TEST(udp_mmsg_stop_after_each_of_a_batch) {
  int i;
  at_stop = stop;
  start_receiver(UV_UDP_RECVMMSG, alloc_batch);
  for (i = 1; i <= DATAGRAMS; i++) {
    stop();
    CHECK_OK(uv_udp_recv_start(&receiver, alloc_batch, on_each));
    run_until(uv_default_loop(), &received, i);
    CHECK_EQ(received, i);
    CHECK_EQ(allocs, frees);
  }
  finish_both(2);
}

#ifdef __linux__

static int errors;
static int gives_memory;

static void alloc_at_second(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  if (gives_memory++)
    alloc_batch(handle, size, buf);
}

static void on_error_stop(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                          const struct sockaddr* address, unsigned flags) {
  (void) address;
  if (nread < 0 && flags & UV_UDP_LINUX_RECVERR) {
    errors++;
    CHECK_OK(uv_udp_recv_stop(handle));
  }
  if (buf->base != NULL)
    give_back(buf, flags);
}

/* As above: what was kept is not lost by errors that come before it is told. */
TEST(udp_mmsg_stop_amid_batch_and_errors) {
  struct closed_port port = closed_port4();
  int sent = 0;
  int on = 1;
  int fd;

  at_stop = stop;
  start_receiver(UV_UDP_RECVMMSG, alloc_batch);
  turn(3);
  CHECK_EQ(received, STOP_AT);

  CHECK_OK(uv_fileno((uv_handle_t*) &receiver, &fd));
  CHECK_OK(setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)));
  while (sent < 3)
    sent += try_send_text(&receiver, "x", &port.address) == 1;
  CHECK_EQ(close(port.fd), 0);

  CHECK_OK(uv_udp_recv_start(&receiver, alloc_at_second, on_error_stop));
  turn(3);
  CHECK_OK(uv_udp_recv_stop(&receiver));
  CHECK_OK(uv_udp_recv_start(&receiver, alloc_batch, on_other));
  run_until(uv_default_loop(), &received, DATAGRAMS);
  CHECK_EQ(by_other, DATAGRAMS - STOP_AT);
  stop();
  finish_both(2);
}

#endif

/* As above: what was kept goes with the handle. */
TEST(udp_mmsg_stop_amid_batch_then_close) {
  at_stop = stop;
  start_receiver(UV_UDP_RECVMMSG, alloc_batch);
  turn(3);
  CHECK_EQ(received, STOP_AT);
  finish_both(2);
  CHECK_EQ(received, STOP_AT);
}

/* As above. */
TEST(udp_mmsg_stop_and_close_amid_batch) {
  at_stop = stop_and_close;
  start_receiver(UV_UDP_RECVMMSG, alloc_batch);
  run_until(uv_default_loop(), &close_calls, 1);
  CHECK_EQ(received, STOP_AT);
  finish_both(2);
}

TEST(udp_mmsg_start_anew_amid_batch) {
  at_stop = stop_and_start;
  start_receiver(UV_UDP_RECVMMSG, alloc_batch);
  run_until(uv_default_loop(), &received, DATAGRAMS);
  CHECK_EQ(by_other, DATAGRAMS - STOP_AT);
  stop();
  finish_both(2);
}

TEST(udp_mmsg_close_amid_batch) {
  at_stop = close_receiver;
  start_receiver(UV_UDP_RECVMMSG, alloc_batch);
  run_until(uv_default_loop(), &close_calls, 1);
  CHECK_GE(received, STOP_AT);
  finish_both(2);
}

/* ---- stopped when asked for memory; libuv 1.53 calls a callback that is no more ---- */

static void alloc_and_stop(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  alloc_batch(handle, size, buf);
  stop();
}

static void stop_in_alloc(unsigned flags) {
  start_receiver(flags, alloc_and_stop);
  turn(3);
  CHECK_EQ(received, 0);
  CHECK_EQ(allocs, 1);
  CHECK_EQ(frees, 1);
  CHECK_OK(uv_udp_recv_start(&receiver, alloc_batch, on_other));
  run_until(uv_default_loop(), &received, DATAGRAMS);
  CHECK_EQ(by_other, DATAGRAMS);
  stop();
  finish_both(2);
}

TEST(udp_recv_stop_in_alloc) {
  stop_in_alloc(0);
}

TEST(udp_mmsg_recv_stop_in_alloc) {
  stop_in_alloc(UV_UDP_RECVMMSG);
}

static void alloc_and_close(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  alloc_batch(handle, size, buf);
  CLOSE(handle);
}

TEST(udp_close_in_alloc) {
  start_receiver(0, alloc_and_close);
  run_until(uv_default_loop(), &close_calls, 1);
  CHECK_EQ(received, 0);
  CHECK_EQ(allocs, 1);
  CHECK_EQ(frees, 1);
  finish_both(2);
}
