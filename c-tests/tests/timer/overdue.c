/* Timers that are overdue, or due together. */
#include "test.h"

static uv_timer_t first, second;
static int calls;

static void count(uv_timer_t* timer) {
  CHECK_PTR_EQ(timer, &first);
  calls++;
}

static void never(uv_timer_t* timer) {
  FAIL("the callback of timer %p ran", (void*) timer);
}

TEST(timer_overdue_needs_no_wait) {
  uv_loop_t* loop = uv_default_loop();
  uint64_t start;
  CHECK_OK(uv_timer_init(loop, &first));
  CHECK_OK(uv_timer_start(&first, count, 10, 0));
  CHECK_LE(uv_backend_timeout(loop), 10);
  uv_sleep(30);
  uv_update_time(loop);
  CHECK_EQ(uv_backend_timeout(loop), 0);
  start = now_ms();
  CHECK_OK(uv_run(loop, UV_RUN_ONCE));
  CHECK_EQ(calls, 1);
  CHECK_LT(now_ms() - start, scaled_ms(5000));
  finish_loop(loop);
}

static void stop_second(uv_timer_t* timer) {
  count(timer);
  CHECK_OK(uv_timer_stop(&second));
}

static void close_second(uv_timer_t* timer) {
  count(timer);
  uv_close((uv_handle_t*) &second, NULL);
}

/* Both are due when the loop runs. */
static void run_together(uv_timer_cb on_first) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_timer_init(loop, &first));
  CHECK_OK(uv_timer_init(loop, &second));
  CHECK_OK(uv_timer_start(&first, on_first, 1, 0));
  CHECK_OK(uv_timer_start(&second, never, 2, 0));
  uv_sleep(10);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  CHECK_EQ(uv_is_active((uv_handle_t*) &second), 0);
  finish_loop(loop);
}

TEST(timer_stop_another_that_is_due) {
  run_together(stop_second);
}

TEST(timer_close_another_that_is_due) {
  run_together(close_second);
}
