/* Receiving several datagrams into one buffer, with UV_UDP_RECVMMSG. */
#include "datagrams.h"

enum { DATAGRAMS = 40, CHUNK = 64 * 1024, BATCH = 20 };

static uv_udp_t receiver;
static uv_udp_t sender;
static int allocs;
static int frees;
static int received;
static int batch_ends;
static int drains;

static void start_receiver(uv_alloc_cb alloc, uv_udp_recv_cb cb) {
  struct sockaddr_in any = any4(0);
  CHECK_OK(uv_udp_init_ex(uv_default_loop(), &receiver,
                          AF_UNSPEC | UV_UDP_RECVMMSG));
  CHECK_OK(uv_udp_bind(&receiver, ADDR(&any), 0));
  CHECK_OK(uv_udp_recv_start(&receiver, alloc, cb));
}

static void send_pings(int count) {
  struct sockaddr_in address = loopback4(udp_port(&receiver));
  CHECK_OK(uv_udp_init(uv_default_loop(), &sender));
  while (count-- > 0)
    CHECK_EQ(try_send_text(&sender, "PING", &address), 4);
}

static void close_both(void) {
  CLOSE(&receiver);
  CLOSE(&sender);
}

/* The buffers are allocated one by one, so that valgrind sees what a callback
 * keeps or frees wrongly. */
static void alloc_bytes(uv_buf_t* buf, size_t size) {
  buf->base = malloc(size);
  CHECK_NOT_NULL(buf->base);
  buf->len = size;
  allocs++;
}

static void free_buffer(const uv_buf_t* buf) {
  free(buf->base);
  frees++;
}

/* ---- udp_mmsg ---- */

static void alloc_batch(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  CHECK_LE(size, CHUNK);
  alloc_bytes(buf, uv_udp_using_recvmmsg((uv_udp_t*) handle) ? BATCH * CHUNK
                                                             : CHUNK);
}

static void on_batch(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                     const struct sockaddr* address, unsigned flags) {
  CHECK_GE(nread, 0);
  CHECK_EQ(uv_is_closing((uv_handle_t*) handle), 0);
  if (flags & UV_UDP_MMSG_FREE) {
    CHECK(is_nothing(nread, address));
    CHECK_EQ(flags & UV_UDP_MMSG_CHUNK, 0);
    batch_ends++;
    free_buffer(buf);
    if (received == DATAGRAMS)
      close_both();
    return;
  }
  if (is_nothing(nread, address)) {
    CHECK_EQ(flags, 0);
    drains++;
    free_buffer(buf);
    return;
  }
  CHECK_EQ(uv_udp_using_recvmmsg(handle), flags == UV_UDP_MMSG_CHUNK);
  check_datagram(nread, buf, address, 0, "PING");
  received++;
  if (flags & UV_UDP_MMSG_CHUNK)
    return;
  free_buffer(buf);
  if (received == DATAGRAMS)
    close_both();
}

TEST(udp_mmsg) {
  int batches;
  start_receiver(alloc_batch, on_batch);
  send_pings(DATAGRAMS);
  batches = uv_udp_using_recvmmsg(&receiver);
  run_dry();
  CHECK_EQ(received, DATAGRAMS);
  CHECK_EQ(allocs, frees);
  if (batches)
    CHECK_EQ(allocs, batch_ends + drains);
  else
    CHECK_EQ(allocs, received + drains);
  check_queue_empty(&receiver);
  check_queue_empty(&sender);
  finish(2);
}

/* ---- udp_mmsg_small_buf ---- */

static void alloc_small(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle, (void) size;
  alloc_bytes(buf, 64);
}

static void on_small(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                     const struct sockaddr* address, unsigned flags) {
  CHECK_PTR_EQ(handle, &receiver);
  CHECK_ERR(UV_EINVAL, nread);
  CHECK_NULL(address);
  CHECK_EQ(flags, 0);
  CHECK_EQ(buf->len, 64);
  received++;
  free_buffer(buf);
  close_both();
}

TEST(udp_mmsg_small_buf) {
  start_receiver(alloc_small, on_small);
  if (!uv_udp_using_recvmmsg(&receiver)) {
    CLOSE(&receiver);
    finish(1);
    return;
  }
  send_pings(1);
  run_dry();
  CHECK_EQ(received, 1);
  CHECK_EQ(allocs, frees);
  finish(2);
}

/* ---- udp_mmsg_single_drain_cb ---- */

static uv_timer_t guard;

static void on_guard(uv_timer_t* timer) {
  (void) timer;
  FAIL("no drain callback: %d, %d, %d", received, batch_ends, drains);
}

static void alloc_suggested(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle;
  CHECK_EQ(size, CHUNK);
  alloc_bytes(buf, size);
}

static void on_single(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                      const struct sockaddr* address, unsigned flags) {
  CHECK_PTR_EQ(handle, &receiver);
  if (flags & UV_UDP_MMSG_FREE) {
    CHECK(is_nothing(nread, address));
    CHECK_EQ(received, 1);
    batch_ends++;
    free_buffer(buf);
    return;
  }
  if (is_nothing(nread, address)) {
    CHECK_EQ(flags, 0);
    CHECK_EQ(received, 1);
    CHECK_EQ(batch_ends, 1);
    drains++;
    free_buffer(buf);
    close_both();
    uv_close((uv_handle_t*) &guard, NULL);
    return;
  }
  CHECK_EQ(flags, UV_UDP_MMSG_CHUNK);
  check_datagram(nread, buf, address, 0, "PING");
  received++;
}

TEST(udp_mmsg_single_drain_cb) {
  start_receiver(alloc_suggested, on_single);
  if (!uv_udp_using_recvmmsg(&receiver)) {
    CLOSE(&receiver);
    finish(1);
    return;
  }
  CHECK_OK(uv_timer_init(uv_default_loop(), &guard));
  CHECK_OK(uv_timer_start(&guard, on_guard, scaled_ms(5000), 0));
  send_pings(1);
  run_dry();
  CHECK_EQ(received, 1);
  CHECK_EQ(batch_ends, 1);
  CHECK_EQ(drains, 1);
  CHECK_EQ(allocs, frees);
  finish(2);
}

/* ---- udp_mmsg_namelen_zero ---- */

static void on_no_name(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                       const struct sockaddr* address, unsigned flags) {
  CHECK_EQ(nread, 0);
  CHECK_NULL(address);
  if (flags & UV_UDP_MMSG_FREE) {
    batch_ends++;
    free_buffer(buf);
    return;
  }
  received++;
  if (!(flags & UV_UDP_MMSG_CHUNK))
    free_buffer(buf);
  close_if_open(handle);
}

TEST(udp_mmsg_namelen_zero) {
  struct sockaddr_in address = loopback4(free_udp_port());
  uv_os_fd_t fd;
  start_receiver(alloc_batch, on_no_name);
  if (!uv_udp_using_recvmmsg(&receiver)) {
    CLOSE(&receiver);
    finish(1);
    return;
  }
  CHECK_OK(uv_udp_connect(&receiver, ADDR(&address)));
  CHECK_OK(uv_fileno((uv_handle_t*) &receiver, &fd));
  CHECK_EQ(shutdown(fd, SHUT_RD), 0);
  run_dry();
  CHECK_GE(received, 1);
  CHECK_LE(batch_ends, 1);
  CHECK_EQ(allocs, frees);
  finish(1);
}
