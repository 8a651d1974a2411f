/* Sends that the system refuses for the moment although the socket can be written to: for lack of memory, or
 * a reason of its own. They are tried again. */
#include "calls.h"
#include "datagrams.h"

#include <sys/un.h>

enum { COUNT = 100 };

static int refusals;         /* of the next calls */
static int refusal;          /* errno */
static int receiver;
static uv_udp_t sender;
static uv_udp_send_t requests[COUNT];
static char bytes[COUNT];
static int sent;
static int received;

static int refuses(void) {
  if (refusals == 0)
    return 0;
  refusals--;
  errno = refusal;
  return 1;
}

static void on_sent(uv_udp_send_t* req, int status) {
  CHECK_OK(status);
  CHECK_PTR_EQ(req, &requests[sent]);
  sent++;
}

static void send_next(int index, const struct sockaddr* address) {
  uv_buf_t buf = uv_buf_init(&bytes[index], 1);
  bytes[index] = (char) index;
  CHECK_OK(uv_udp_send(&requests[index], &sender, &buf, 1, address, on_sent));
}

static void send_refused(int error, int times) {
  struct sockaddr_in address = loopback4(free_udp_port());
  CHECK_OK(uv_udp_init_ex(uv_default_loop(), &sender, AF_INET));
  refusal = error;
  refusals = times;
  test_calls.sendmsg_fails = refuses;
  send_next(0, ADDR(&address));
  if (refusals == times)
    SKIP("the library's calls are out of reach");
  run_until(uv_default_loop(), &sent, 1);
  CHECK_EQ(refusals, 0);
  check_queue_empty(&sender);
  CLOSE(&sender);
  finish(1);
}

TEST(udp_send_is_tried_again_after_eagain) {
  send_refused(EAGAIN, 4);
}

TEST(udp_send_is_tried_again_after_enobufs) {
  send_refused(ENOBUFS, 4);
}

/* ---- a receiver of the Unix domain that another sender has filled ---- */

static uv_timer_t reader;
static int of_others;

static void fill_receiver(const struct sockaddr_un* address) {
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  CHECK_GE(fd, 0);
  while (sendto(fd, "x", 1, 0, (const struct sockaddr*) address, sizeof(*address)) == 1)
    of_others++;
  CHECK_EQ(errno, EAGAIN);
  CHECK_GT(of_others, 0);
  close(fd);
}

static void read_some(uv_timer_t* timer) {
  char byte;
  int left = 7;
  (void) timer;
  while (left-- > 0 && recv(receiver, &byte, 1, MSG_DONTWAIT) == 1) {
    if (of_others > 0) {
      of_others--;
      continue;
    }
    CHECK_EQ(byte, (char) received);
    received++;
  }
  if (received == COUNT)
    uv_close((uv_handle_t*) &reader, NULL);
}

TEST(udp_send_waits_for_a_full_unix_receiver) {
  struct sockaddr_un address;
  int fd;
  int i;
  memset(&address, 0, sizeof(address));
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path, fresh_pipe_path(), sizeof(address.sun_path) - 1);
  receiver = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  CHECK_GE(receiver, 0);
  CHECK_EQ(bind(receiver, ADDR(&address), sizeof(address)), 0);
  fill_receiver(&address);
  fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  CHECK_GE(fd, 0);
  CHECK_OK(uv_udp_init(uv_default_loop(), &sender));
  CHECK_OK(uv_udp_open(&sender, fd));
  for (i = 0; i < COUNT; i++)
    send_next(i, ADDR(&address));
  CHECK_EQ(uv_udp_get_send_queue_count(&sender), COUNT);
  CHECK_OK(uv_timer_init(uv_default_loop(), &reader));
  CHECK_OK(uv_timer_start(&reader, read_some, 1, 1));
  run_until(uv_default_loop(), &received, COUNT);
  run_until(uv_default_loop(), &sent, COUNT);
  check_queue_empty(&sender);
  close(receiver);
  CLOSE(&sender);
  finish(1);
}
