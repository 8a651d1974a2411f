/* A connection that ends under a polled descriptor is told once, whatever was
 * asked for: nothing else can follow. */
#include "../stream/streams.h"

#include <poll.h>

enum { ALL = UV_READABLE | UV_WRITABLE | UV_DISCONNECT | UV_PRIORITIZED };

static uv_poll_t polled;
static int calls;
static int last_status;
static int last_events;

static void on_poll(uv_poll_t* handle, int status, int events) {
  CHECK_PTR_EQ(handle, &polled);
  calls++;
  last_status = status;
  last_events = events;
}

static void connected(int fds[2]) {
  struct sockaddr_in address;
  socklen_t size = sizeof(address);
  int server = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_GE(server, 0);
  CHECK_OK(uv_ip4_addr("127.0.0.1", 0, &address));
  CHECK_EQ(bind(server, (struct sockaddr*) &address, size), 0);
  CHECK_EQ(listen(server, 1), 0);
  CHECK_EQ(getsockname(server, (struct sockaddr*) &address, &size), 0);
  fds[0] = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_GE(fds[0], 0);
  CHECK_EQ(connect(fds[0], (struct sockaddr*) &address, size), 0);
  fds[1] = accept(server, NULL, NULL);
  CHECK_GE(fds[1], 0);
  CHECK_EQ(close(server), 0);
}

static void wait_for(int fd, short event) {
  struct pollfd entry;
  entry.fd = fd;
  entry.events = event;
  CHECK_EQ(poll(&entry, 1, -1), 1);
  CHECK_EQ(entry.revents & event, event);
}

static void reset(int fd) {
  struct linger linger = { 1, 0 };
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
  CHECK_EQ(close(fd), 0);
}

/* The handle is told once, as of an error, and has stopped. */
static void told_once(int fd) {
  int i;
  for (i = 0; i < 3; i++)
    uv_run(uv_default_loop(), UV_RUN_NOWAIT);
  CHECK_EQ(calls, 1);
  CHECK_ERR(UV_EBADF, last_status);
  CHECK_EQ(last_events, 0);
  CHECK_EQ(uv_is_active((uv_handle_t*) &polled), 0);
  CLOSE(&polled);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close(fd), 0);
  calls = 0;
}

static void start(int fd, int events) {
  CHECK_OK(uv_poll_init_socket(uv_default_loop(), &polled, fd));
  CHECK_OK(uv_poll_start(&polled, events, on_poll));
}

TEST(poll_reset_is_told_once) {
  int events;
  for (events = 1; events <= ALL; events++) {
    int fds[2];
    connected(fds);
    start(fds[0], events);
    reset(fds[1]);
    wait_for(fds[0], POLLHUP);
    told_once(fds[0]);
  }
  finish_loop(uv_default_loop());
}

/* An urgent byte alone is nothing that an ordinary read would get. */
TEST(poll_urgent_byte_is_not_told_as_data) {
  int fds[2];
  connected(fds);
  start(fds[0], UV_READABLE | UV_PRIORITIZED);
  CHECK_EQ(send(fds[1], "!", 1, MSG_OOB), 1);
  wait_for(fds[0], POLLPRI);
  uv_run(uv_default_loop(), UV_RUN_NOWAIT);
  CHECK_EQ(calls, 1);
  CHECK_OK(last_status);
  CHECK_EQ(last_events, UV_PRIORITIZED);
  CLOSE(&polled);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(close(fds[1]), 0);
  finish_loop(uv_default_loop());
}

/* The byte can be read no more. */
TEST(poll_reset_with_urgent_byte_is_told_once) {
  int fds[2];
  connected(fds);
  start(fds[0], UV_PRIORITIZED);
  CHECK_EQ(send(fds[1], "!", 1, MSG_OOB), 1);
  wait_for(fds[0], POLLPRI);
  reset(fds[1]);
  wait_for(fds[0], POLLHUP);
  told_once(fds[0]);
  finish_loop(uv_default_loop());
}

/* No urgent data follows the end of both directions. */
TEST(poll_end_is_told_once_to_who_waits_for_urgent_data) {
  int fds[2];
  connected(fds);
  start(fds[0], UV_PRIORITIZED);
  CHECK_EQ(shutdown(fds[0], SHUT_WR), 0);
  CHECK_EQ(close(fds[1]), 0);
  wait_for(fds[0], POLLHUP);
  told_once(fds[0]);
  finish_loop(uv_default_loop());
}

/* Whoever waits for the end is told of it while there is something left to read. */
TEST(poll_end_of_pipe_is_told_before_the_rest_is_read) {
  char text[8];
  int fds[2];
  CHECK_EQ(pipe(fds), 0);
  start(fds[0], UV_READABLE | UV_DISCONNECT);
  CHECK_EQ(write(fds[1], "text", 4), 4);
  CHECK_EQ(close(fds[1]), 0);
  uv_run(uv_default_loop(), UV_RUN_NOWAIT);
  CHECK_EQ(calls, 1);
  CHECK_OK(last_status);
  CHECK_EQ(last_events, UV_READABLE | UV_DISCONNECT);
  CHECK_EQ(read(fds[0], text, sizeof(text)), 4);
  uv_run(uv_default_loop(), UV_RUN_NOWAIT);
  CHECK_EQ(calls, 2);
  CHECK_EQ(last_events, UV_READABLE | UV_DISCONNECT);
  CLOSE(&polled);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close(fds[0]), 0);
  finish_loop(uv_default_loop());
}
