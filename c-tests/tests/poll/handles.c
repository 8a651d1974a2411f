/* What can be polled, who owns the descriptor, several handles for one. */
#include "../stream/streams.h"

#ifdef __linux__
# include <sys/epoll.h>
#endif

static uv_poll_t handles[2];
static int polls;

static void never_poll(uv_poll_t* handle, int status, int events) {
  (void) handle;
  FAIL("poll callback with %d, %d", status, events);
}

static void finish(int closes) {
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close_calls, closes);
  finish_loop(uv_default_loop());
}

static int tcp_socket(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_GE(fd, 0);
  return fd;
}

TEST(poll_bad_fdtype) {
  int fd = open(".", O_RDONLY);
  CHECK_GE(fd, 0);
#ifdef __linux__
  CHECK_ERR(UV_EPERM, uv_poll_init(uv_default_loop(), &handles[0], fd));
#else
  CHECK_NE(uv_poll_init(uv_default_loop(), &handles[0], fd), 0);
#endif
  CHECK_EQ(close(fd), 0);
  finish(0);
}

TEST(poll_close) {
  enum { SOCKETS = 64 };
  uv_poll_t polled[SOCKETS];
  int fds[SOCKETS];
  int i;
  for (i = 0; i < SOCKETS; i++) {
    fds[i] = tcp_socket();
    CHECK_OK(uv_poll_init_socket(uv_default_loop(), &polled[i], fds[i]));
    CHECK_OK(uv_poll_start(&polled[i], UV_READABLE | UV_WRITABLE, NULL));
  }
  for (i = 0; i < SOCKETS; i++)
    CLOSE(&polled[i]);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  for (i = 0; i < SOCKETS; i++)
    CHECK_EQ(close(fds[i]), 0);
  finish(SOCKETS);
}

/* ---- Descriptors closed under a handle ---- */

TEST(poll_close_doesnt_corrupt_stack) {
  int fds[2];
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  CHECK_OK(uv_poll_init_socket(uv_default_loop(), &handles[0], fds[0]));
  CHECK_OK(uv_poll_start(&handles[0], UV_READABLE, never_poll));
  CHECK_EQ(uv_run(uv_default_loop(), UV_RUN_NOWAIT), 1);
  CHECK_EQ(close(fds[0]), 0);
  CLOSE(&handles[0]);
  CHECK_EQ(close(fds[1]), 0);
  finish(1);
}

static int closed_under_handle;

static void on_writable_close(uv_poll_t* handle, int status, int events) {
  CHECK_OK(status);
  CHECK_EQ(events, UV_WRITABLE);
  polls++;
  CHECK_OK(uv_poll_start(handle, UV_READABLE, never_poll));
  CHECK_EQ(close(closed_under_handle), 0);
  CLOSE(handle);
}

TEST(poll_closesocket) {
  int fds[2];
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  closed_under_handle = fds[0];
  CHECK_OK(uv_poll_init_socket(uv_default_loop(), &handles[0], fds[0]));
  CHECK_OK(uv_poll_start(&handles[0], UV_WRITABLE, on_writable_close));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(polls, 1);
  CHECK_EQ(close(fds[1]), 0);
  finish(1);
}

/* ---- Two handles, one descriptor ---- */

static void on_hang_up(uv_poll_t* handle, int status, int events) {
  CHECK_PTR_EQ(handle, &handles[1]);
  CHECK_OK(status);
  CHECK_EQ(events, UV_READABLE);
}

TEST(poll_multiple_handles) {
  int fd = tcp_socket();
  CHECK_OK(uv_poll_init_socket(uv_default_loop(), &handles[0], fd));
  CHECK_OK(uv_poll_init_socket(uv_default_loop(), &handles[1], fd));
  CHECK_OK(uv_poll_start(&handles[0], UV_READABLE, never_poll));
  CHECK_ERR(UV_EEXIST, uv_poll_start(&handles[1], UV_READABLE, on_hang_up));
  CHECK_OK(uv_poll_stop(&handles[0]));
  CHECK_OK(uv_poll_start(&handles[1], UV_READABLE, on_hang_up));

  CLOSE(&handles[0]);
  uv_unref((uv_handle_t*) &handles[1]);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close_calls, 1);
  uv_ref((uv_handle_t*) &handles[1]);
  CHECK_EQ(uv_is_active((uv_handle_t*) &handles[1]), 1);
  CLOSE(&handles[1]);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close(fd), 0);
  finish(2);
}

#ifdef __linux__
TEST(poll_nested_epoll) {
  int fd = epoll_create1(EPOLL_CLOEXEC);
  CHECK_GE(fd, 0);
  CHECK_OK(uv_poll_init(uv_default_loop(), &handles[0], fd));
  CHECK_OK(uv_poll_start(&handles[0], UV_READABLE, never_poll));
  CHECK_NE(uv_run(uv_default_loop(), UV_RUN_NOWAIT), 0);
  CLOSE(&handles[0]);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close(fd), 0);
  finish(1);
}
#endif

/* ---- A descriptor that is closed too early ---- */

static void on_bad_descriptor(uv_poll_t* handle, int status, int events) {
  CHECK_EQ(status, UV_EBADF);
  CHECK_EQ(events, 0);
  CHECK_EQ(uv_is_active((uv_handle_t*) handle), 0);
  polls++;
}

/* Another descriptor keeps the file open, so that the system goes on reporting. */
TEST(poll_of_a_closed_descriptor_ends) {
  char full[4096] = { 0 };
  int fds[2], other;
  CHECK_EQ(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
  while (write(fds[1], full, sizeof(full)) > 0);
  other = fcntl(fds[1], F_DUPFD_CLOEXEC, 0);
  CHECK_GE(other, 0);
  CHECK_OK(uv_poll_init(uv_default_loop(), &handles[0], fds[1]));
  CHECK_OK(uv_poll_start(&handles[0], UV_WRITABLE, on_bad_descriptor));
  CHECK_OK(close(fds[1]));
  CHECK_OK(close(fds[0]));
  run_dry();
  CHECK_EQ(polls, 1);
  CHECK_OK(close(other));
  CLOSE(&handles[0]);
  finish(1);
}
