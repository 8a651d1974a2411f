/* Signal handlers of the library at the moment of a fork, in any thread: nobody
 * waits for them, and they wait for nobody. */
#include "fork_child.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

static uv_signal_t watcher;
static int signals;

static pthread_t other;
static struct milestone other_is_ready;
static struct milestone handler_has_run;
static int is_asked;

static void on_signal(uv_signal_t* handle, int signum) {
  (void) handle;
  CHECK_EQ(signum, SIGUSR1);
  signals++;
}

/* Handles one signal, and says so. */
static void* handle_one(void* argument) {
  sigset_t none;
  (void) argument;
  sigfillset(&none);
  sigdelset(&none, SIGUSR1);
  milestone_reach(&other_is_ready);
  sigsuspend(&none);
  milestone_reach(&handler_has_run);
  return NULL;
}

/* What the C library's own locks do to a handler that interrupts their holder:
 * the fork goes on when the handler is done. */
static void before_fork(void) {
  if (!is_asked)
    return;
  is_asked = 0;
  CHECK_EQ(pthread_kill(other, SIGUSR1), 0);
  milestone_wait(&handler_has_run);
}

static void start_other(void) {
  sigset_t usr1;
  milestone_init(&other_is_ready);
  milestone_init(&handler_has_run);
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  CHECK_EQ(pthread_sigmask(SIG_BLOCK, &usr1, NULL), 0);
  /* Registered first, so that it runs when all others have run. */
  CHECK_EQ(pthread_atfork(before_fork, NULL, NULL), 0);
  CHECK_OK(uv_signal_init(uv_default_loop(), &watcher));
  CHECK_OK(uv_signal_start(&watcher, on_signal, SIGUSR1));
  CHECK_EQ(pthread_create(&other, NULL, handle_one, NULL), 0);
  milestone_wait(&other_is_ready);
  is_asked = 1;
}

static void end_other(void) {
  CHECK_EQ(pthread_join(other, NULL), 0);
  run_until(uv_default_loop(), &signals, 1);
  uv_close((uv_handle_t*) &watcher, NULL);
  run_dry();
  milestone_free(&other_is_ready);
  milestone_free(&handler_has_run);
  finish_loop(uv_default_loop());
}

TEST(fork_while_a_signal_is_handled) {
  pid_t pid;
  start_other();
  pid = start_child();
  if (pid == 0)
    end_child();
  wait_for_child(pid);
  end_other();
}

/* The library forks as well, for a child with another user. */
TEST(fork_for_a_user_while_a_signal_is_handled) {
  char helper[] = "child_exits_1";
  char* args[] = { (char*) test_exepath(), helper, NULL };
  uv_process_options_t options;
  uv_process_t process;
  start_other();
  memset(&options, 0, sizeof(options));
  options.file = test_exepath();
  options.args = args;
  options.flags = UV_PROCESS_SETUID;
  options.uid = getuid();
  CHECK_OK(uv_spawn(uv_default_loop(), &process, &options));
  if (is_asked)
    before_fork(); /* there was no fork in the end */
  uv_close((uv_handle_t*) &process, NULL);
  end_other();
}

/* What a handle is started and stopped for goes on in the child, also if a handle
 * that was started later is gone. */
TEST(fork_keeps_the_order_of_signal_handles) {
  enum { HANDLES = 3 };
  static uv_signal_t handles[HANDLES];
  pid_t pid;
  int i;
  for (i = 0; i < HANDLES; i++) {
    CHECK_OK(uv_signal_init(uv_default_loop(), &handles[i]));
    CHECK_OK(uv_signal_start(&handles[i], on_signal, SIGUSR1));
  }
  pid = start_child();
  if (pid == 0) {
    CHECK_OK(uv_loop_fork(uv_default_loop()));
    CHECK_OK(uv_signal_stop(&handles[1]));
    CHECK_EQ(raise(SIGUSR1), 0);
    run_until(uv_default_loop(), &signals, 2);
    CHECK_OK(uv_signal_stop(&handles[2]));
    CHECK_OK(uv_signal_start(&handles[1], on_signal, SIGUSR1));
    CHECK_EQ(raise(SIGUSR1), 0);
    run_until(uv_default_loop(), &signals, 4);
    for (i = 0; i < HANDLES; i++)
      uv_close((uv_handle_t*) &handles[i], NULL);
    run_dry();
    finish_loop(uv_default_loop());
    end_child();
  }
  wait_for_child(pid);
  for (i = 0; i < HANDLES; i++)
    uv_close((uv_handle_t*) &handles[i], NULL);
  run_dry();
  CHECK_EQ(signals, 0);
  finish_loop(uv_default_loop());
}

/* A child that still has its parent's pipe does not speak for the parent. */
TEST(fork_signal_in_child_is_not_the_parents) {
  pid_t pid;
  CHECK_OK(uv_signal_init(uv_default_loop(), &watcher));
  CHECK_OK(uv_signal_start(&watcher, on_signal, SIGUSR1));
  pid = start_child();
  if (pid == 0) {
    CHECK_EQ(raise(SIGUSR1), 0);
    end_child();
  }
  wait_for_child(pid);
  CHECK_EQ(raise(SIGUSR1), 0);
  run_until(uv_default_loop(), &signals, 1);
  CHECK_NE(uv_run(uv_default_loop(), UV_RUN_NOWAIT), 0);
  CHECK_EQ(signals, 1);
  uv_close((uv_handle_t*) &watcher, NULL);
  run_dry();
  finish_loop(uv_default_loop());
}
