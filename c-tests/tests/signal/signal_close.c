/* Watchers that close while a signal waits to be told to them. */
#include "test.h"

#include <signal.h>
#include <unistd.h>

static uv_loop_t loop;
static uv_signal_t watcher;
static uv_pipe_t pipe_handle;
static int closes;

static void fail_on_signal(uv_signal_t* handle, int signum) {
  (void) handle;
  FAIL("told of signal %d", signum);
}

static void on_close(uv_handle_t* handle) {
  (void) handle;
  closes++;
}

static void watch_sigpipe(void) {
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_signal_init(&loop, &watcher));
  CHECK_OK(uv_signal_start(&watcher, fail_on_signal, SIGPIPE));
}

TEST(signal_close_loop_alive) {
  watch_sigpipe();
  uv_unref((uv_handle_t*) &watcher);
  CHECK_OK(uv_kill(uv_os_getpid(), SIGPIPE));
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  uv_close((uv_handle_t*) &watcher, on_close);
  CHECK_EQ(uv_loop_alive(&loop), 1);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_EQ(closes, 1);
  finish_loop(&loop);
}

static void on_written(uv_write_t* req, int status) {
  CHECK_EQ(status, UV_EPIPE);
  free(req);
  uv_close((uv_handle_t*) &watcher, on_close);
  uv_close((uv_handle_t*) &pipe_handle, on_close);
}

TEST(signal_pending_on_close) {
  const unsigned size = 1 << 24;
  uv_write_t* req = malloc(sizeof(*req));
  char* data = calloc(1, size);
  uv_buf_t buf = uv_buf_init(data, size);
  int fds[2];

  CHECK_NOT_NULL(req);
  CHECK_NOT_NULL(data);
  CHECK_EQ(pipe(fds), 0);
  watch_sigpipe();
  CHECK_OK(uv_pipe_init(&loop, &pipe_handle, 0));
  CHECK_OK(uv_pipe_open(&pipe_handle, fds[1]));
  CHECK_OK(uv_write(req, (uv_stream_t*) &pipe_handle, &buf, 1, on_written));
  CHECK_EQ(close(fds[0]), 0);

  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_EQ(closes, 2);
  free(data);
  finish_loop(&loop);
}
