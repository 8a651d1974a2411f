/* A child inherits nothing of the signals of its parent: it ignores none, and
 * blocks none. */
#include "spawn.h"

#include <signal.h>

static void on_own_signal(int signum) {
  (void) signum;
}

TEST(spawn_resets_signals) {
  sigset_t usr1;
  prepare_child("child_looks_at_its_signals");
  CHECK(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
  CHECK(signal(SIGUSR2, on_own_signal) != SIG_ERR);
  CHECK(signal(SIGRTMIN, SIG_IGN) != SIG_ERR);
  CHECK(signal(SIGRTMIN + 1, on_own_signal) != SIG_ERR);
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &usr1, NULL), 0);
  stdio_fd(0);
  stdio_fd(1);
  stdio_fd(2);
  spawn_child();
  run_to_exit(1);
  finish_loop(uv_default_loop());
}
