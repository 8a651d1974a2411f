/* Handles and the loop, with each of their blocks refused in turn. */
#include "failing_allocator.h"

#include <signal.h>
#include <sys/socket.h>

enum { MANY = 40 };

static void ignore_timer(uv_timer_t* timer) { (void) timer; }
static void ignore_idle(uv_idle_t* idle) { uv_idle_stop(idle); }
static void ignore_async(uv_async_t* async) { (void) async; }
static void ignore_signal(uv_signal_t* signal, int number) {
  (void) signal, (void) number;
}

static void time_out(uv_loop_t* loop) {
  static uv_timer_t timers[MANY];
  int i;
  for (i = 0; i < MANY; i++) {
    if (!WORKED(uv_timer_init(loop, &timers[i])))
      continue;
    WORKED(uv_timer_start(&timers[i], ignore_timer, (uint64_t) (i % 3), 0));
  }
  uv_run(loop, UV_RUN_DEFAULT);
}

TEST(oom_timers) {
  use_failing_allocator();
  refuse_each_block(time_out);
}

static void wake_up(uv_loop_t* loop) {
  static uv_async_t asyncs[MANY];
  static uv_idle_t idle;
  int i;
  CHECK_OK(uv_idle_init(loop, &idle));
  CHECK_OK(uv_idle_start(&idle, ignore_idle));
  for (i = 0; i < MANY; i++) {
    if (!WORKED(uv_async_init(loop, &asyncs[i], ignore_async)))
      continue;
    CHECK_OK(uv_async_send(&asyncs[i]));
  }
  uv_run(loop, UV_RUN_NOWAIT);
}

TEST(oom_async) {
  use_failing_allocator();
  refuse_each_block(wake_up);
}

static void catch_signal(uv_loop_t* loop) {
  static uv_signal_t signals[2];
  int i;
  for (i = 0; i < 2; i++) {
    if (!WORKED(uv_signal_init(loop, &signals[i])))
      continue;
    if (WORKED(uv_signal_start(&signals[i], ignore_signal, SIGUSR1 + i))) {
      CHECK_EQ(raise(SIGUSR1 + i), 0);
      uv_run(loop, UV_RUN_NOWAIT);
    }
  }
}

TEST(oom_signal) {
  use_failing_allocator();
  refuse_each_block(catch_signal);
}

static void ignore_readiness(uv_poll_t* poll, int status, int events) {
  (void) poll, (void) status, (void) events;
}

static void follow_descriptors(uv_loop_t* loop) {
  static uv_poll_t polls[MANY];
  int fds[MANY][2];
  int i;
  for (i = 0; i < MANY; i++) {
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds[i]), 0);
    if (WORKED(uv_poll_init(loop, &polls[i], fds[i][0])))
      WORKED(uv_poll_start(&polls[i], UV_READABLE | UV_WRITABLE,
                           ignore_readiness));
  }
  uv_run(loop, UV_RUN_NOWAIT);
  close_handles(loop);
  for (i = 0; i < MANY; i++) {
    close(fds[i][0]);
    close(fds[i][1]);
  }
}

TEST(oom_poll) {
  use_failing_allocator();
  refuse_each_block(follow_descriptors);
}

static void count_change(uv_fs_event_t* handle, const char* name, int events,
                         int status) {
  (void) name, (void) events, (void) status;
  uv_fs_event_stop(handle);
}

static void ignore_poll(uv_fs_poll_t* handle, int status,
                        const uv_stat_t* before, const uv_stat_t* now) {
  (void) before, (void) now;
  if (status != 0)
    CHECK_ERR(UV_ENOMEM, status);
  uv_fs_poll_stop(handle);
}

static void watch_files(uv_loop_t* loop) {
  static uv_fs_event_t watchers[3];
  static uv_fs_poll_t poll;
  int i;
  for (i = 0; i < 3; i++) {
    CHECK_OK(uv_fs_event_init(loop, &watchers[i]));
    WORKED(uv_fs_event_start(&watchers[i], count_change,
                             i == 2 ? "watched" : ".", 0));
  }
  CHECK_OK(uv_fs_poll_init(loop, &poll));
  WORKED(uv_fs_poll_start(&poll, ignore_poll, "watched", 1));
  write_file("watched", "new", 3);
  uv_run(loop, UV_RUN_NOWAIT);
  uv_run(loop, UV_RUN_NOWAIT);
  for (i = 0; i < 3; i++) {
    char name[16];
    size_t size = sizeof(name);
    int status = uv_fs_event_getpath(&watchers[i], name, &size);
    if (status != UV_EINVAL)
      CHECK_OK(status);
  }
}

TEST(oom_watching_files) {
  write_file("watched", "old", 3);
  use_failing_allocator();
  refuse_each_block(watch_files);
}

static void ignore_exit(uv_process_t* process, int64_t status, int number) {
  (void) status, (void) number;
  uv_close((uv_handle_t*) process, NULL);
}

HELPER(oom_child) { return 0; }

static void start_child(uv_loop_t* loop) {
  static uv_process_t child;
  static uv_pipe_t pipe;
  static uv_stdio_container_t stdio[12];
  static uv_process_options_t options;
  char* args[] = { (char*) test_exepath(), "oom_child", NULL };
  char* env[] = { "A=1", NULL };
  CHECK_OK(uv_pipe_init(loop, &pipe, 0));
  memset(stdio, 0, sizeof(stdio));
  stdio[11].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
  stdio[11].data.stream = (uv_stream_t*) &pipe;
  options.file = args[0];
  options.args = args;
  options.env = env;
  options.stdio = stdio;
  options.stdio_count = 12;
  options.exit_cb = ignore_exit;
  WORKED(uv_spawn(loop, &child, &options));
  uv_run(loop, UV_RUN_DEFAULT);
}

TEST(oom_spawn, TIMEOUT(60)) {
  use_failing_allocator();
  refuse_each_block(start_child);
}

static void forget_handle(uv_handle_t* handle) {
  memset(handle, 0xa5, sizeof(uv_fs_poll_t));
  free(handle);
}

static void watch_and_close(uv_loop_t* loop) {
  uv_fs_poll_t* poll = malloc(sizeof(*poll));
  CHECK_NOT_NULL(poll);
  CHECK_OK(uv_fs_poll_init(loop, poll));
  WORKED(uv_fs_poll_start(poll, ignore_poll, "watched", 1));
  uv_close((uv_handle_t*) poll, forget_handle);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
}

TEST(oom_closing_fs_poll) {
  write_file("watched", "old", 3);
  use_failing_allocator();
  refuse_each_block(watch_and_close);
}
