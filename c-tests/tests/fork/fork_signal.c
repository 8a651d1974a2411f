/* Who hears of a signal when the watcher is older than the child. */
#include "fork_child.h"

#include <signal.h>
#include <sys/syscall.h>

static uv_signal_t watcher;
static int signals;
static int last_signum;

static void on_signal(uv_signal_t* handle, int signum) {
  signals++;
  last_signum = signum;
  uv_close((uv_handle_t*) handle, NULL);
}

static void watch(uv_loop_t* loop, int signum) {
  CHECK_OK(uv_signal_init(loop, &watcher));
  CHECK_OK(uv_signal_start(&watcher, on_signal, signum));
}

TEST(fork_signal_to_child) {
  struct milestone child_is_ready;
  pid_t pid;
  milestone_init(&child_is_ready);
  watch(uv_default_loop(), SIGUSR1);
  pid = start_child();
  if (pid == 0) {
    CHECK_OK(uv_loop_fork(uv_default_loop()));
    milestone_reach(&child_is_ready);
    CHECK_NE(uv_loop_alive(uv_default_loop()), 0);
    CHECK_OK(uv_run(uv_default_loop(), UV_RUN_ONCE));
    CHECK_EQ(signals, 1);
    CHECK_EQ(last_signum, SIGUSR1);
    milestone_free(&child_is_ready);
    finish_loop(uv_default_loop());
    end_child();
  }
  milestone_wait(&child_is_ready);
  CHECK_EQ(kill(pid, SIGUSR1), 0);
  uv_unref((uv_handle_t*) &watcher);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_NOWAIT));
  CHECK_EQ(signals, 0);
  wait_for_child(pid);
  CHECK_EQ(signals, 0);
  milestone_free(&child_is_ready);
  finish_loop(uv_default_loop());
}

TEST(fork_signal_to_child_closed) {
  struct milestone child_is_ready;
  struct milestone signal_is_sent;
  pid_t pid;
  milestone_init(&child_is_ready);
  milestone_init(&signal_is_sent);
  watch(uv_default_loop(), SIGUSR1);
  pid = start_child();
  if (pid == 0) {
    CHECK_OK(uv_loop_fork(uv_default_loop()));
    CHECK_NE(uv_loop_alive(uv_default_loop()), 0);
    milestone_reach(&child_is_ready);
    milestone_wait(&signal_is_sent);
    CHECK_EQ(signals, 0);
    end_child();
  }
  milestone_wait(&child_is_ready);
  CHECK_EQ(kill(pid, SIGUSR1), 0);
  milestone_reach(&signal_is_sent);
  uv_unref((uv_handle_t*) &watcher);
  run_timer();
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_ONCE));
  CHECK_EQ(signals, 0);
  wait_for_child(pid);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_NOWAIT));
  CHECK_EQ(signals, 0);
  milestone_free(&child_is_ready);
  milestone_free(&signal_is_sent);
  finish_loop(uv_default_loop());
}

static void on_signal_count(uv_signal_t* handle, int signum) {
  (void) handle;
  signals++;
  last_signum = signum;
}

TEST(fork_close_signal_in_child) {
  uv_loop_t loop;
  pid_t pid;
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_signal_init(&loop, &watcher));
  CHECK_OK(uv_signal_start(&watcher, on_signal_count, SIGHUP));
  CHECK_EQ(kill(getpid(), SIGHUP), 0);
  pid = start_child();
  if (pid == 0) {
    CHECK_OK(uv_loop_fork(&loop));
    uv_close((uv_handle_t*) &watcher, NULL);
    CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
    CHECK_EQ(signals, 0);
    finish_loop(&loop);
    end_child();
  }
  uv_run(&loop, UV_RUN_ONCE);
  CHECK_EQ(signals, 1);
  CHECK_EQ(last_signum, SIGHUP);
  uv_close((uv_handle_t*) &watcher, NULL);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  wait_for_child(pid);
  finish_loop(&loop);
}

static void on_signal_fork(uv_signal_t* handle, int signum) {
  pid_t* pid = handle->data;
  (void) signum;
  signals++;
  if (signals > 1)
    return;
  *pid = start_child();
  if (*pid == 0)
    CHECK_OK(uv_loop_fork(handle->loop));
}

/* What was counted before the fork does not keep the handle, nor what comes after it. */
TEST(fork_in_signal_callback) {
  uv_loop_t* loop = uv_default_loop();
  pid_t pid = -1;
  CHECK_OK(uv_signal_init(loop, &watcher));
  watcher.data = &pid;
  CHECK_OK(uv_signal_start(&watcher, on_signal_fork, SIGUSR1));
  CHECK_EQ(kill(getpid(), SIGUSR1), 0);
  run_until(loop, &signals, 1);
  CHECK_EQ(kill(getpid(), SIGUSR1), 0);
  run_until(loop, &signals, 2);
  uv_close((uv_handle_t*) &watcher, NULL);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  if (pid == 0) {
    finish_loop(loop);
    end_child();
  }
  wait_for_child(pid);
  finish_loop(loop);
}

/* As fork(), but nobody tells the library. */
static pid_t clone_process(void) {
#if defined(__s390x__) || defined(__s390__)
  return (pid_t) syscall(SYS_clone, 0, SIGCHLD, 0, 0, 0);
#else
  return (pid_t) syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
#endif
}

TEST(fork_signal_in_child_that_nobody_knows_of) {
  uv_loop_t* loop = uv_default_loop();
  pid_t pid;
  CHECK_OK(uv_signal_init(loop, &watcher));
  CHECK_OK(uv_signal_start(&watcher, on_signal_count, SIGUSR1));
  pid = clone_process();
  CHECK_GE(pid, 0);
  if (pid == 0) {
    syscall(SYS_kill, syscall(SYS_getpid), SIGUSR1); /* its handler has the parent's pipe */
    _exit(0);
  }
  wait_for_child(pid);
  CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
  CHECK_EQ(signals, 0);
  CHECK_EQ(kill(getpid(), SIGUSR1), 0);
  run_until(loop, &signals, 1);
  finish_loop(loop); /* it can be closed */
}
