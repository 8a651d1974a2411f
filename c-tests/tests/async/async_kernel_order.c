/* Where the kernel says in which order descriptors became ready, and the waker
 * of the loop among them, callbacks come in that order. */
#include "test.h"

#include <sys/socket.h>
#include <unistd.h>

static char order[8];
static uv_pipe_t pipes[2];
static uv_async_t async;

static void note(char what) {
  order[strlen(order)] = what;
}

static void on_alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char memory[64];
  (void) handle;
  (void) size;
  *buf = uv_buf_init(memory, sizeof(memory));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  (void) buf;
  CHECK_EQ(nread, 1);
  note((uv_pipe_t*) stream == &pipes[0] ? 'a' : 'b');
  uv_close((uv_handle_t*) stream, NULL);
}

static void on_async(uv_async_t* handle) {
  note('!');
  uv_close((uv_handle_t*) handle, NULL);
}

TEST(async_comes_where_the_kernel_reports_it) {
  uv_loop_t* loop = uv_default_loop();
  int others[2];
  int i;
  CHECK_OK(uv_async_init(loop, &async, on_async));
  for (i = 0; i < 2; i++) {
    int fds[2];
    CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
    CHECK_OK(uv_pipe_init(loop, &pipes[i], 0));
    CHECK_OK(uv_pipe_open(&pipes[i], fds[0]));
    CHECK_OK(uv_read_start((uv_stream_t*) &pipes[i], on_alloc, on_read));
    others[i] = fds[1];
  }
  CHECK_EQ(uv_run(loop, UV_RUN_NOWAIT), 1);
  CHECK_EQ(write(others[0], "x", 1), 1);
  CHECK_OK(uv_async_send(&async));
  CHECK_EQ(write(others[1], "x", 1), 1);
  run_dry();
  CHECK_STR_EQ(order, "a!b");
  CHECK_OK(close(others[0]));
  CHECK_OK(close(others[1]));
  finish_loop(loop);
}
