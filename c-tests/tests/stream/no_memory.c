/* A kernel that is out of memory for a moment: the write is tried again. */
#include "../pipe/pipes.h"

#ifdef __linux__
#include "calls.h"

/* Answers with ENOBUFS that are still to come, for the library's calls. */
static int refusals;

static int refuses(void) {
  if (refusals == 0)
    return 0;
  refusals--;
  errno = ENOBUFS;
  return 1;
}

static uv_pipe_t writer;
static uv_write_t first;
static uv_write_t second;
static int writes;
static int peer;
static uv_idle_t drain;

static void on_drain(uv_idle_t* idle) {
  static char bytes[1 << 16];
  (void) idle;
  while (recv(peer, bytes, sizeof(bytes), MSG_DONTWAIT) > 0) {
  }
}

static void on_second(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &second);
  CHECK_OK(status);
  writes++;
  CLOSE(&writer);
  CLOSE(&drain);
}

static void on_first(uv_write_t* req, int status) {
  uv_buf_t buf = uv_buf_init("hello", 5);
  CHECK_OK(status);
  writes++;
  test_calls.send_fails = refuses;
  test_calls.sendmsg_fails = refuses;
  refusals = 4;
  CHECK_OK(uv_write(&second, req->handle, &buf, 1, on_second));
}

TEST(stream_write_is_tried_again_after_enobufs) {
  static char bytes[1 << 20];
  uv_buf_t buf = uv_buf_init(bytes, sizeof(bytes));
  int fds[2];
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  peer = fds[1];
  pipe_take(uv_default_loop(), &writer, fds[0]);
  CHECK_OK(uv_idle_init(uv_default_loop(), &drain));
  CHECK_OK(uv_idle_start(&drain, on_drain));
  CHECK_OK(uv_write(&first, STREAM(&writer), &buf, 1, on_first));
  run_dry();
  CHECK_EQ(writes, 2);
  CHECK_EQ(close(peer), 0);
  finish_loop(uv_default_loop());
}
#endif
