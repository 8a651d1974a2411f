/* Options that a program sets on its own socket decide how each message goes, however many the library
 * sends at once. */
#include "datagrams.h"

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#ifndef SO_TIMESTAMPING
#define SO_TIMESTAMPING 37
#endif

enum { OPTION_CORK = 1, OPTION_SEGMENT = 103, SIZE = 1200, PIECE = 500, COUNT = 4 };

static int receiver = -1;
static struct sockaddr_in address;
static uv_udp_t sender;
static int sender_fd;
static char memory[SIZE];
static uv_udp_send_t requests[COUNT];
static int sent;

static void open_receiver(void) {
  socklen_t size = sizeof(address);
  address = loopback4(0);
  receiver = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  CHECK_GE(receiver, 0);
  CHECK_EQ(bind(receiver, ADDR(&address), sizeof(address)), 0);
  CHECK_EQ(getsockname(receiver, ADDR(&address), &size), 0);
}

/* The program knows the socket: it asks for the descriptor, or has made it. */
static void open_sender(int own) {
  open_receiver();
  CHECK_OK(uv_udp_init_ex(uv_default_loop(), &sender, own ? AF_UNSPEC : AF_INET));
  if (own) {
    sender_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK_GE(sender_fd, 0);
    CHECK_OK(uv_udp_open(&sender, sender_fd));
  }
}

static void ask_for_descriptor(void) {
  uv_os_fd_t fd;
  CHECK_OK(uv_fileno((uv_handle_t*) &sender, &fd));
  sender_fd = fd;
}

static void close_sender(void) {
  CLOSE(&sender);
  close(receiver);
  finish(1);
}

static void set(int level, int option, int value) {
  if (setsockopt(sender_fd, level, option, &value, sizeof(value)) != 0)
    SKIP("no option %d", option);
}

static void on_sent(uv_udp_send_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  sent++;
}

static void try_send_all(void) {
  uv_buf_t buf = uv_buf_init(memory, SIZE);
  uv_buf_t* bufs[COUNT] = { &buf, &buf, &buf, &buf };
  unsigned nbufs[COUNT] = { 1, 1, 1, 1 };
  struct sockaddr* addrs[COUNT];
  int i;
  for (i = 0; i < COUNT; i++)
    addrs[i] = ADDR(&address);
  CHECK_EQ(uv_udp_try_send2(&sender, COUNT, bufs, nbufs, addrs, 0), COUNT);
}

static void queue_all(void) {
  uv_buf_t buf = uv_buf_init(memory, SIZE);
  int i;
  sent = 0;
  for (i = 0; i < COUNT; i++)
    CHECK_OK(uv_udp_send(&requests[i], &sender, &buf, 1, ADDR(&address), on_sent));
  run_until(uv_default_loop(), &sent, COUNT);
}

/* What has come: so many datagrams of one size, then perhaps a smaller one, over and over. */
static void check_received(int times, int whole, int size, int rest) {
  static char datagram[65536];
  while (times-- > 0) {
    int i;
    for (i = 0; i < whole; i++)
      CHECK_EQ(recv(receiver, datagram, sizeof(datagram), 0), size);
    if (rest != 0)
      CHECK_EQ(recv(receiver, datagram, sizeof(datagram), 0), rest);
  }
  CHECK_EQ(recv(receiver, datagram, sizeof(datagram), 0), -1);
  CHECK_EQ(errno, EAGAIN);
}

static void check_all_ways(int times, int whole, int size, int rest) {
  uv_buf_t buf = uv_buf_init(memory, SIZE);
  CHECK_EQ(uv_udp_try_send(&sender, &buf, 1, ADDR(&address)), SIZE);
  check_received(1, whole, size, rest);
  try_send_all();
  check_received(times, whole, size, rest);
  queue_all();
  check_received(times, whole, size, rest);
}

static void segment(int own, int later) {
  open_sender(own);
  if (later)
    check_all_ways(COUNT, 1, SIZE, 0);
  if (!own)
    ask_for_descriptor();
  set(IPPROTO_UDP, OPTION_SEGMENT, PIECE);
  check_all_ways(COUNT, SIZE / PIECE, PIECE, SIZE % PIECE);
  set(IPPROTO_UDP, OPTION_SEGMENT, 0);
  check_all_ways(COUNT, 1, SIZE, 0);
  close_sender();
}

TEST(udp_segment_size_of_the_program) {
  segment(0, 0);
}

TEST(udp_segment_size_set_later) {
  segment(0, 1);
}

TEST(udp_segment_size_of_an_opened_socket) {
  segment(1, 1);
}

/* What a corked socket is given leaves as one datagram when the cork is drawn. */
TEST(udp_cork_of_the_program) {
  open_sender(0);
  try_send_all();
  check_received(COUNT, 1, SIZE, 0);
  ask_for_descriptor();
  set(IPPROTO_UDP, OPTION_CORK, 1);
  try_send_all();
  check_received(0, 0, 0, 0);
  set(IPPROTO_UDP, OPTION_CORK, 0);
  check_received(1, 1, COUNT * SIZE, 0);
  close_sender();
}

/* Each datagram's leaving is told by itself. */
TEST(udp_timestamps_of_the_program) {
  int told = 0;
  open_sender(0);
  ask_for_descriptor();
  set(SOL_SOCKET, SO_TIMESTAMPING,
      SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID
      | SOF_TIMESTAMPING_OPT_TSONLY);
  try_send_all();
  check_received(COUNT, 1, SIZE, 0);
  for (;;) {
    char control[512];
    struct msghdr message;
    memset(&message, 0, sizeof(message));
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    if (recvmsg(sender_fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
      break;
    told++;
  }
  CHECK_EQ(told, COUNT);
  close_sender();
}
