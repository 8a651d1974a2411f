/* uv_run inside a signal's callback: what arrived together with the signal, and
 * the ends of children that SIGCHLD tells of, are told there. */
#include "test.h"

#include <signal.h>

enum { HANDLES = 3 };

static uv_signal_t handles[HANDLES];
static const int signums[HANDLES] = { SIGUSR1, SIGUSR2, SIGHUP };
static int told;

/* The first one waits for the rest. */
static void on_signal(uv_signal_t* handle, int signum) {
  int turn;
  CHECK_EQ(signum, signums[handle - handles]);
  told++;
  if (told == 1) {
    for (turn = 0; turn < 100 && told < HANDLES; turn++)
      uv_run(uv_default_loop(), UV_RUN_NOWAIT);
    CHECK_EQ(told, HANDLES);
  }
  uv_close((uv_handle_t*) handle, NULL);
}

TEST(nested_run_tells_other_signals) {
  int i;
  for (i = 0; i < HANDLES; i++) {
    CHECK_OK(uv_signal_init(uv_default_loop(), &handles[i]));
    CHECK_OK(uv_signal_start(&handles[i], on_signal, signums[i]));
  }
  for (i = 0; i < HANDLES; i++)
    CHECK_EQ(raise(signums[i]), 0);
  run_dry();
  CHECK_EQ(told, HANDLES);
  finish_loop(uv_default_loop());
}
