/* Repeating timers and uv_timer_again. */
#include "test.h"

enum { ONE_SHOTS = 10, REPEATS = 5 };

static int once_calls, once_closed, repeat_calls, repeat_closed;

static void once_close(uv_handle_t* handle) {
  CHECK_NOT_NULL(handle);
  CHECK_EQ(uv_is_active(handle), 0);
  once_closed++;
}

static void once(uv_timer_t* timer) {
  CHECK_NOT_NULL(timer);
  CHECK_EQ(uv_is_active((uv_handle_t*) timer), 0);
  once_calls++;
  uv_close((uv_handle_t*) timer, once_close);
  uv_update_time(uv_default_loop());
}

static void repeat_close(uv_handle_t* handle) {
  CHECK_EQ(uv_is_active(handle), 0);
  repeat_closed++;
}

static void repeat(uv_timer_t* timer) {
  CHECK_EQ(uv_is_active((uv_handle_t*) timer), 1);
  if (++repeat_calls == REPEATS)
    uv_close((uv_handle_t*) timer, repeat_close);
}

static void never(uv_timer_t* timer) {
  FAIL("the callback of timer %p ran", (void*) timer);
}

TEST(timer) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t shots[ONE_SHOTS];
  uv_timer_t repeating;
  uv_timer_t stopped;
  uint64_t start = uv_now(loop);
  int i;

  CHECK_GT(start, 0);
  for (i = 0; i < ONE_SHOTS; i++) {
    CHECK_OK(uv_timer_init(loop, &shots[i]));
    CHECK_OK(uv_timer_start(&shots[i], once, (uint64_t) i * 50, 0));
  }
  CHECK_OK(uv_timer_init(loop, &repeating));
  CHECK_OK(uv_timer_start(&repeating, repeat, 100, 100));
  CHECK_OK(uv_timer_init(loop, &stopped));
  CHECK_OK(uv_timer_start(&stopped, never, 100, 100));
  CHECK_OK(uv_timer_stop(&stopped));
  uv_unref((uv_handle_t*) &stopped);

  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(once_calls, ONE_SHOTS);
  CHECK_EQ(once_closed, ONE_SHOTS);
  CHECK_EQ(repeat_calls, REPEATS);
  CHECK_EQ(repeat_closed, 1);
  CHECK_GE(uv_now(loop) - start, 500);
  finish_loop(loop);
}

static uv_timer_t driver, held;
static int driver_calls, held_calls, closed;

static void count_close(uv_handle_t* handle) {
  CHECK_NOT_NULL(handle);
  closed++;
}

static void on_driver(uv_timer_t* timer) {
  CHECK_PTR_EQ(timer, &driver);
  CHECK_EQ(uv_timer_get_repeat(timer), 50);
  CHECK_EQ(held_calls, 0);
  CHECK_OK(uv_timer_again(&held));
  CHECK_EQ(uv_timer_get_repeat(&held), 100);
  if (++driver_calls == 10)
    uv_close((uv_handle_t*) timer, count_close);
}

static void on_held(uv_timer_t* timer) {
  CHECK_PTR_EQ(timer, &held);
  CHECK_EQ(driver_calls, 10);
  if (held_calls++ == 0) {
    CHECK_EQ(uv_timer_get_repeat(timer), 100);
    CHECK_EQ(uv_is_active((uv_handle_t*) timer), 1);
    uv_timer_set_repeat(timer, 0);
  } else {
    CHECK_EQ(uv_timer_get_repeat(timer), 0);
    CHECK_EQ(uv_is_active((uv_handle_t*) timer), 0);
    uv_close((uv_handle_t*) timer, count_close);
  }
}

static void is_not_called(uv_timer_t* timer) {
  (void) timer;
  FAIL("a closed timer was called");
}

TEST(timer_again_while_it_closes) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, is_not_called, 0, 1));
  uv_close((uv_handle_t*) &timer, NULL);
  CHECK_OK(uv_timer_again(&timer));
  CHECK_EQ(uv_is_active((uv_handle_t*) &timer), 0);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  finish_loop(loop);
}

TEST(timer_again) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t unstarted;
  uint64_t start = uv_now(loop);

  CHECK_OK(uv_timer_init(loop, &unstarted));
  CHECK_ERR(UV_EINVAL, uv_timer_again(&unstarted));
  uv_unref((uv_handle_t*) &unstarted);

  CHECK_OK(uv_timer_init(loop, &driver));
  CHECK_OK(uv_timer_start(&driver, on_driver, 50, 0));
  CHECK_EQ(uv_timer_get_repeat(&driver), 0);
  uv_timer_set_repeat(&driver, 50);
  CHECK_EQ(uv_timer_get_repeat(&driver), 50);
  CHECK_OK(uv_timer_init(loop, &held));
  CHECK_OK(uv_timer_start(&held, on_held, 100, 100));
  CHECK_EQ(uv_timer_get_repeat(&held), 100);

  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(driver_calls, 10);
  CHECK_EQ(held_calls, 2);
  CHECK_EQ(closed, 2);
  CHECK_GE(uv_now(loop) - start, 700);
  finish_loop(loop);
}

static int later_calls;

static void count_call(uv_timer_t* timer) {
  (void) timer;
  later_calls++;
}

/* One turn of the loop runs a timer once, however late it is. */
static void overdue_by_two_periods(uv_run_mode mode) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, count_call, 10, 10));
  uv_sleep(20);
  CHECK_EQ(uv_run(loop, mode), 1);
  CHECK_EQ(later_calls, 1);
  finish_loop(loop);
}

TEST(timer_no_double_call_once) {
  overdue_by_two_periods(UV_RUN_ONCE);
}

TEST(timer_no_double_call_nowait) {
  overdue_by_two_periods(UV_RUN_NOWAIT);
}
