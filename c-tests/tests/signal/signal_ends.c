/* What stays of a handle that is stopped or closed. */
#include "test.h"

#include <signal.h>

static uv_signal_t* handle;
static uv_check_t check;
static int turns;

static void never(uv_signal_t* ignored, int signum) {
  (void) ignored;
  FAIL("signal %d", signum);
}

static void check_action(int signum, int is_default) {
  struct sigaction action;
  CHECK_OK(sigaction(signum, NULL, &action));
  CHECK_EQ(action.sa_handler == SIG_DFL, is_default);
}

TEST(signal_stop_brings_back_the_default) {
  uv_loop_t* loop = uv_default_loop();
  uv_signal_t one, other;
  CHECK_OK(uv_signal_init(loop, &one));
  CHECK_OK(uv_signal_init(loop, &other));
  CHECK_OK(uv_signal_start(&one, never, SIGUSR1));
  CHECK_OK(uv_signal_start_oneshot(&other, never, SIGUSR1));
  check_action(SIGUSR1, 0);
  CHECK_OK(uv_signal_stop(&one));
  check_action(SIGUSR1, 0);
  CHECK_OK(uv_signal_stop(&other));
  check_action(SIGUSR1, 1);
  CHECK_OK(uv_signal_start(&one, never, SIGUSR2));
  check_action(SIGUSR2, 0);
  uv_close((uv_handle_t*) &one, NULL);
  check_action(SIGUSR2, 1);
  finish_loop(loop);
}

/* The memory is the program's again. */
static void on_close(uv_handle_t* closed) {
  memset(closed, 0xDB, sizeof(*handle));
}

/* Behind the poll phase: the signal is on its way when the handle closes. */
static void raise_and_close(uv_check_t* ignored) {
  (void) ignored;
  if (turns++ == 0) {
    CHECK_OK(raise(SIGUSR1));
    uv_close((uv_handle_t*) handle, on_close);
  } else if (turns == 4) {
    uv_close((uv_handle_t*) &check, NULL);
  }
}

static void do_nothing(uv_idle_t* idle) {
  if (uv_is_closing((uv_handle_t*) &check))
    uv_close((uv_handle_t*) idle, NULL);
}

TEST(signal_on_its_way_to_a_closing_handle) {
  uv_loop_t* loop = uv_default_loop();
  uv_idle_t idle;
  size_t i;
  handle = malloc(sizeof(*handle));
  CHECK_NOT_NULL(handle);
  CHECK_OK(uv_signal_init(loop, handle));
  CHECK_OK(uv_signal_start(handle, never, SIGUSR1));
  CHECK_OK(uv_check_init(loop, &check));
  CHECK_OK(uv_check_start(&check, raise_and_close));
  CHECK_OK(uv_idle_init(loop, &idle));
  CHECK_OK(uv_idle_start(&idle, do_nothing));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  for (i = 0; i < sizeof(*handle); i++)
    CHECK_EQ(((unsigned char*) handle)[i], 0xDB);
  free(handle);
  finish_loop(loop);
}
