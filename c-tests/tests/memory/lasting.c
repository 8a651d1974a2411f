/* What is told although there is no memory any more. */
#include "failing_allocator.h"

#include <signal.h>

static int told[2];

static void on_signal(uv_signal_t* handle, int signum) {
  told[signum == SIGUSR2]++;
  uv_close((uv_handle_t*) handle, NULL);
}

/* Read from the pipe together; each handle is told of its own. */
TEST(oom_signals_that_come_together_are_all_told) {
  uv_signal_t handles[2];
  uv_loop_t loop;
  use_failing_allocator();
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_signal_init(&loop, &handles[0]));
  CHECK_OK(uv_signal_init(&loop, &handles[1]));
  CHECK_OK(uv_signal_start(&handles[0], on_signal, SIGUSR1));
  CHECK_OK(uv_signal_start(&handles[1], on_signal, SIGUSR2));
  set_refusals(1, 1);
  CHECK_EQ(kill(getpid(), SIGUSR1), 0);
  CHECK_EQ(kill(getpid(), SIGUSR2), 0);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_EQ(told[0], 1);
  CHECK_EQ(told[1], 1);
  CHECK_OK(uv_loop_close(&loop));
}

static int failures;

static void on_poll(uv_fs_poll_t* handle, int status, const uv_stat_t* before,
                    const uv_stat_t* after) {
  (void) before;
  (void) after;
  CHECK_EQ(status, UV_ENOMEM);
  failures++;
  uv_close((uv_handle_t*) handle, NULL);
}

/* Whoever polls a file learns that it cannot be asked about. */
TEST(oom_fs_poll_is_told) {
  uv_fs_poll_t handle;
  uv_loop_t loop;
  write_file("polled", "x", 1);
  use_failing_allocator();
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_fs_poll_init(&loop, &handle));
  CHECK_OK(uv_fs_poll_start(&handle, on_poll, "polled", 1));
  set_refusals(1, 1);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_EQ(failures, 1);
  set_refusals(0, 0);
  CHECK_OK(uv_loop_close(&loop));
}
