/* One port for several loops, and very many handles for one port. */
#include "datagrams.h"

#include <sys/resource.h>

/* ---- udp_reuseport ---- */

enum { RECEIVERS = 2, SENDERS = 40 };

struct receiver {
  pthread_t thread;
  int port;                 /* 0 for the first */
  uv_udp_t udp;
  uv_async_t stop;
  int received;
};

static struct receiver receivers[RECEIVERS];
static struct counter ready = COUNTER_INIT;
static struct counter all_received = COUNTER_INIT;

static void on_hello(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                     const struct sockaddr* address, unsigned flags) {
  struct receiver* receiver = handle->data;
  if (!is_nothing(nread, address)) {
    check_datagram(nread, buf, address, flags, "Hello");
    receiver->received++;
    counter_add(&all_received, 1);
  }
  free(buf->base);
}

static void alloc_own(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle;
  buf->base = malloc(size);
  CHECK_NOT_NULL(buf->base);
  buf->len = size;
}

static void on_stop(uv_async_t* stop) {
  struct receiver* receiver = stop->data;
  uv_close((uv_handle_t*) &receiver->udp, NULL);
  uv_close((uv_handle_t*) stop, NULL);
}

static void* receive(void* arg) {
  struct receiver* receiver = arg;
  struct sockaddr_in address = loopback4(receiver->port);
  uv_loop_t loop;
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_udp_init(&loop, &receiver->udp));
  CHECK_OK(uv_async_init(&loop, &receiver->stop, on_stop));
  receiver->udp.data = receiver;
  receiver->stop.data = receiver;
  CHECK_OK(uv_udp_bind(&receiver->udp, ADDR(&address),
                       UV_UDP_REUSEADDR | UV_UDP_REUSEPORT));
  receiver->port = udp_port(&receiver->udp);
  CHECK_OK(uv_udp_recv_start(&receiver->udp, alloc_own, on_hello));
  counter_add(&ready, 1);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_OK(uv_loop_close(&loop));
  return NULL;
}

static void on_hello_sent(uv_udp_send_t* req, int status) {
  CHECK_OK(status);
  CLOSE(req->handle);
}

/* The kernel chooses a receiver by the sender's port, and 40 ports do not all
 * lead to the same. */
TEST(udp_reuseport) {
  uv_udp_t senders[SENDERS];
  uv_udp_send_t requests[SENDERS];
  struct sockaddr_in address;
  int i;
  if (uv_available_parallelism() < RECEIVERS)
    SKIP("one processor");
  for (i = 0; i < RECEIVERS; i++) {
    receivers[i].port = i == 0 ? 0 : receivers[0].port;
    CHECK_EQ(pthread_create(&receivers[i].thread, NULL, receive,
                            &receivers[i]), 0);
    counter_wait(&ready, i + 1);
  }
  CHECK_EQ(receivers[0].port, receivers[1].port);
  address = loopback4(receivers[0].port);
  for (i = 0; i < SENDERS; i++) {
    CHECK_OK(uv_udp_init(uv_default_loop(), &senders[i]));
    CHECK_OK(send_text(&requests[i], &senders[i], "Hello", &address,
                       on_hello_sent));
  }
  run_dry();
  counter_wait(&all_received, SENDERS);
  for (i = 0; i < RECEIVERS; i++) {
    CHECK_OK(uv_async_send(&receivers[i].stop));
    CHECK_EQ(pthread_join(receivers[i].thread, NULL), 0);
    CHECK_GT(receivers[i].received, 0);
  }
  CHECK_EQ(receivers[0].received + receivers[1].received, SENDERS);
  finish(SENDERS);
}

/* ---- watcher_cross_stop ---- */

enum { HANDLES = 2500, OTHER_FDS = 32 };

static uv_udp_t handles[HANDLES];
static uv_udp_send_t requests[HANDLES];
static char datagram[1024];
static int sends;
static int receives;

static void alloc_byte(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char byte;
  (void) handle, (void) size;
  *buf = uv_buf_init(&byte, 1);
}

static void on_received(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                        const struct sockaddr* address, unsigned flags) {
  (void) handle, (void) nread, (void) buf, (void) address, (void) flags;
  receives++;
}

static void on_sent(uv_udp_send_t* req, int status) {
  (void) req, (void) status;
  sends++;
}

TEST(watcher_cross_stop) {
  uv_buf_t buf = uv_buf_init(datagram, sizeof(datagram));
  struct rlimit limit = { HANDLES + OTHER_FDS, HANDLES + OTHER_FDS };
  struct sockaddr_in address = loopback4(0);
  int i;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    SKIP("no %d descriptors", HANDLES + OTHER_FDS);
  for (i = 0; i < HANDLES; i++) {
    CHECK_OK(uv_udp_init(uv_default_loop(), &handles[i]));
    CHECK_OK(uv_udp_bind(&handles[i], ADDR(&address), UV_UDP_REUSEADDR));
    if (i == 0)
      address = loopback4(udp_port(&handles[0]));
    CHECK_OK(uv_udp_recv_start(&handles[i], alloc_byte, on_received));
    CHECK_OK(uv_udp_send(&requests[i], &handles[i], &buf, 1, ADDR(&address),
                         on_sent));
  }
  run_until(uv_default_loop(), &receives, 1);
  for (i = 0; i < HANDLES; i++)
    CLOSE(&handles[i]);
  CHECK_GT(receives, 0);
  run_dry();
  CHECK_EQ(sends, HANDLES);
  finish(HANDLES);
}
