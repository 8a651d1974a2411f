/* Another file comes behind the number of a descriptor while nothing is asked of it, or is asked for once more. */
#include "test.h"

#include <sys/socket.h>
#include <unistd.h>

static int polls;

static void on_poll(uv_poll_t* handle, int status, int events) {
  CHECK_OK(status);
  CHECK_EQ(events, UV_READABLE);
  CHECK_OK(uv_poll_stop(handle));
  polls++;
}

/* Both ends of a new connection, the first one in place of `fd`. */
static int replace(int fd) {
  int fds[2];

  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  CHECK_EQ(dup2(fds[0], fd), fd);
  CHECK_EQ(close(fds[0]), 0);
  return fds[1];
}

/* Programs start a handle anew when their connection is another one. */
TEST(poll_start_with_another_file) {
  uv_poll_t handle;
  int fds[2];
  int other;

  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  CHECK_OK(uv_poll_init(uv_default_loop(), &handle, fds[0]));
  CHECK_OK(uv_poll_start(&handle, UV_READABLE, on_poll));
  CHECK_EQ(uv_run(uv_default_loop(), UV_RUN_NOWAIT), 1);
  other = replace(fds[0]);
  CHECK_OK(uv_poll_start(&handle, UV_READABLE, on_poll));
  CHECK_EQ(write(other, "x", 1), 1);
  run_until(uv_default_loop(), &polls, 1);

  uv_close((uv_handle_t*) &handle, NULL);
  run_dry();
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(close(fds[1]), 0);
  CHECK_EQ(close(other), 0);
  finish_loop(uv_default_loop());
}

static int bytes;

static void alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char room[16];
  (void) handle;
  (void) size;
  *buf = uv_buf_init(room, sizeof(room));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  (void) buf;
  CHECK_GE(nread, 0);
  bytes += (int) nread;
  if (nread > 0)
    CHECK_OK(uv_read_stop(stream));
}

/* As a program that sends its standard input elsewhere. */
TEST(pipe_read_of_another_file) {
  uv_stream_t* stream;
  uv_pipe_t pipe;
  int fds[2];
  int other;

  stream = (uv_stream_t*) &pipe;
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pipe, 0));
  CHECK_OK(uv_pipe_open(&pipe, fds[0]));
  CHECK_OK(uv_read_start(stream, alloc, on_read));
  CHECK_EQ(write(fds[1], "x", 1), 1);
  run_until(uv_default_loop(), &bytes, 1);

  other = replace(fds[0]);
  CHECK_OK(uv_read_start(stream, alloc, on_read));
  CHECK_EQ(write(other, "x", 1), 1);
  run_until(uv_default_loop(), &bytes, 2);

  uv_close((uv_handle_t*) &pipe, NULL);
  run_dry();
  CHECK_EQ(close(fds[1]), 0);
  CHECK_EQ(close(other), 0);
  finish_loop(uv_default_loop());
}
