/* Without a descriptor for a connection its peer is told, not left waiting. */
#include "../stream/streams.h"

#include <poll.h>
#include <sys/resource.h>

static uv_tcp_t server;

static void on_tick(uv_timer_t* timer) {
  struct pollfd* peer = timer->data;
  if (poll(peer, 1, 0) == 1) {
    CLOSE(timer);
    CLOSE(&server);
  }
}

TEST(emfile_ends_the_connection) {
  enum { LIMIT = 40 };
  struct rlimit limit = { LIMIT, LIMIT };
  struct sockaddr_in address = loopback4(0);
  struct pollfd peer;
  uv_timer_t timer;
  int copies[LIMIT];
  int count = 0;
  char byte;
  int fd;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    CHECK_EQ(errno, EPERM);
    SKIP("the limit of descriptors cannot be lowered");
  }
  CHECK_OK(uv_tcp_init(uv_default_loop(), &server));
  CHECK_OK(uv_tcp_bind(&server, ADDR(&address), 0));
  CHECK_OK(uv_listen(STREAM(&server), 8, never_connection));
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, on_tick, 5, 5));
  address = loopback4(tcp_port(&server));
  peer.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  peer.events = POLLIN;
  CHECK_GE(peer.fd, 0);
  timer.data = &peer;
  while ((fd = dup(0)) >= 0)
    copies[count++] = fd;
  CHECK_EQ(errno, EMFILE);
  CHECK_OK(connect(peer.fd, ADDR(&address), sizeof(address)));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close_calls, 2);
  CHECK_LE(recv(peer.fd, &byte, 1, 0), 0); /* the end, or a reset */
  while (count > 0)
    CHECK_OK(close(copies[--count]));
  CHECK_OK(close(peer.fd));
  finish_loop(uv_default_loop());
}
