/* A receiver of the Unix domain that is full: its senders wait, although their own sockets can be written
 * to all the time. */
#include "datagrams.h"

#include <sys/un.h>

enum { COUNT = 100 };

static int receiver;
static uv_udp_t sender;
static uv_udp_send_t requests[COUNT];
static uv_timer_t reader;
static int sent;
static int received;

static void read_some(uv_timer_t* timer) {
  char byte;
  int left = 7;
  (void) timer;
  while (left-- > 0 && recv(receiver, &byte, 1, MSG_DONTWAIT) == 1) {
    CHECK_EQ(byte, (char) received);
    received++;
  }
  if (received == COUNT)
    uv_close((uv_handle_t*) &reader, NULL);
}

static void on_sent(uv_udp_send_t* req, int status) {
  CHECK_OK(status);
  CHECK_PTR_EQ(req, &requests[sent]);
  if (++sent == COUNT)
    CLOSE(&sender);
}

TEST(udp_send_waits_for_a_full_unix_receiver) {
  static char bytes[COUNT];
  struct sockaddr_un address;
  int fd;
  int i;
  memset(&address, 0, sizeof(address));
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path, fresh_pipe_path(), sizeof(address.sun_path) - 1);
  receiver = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  CHECK_GE(receiver, 0);
  CHECK_EQ(bind(receiver, ADDR(&address), sizeof(address)), 0);
  fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  CHECK_GE(fd, 0);
  CHECK_OK(uv_udp_init(uv_default_loop(), &sender));
  CHECK_OK(uv_udp_open(&sender, fd));
  for (i = 0; i < COUNT; i++) {
    uv_buf_t buf = uv_buf_init(&bytes[i], 1);
    bytes[i] = (char) i;
    CHECK_OK(uv_udp_send(&requests[i], &sender, &buf, 1, ADDR(&address), on_sent));
  }
  CHECK_GT(uv_udp_get_send_queue_count(&sender), 0);
  CHECK_OK(uv_timer_init(uv_default_loop(), &reader));
  CHECK_OK(uv_timer_start(&reader, read_some, 1, 1));
  run_dry();
  CHECK_EQ(sent, COUNT);
  CHECK_EQ(received, COUNT);
  check_queue_empty(&sender);
  close(receiver);
  finish(1);
}
