/* uv_loop_fork that fails, for want of memory or of descriptors, can be called
 * again; then all is as if it had not. */
#include "fork_child.h"

#include "calls.h"

#include <signal.h>
#include <sys/resource.h>

static uv_async_t async;
static uv_fs_event_t watch;
static uv_pipe_t reader;
static uv_signal_t signal_;
static uv_signal_t late;
static int told;

static void on_async(uv_async_t* handle) {
  told++;
  uv_close((uv_handle_t*) handle, NULL);
}

static void on_signal(uv_signal_t* handle, int signum) {
  (void) signum;
  told++;
  uv_close((uv_handle_t*) handle, NULL);
}

static void on_event(uv_fs_event_t* handle, const char* name, int events,
                     int status) {
  (void) name, (void) events;
  CHECK_OK(status);
  told++;
  uv_close((uv_handle_t*) handle, NULL);
}

static void alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char byte;
  (void) handle, (void) size;
  *buf = uv_buf_init(&byte, 1);
}

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got == 0)
    return;
  CHECK_EQ(got, 1);
  told++;
  uv_close((uv_handle_t*) stream, NULL);
}

static int calls_left = -1; /* until one is refused */
static int was_refused;

static int refuses(void) {
  if (calls_left < 0 || calls_left-- > 0)
    return 0;
  was_refused = 1;
  errno = ENOMEM;
  return 1;
}

static void make_all(int fds[2]) {
  uv_loop_t* loop = uv_default_loop();
  if (is_other_libuv())
    SKIP("libuv aborts, or does not make good what failed");
  CHECK_EQ(pipe(fds), 0);
  CHECK_OK(uv_async_init(loop, &async, on_async));
  CHECK_OK(uv_signal_init(loop, &signal_));
  CHECK_OK(uv_signal_init(loop, &late));
  CHECK_OK(uv_signal_start(&signal_, on_signal, SIGUSR1));
  CHECK_OK(uv_fs_event_init(loop, &watch));
  CHECK_OK(uv_fs_event_start(&watch, on_event, ".", 0));
  CHECK_OK(uv_pipe_init(loop, &reader, 0));
  CHECK_OK(uv_pipe_open(&reader, fds[0]));
  CHECK_OK(uv_read_start((uv_stream_t*) &reader, alloc, on_read));
  CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
}

/* Each handle is told once. One that watches a file has stopped where that failed. */
static void use_all(const int fds[2]) {
  if (!uv_is_active((uv_handle_t*) &watch))
    CHECK_OK(uv_fs_event_start(&watch, on_event, ".", 0));
  CHECK_OK(uv_signal_start(&late, on_signal, SIGUSR2));
  CHECK_OK(uv_async_send(&async));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(raise(SIGUSR2), 0);
  CHECK_EQ(write(fds[1], "x", 1), 1);
  write_file("new", "", 0);
  run_dry();
  CHECK_EQ(told, 5);
  CHECK_EQ(close(fds[1]), 0);
  finish_loop(uv_default_loop());
}

/* At the n-th descriptor that the poller is asked to follow. */
TEST(fork_loop_fork_refused_by_the_poller) {
  int fds[2];
  pid_t pid;
  int n;
  make_all(fds);
  for (n = 0; n < 8; n++) {
    pid = start_child();
    if (pid == 0) {
      int outcome;
      test_calls.epoll_ctl_fails = refuses;
      calls_left = n;
      outcome = uv_loop_fork(uv_default_loop());
      if (outcome != 0 || getenv("UV_INSPECT") == NULL) /* whoever looks asks for one, too, and may go without */
        CHECK_EQ(outcome, was_refused ? UV_ENOMEM : 0);
      if (n < 6) /* what the loop has, its waker, and two that are made anew */
        CHECK_EQ(was_refused, 1);
      calls_left = -1;
      if (outcome != 0)
        CHECK_OK(uv_loop_fork(uv_default_loop()));
      use_all(fds);
      end_child();
    }
    wait_for_child(pid);
  }
  use_all(fds);
}

TEST(fork_loop_fork_without_descriptors) {
  int fds[2];
  pid_t pid;
  make_all(fds);
  pid = start_child();
  if (pid == 0) {
    struct rlimit before;
    struct rlimit none;
    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 3;
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    CHECK_ERR(UV_EMFILE, uv_loop_fork(uv_default_loop()));
    CHECK_EQ(uv_backend_fd(uv_default_loop()), -1);
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    CHECK_OK(uv_loop_fork(uv_default_loop()));
    use_all(fds);
    end_child();
  }
  wait_for_child(pid);
  use_all(fds);
}
