/* Signals on two loops: several handles, one-shot ones, stopped in between. */
#include "../torture.h"

#include <signal.h>

static uv_loop_t other;
static uv_signal_t first, second, once, unused, elsewhere;
static int calls;
static int once_calls;

static void on_signal(uv_signal_t* handle, int signum) {
  must(signum == SIGUSR1 || signum == SIGUSR2);
  (void) handle;
  if (++calls == 3)
    give_up();
}

static void on_once(uv_signal_t* handle, int signum) {
  (void) handle;
  (void) signum;
  must(++once_calls == 1);
}

static void on_elsewhere(uv_signal_t* handle, int signum) {
  (void) signum;
  close_it(handle);
}

SCENARIO(signals) {
  int has_other = tolerable(uv_loop_init(&other)) == 0;
  int listens = 0;
  if (has_other && tolerable(uv_signal_init(&other, &elsewhere)) == 0) {
    if (tolerable(uv_signal_start(&elsewhere, on_elsewhere, SIGUSR1)))
      close_it(&elsewhere);
    else
      listens = 1;
  }
  if (!bad(uv_signal_init(loop, &first)) &&
      !bad(uv_signal_init(loop, &second)) &&
      !bad(uv_signal_init(loop, &once)) &&
      !bad(uv_signal_init(loop, &unused)) &&
      !bad(uv_signal_start(&first, on_signal, SIGUSR1)) &&
      !bad(uv_signal_start(&second, on_signal, SIGUSR2)) &&
      !bad(uv_signal_start_oneshot(&once, on_once, SIGUSR1)) &&
      !bad(uv_signal_start(&unused, on_signal, SIGHUP)) &&
      !bad(uv_signal_stop(&unused))) {
    must(kill(getpid(), SIGUSR1) == 0);
    must(kill(getpid(), SIGUSR2) == 0);
    must(kill(getpid(), SIGUSR1) == 0);
    run();
    usually(once_calls == 1);
  }
  if (has_other) {
    /* It is told if it was listening when the signals came. */
    if (listens && calls == 0)
      close_it(&elsewhere);
    must(uv_run(&other, UV_RUN_DEFAULT) == 0);
    must(uv_loop_close(&other) == 0);
  }
}
