/* uv_timer_init, start, stop: arguments, state and which callback runs. */
#include "test.h"

static int calls;

static void count(uv_timer_t* timer) {
  (void) timer;
  calls++;
}

static void never(uv_timer_t* timer) {
  FAIL("the callback of timer %p ran", (void*) timer);
}

TEST(timer_init) {
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_EQ(uv_timer_get_repeat(&timer), 0);
  CHECK_EQ(uv_timer_get_due_in(&timer), 0);
  CHECK_EQ(uv_is_active((uv_handle_t*) &timer), 0);
  finish_loop(uv_default_loop());
}

TEST(timer_is_closing) {
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  uv_close((uv_handle_t*) &timer, NULL);
  CHECK_ERR(UV_EINVAL, uv_timer_start(&timer, never, 100, 100));
  finish_loop(uv_default_loop());
}

TEST(timer_null_callback) {
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_ERR(UV_EINVAL, uv_timer_start(&timer, NULL, 100, 100));
  CHECK_EQ(uv_is_active((uv_handle_t*) &timer), 0);
  finish_loop(uv_default_loop());
}

TEST(timer_no_run_on_unref) {
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, never, 0, 0));
  uv_unref((uv_handle_t*) &timer);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  finish_loop(uv_default_loop());
}

static void close_inactive(uv_timer_t* timer) {
  CHECK_EQ(uv_is_active((uv_handle_t*) timer), 0);
  calls++;
  uv_close((uv_handle_t*) timer, NULL);
}

TEST(timer_start_twice) {
  uv_timer_t timer;
  uint64_t started = now_ms();
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, never, 24 * 3600 * 1000, 0));
  CHECK_OK(uv_timer_start(&timer, close_inactive, 10, 0));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  CHECK_LT(now_ms() - started, scaled_ms(5000));
  finish_loop(uv_default_loop());
}

static uv_timer_t* fired[2];

static void note_order(uv_timer_t* timer) {
  CHECK_LT(calls, 2);
  fired[calls++] = timer;
}

TEST(timer_order) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t a;
  uv_timer_t b;
  CHECK_OK(uv_timer_init(loop, &a));
  CHECK_OK(uv_timer_init(loop, &b));

  CHECK_OK(uv_timer_start(&a, note_order, 0, 0));
  CHECK_OK(uv_timer_start(&b, note_order, 0, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 2);
  CHECK_PTR_EQ(fired[0], &a);
  CHECK_PTR_EQ(fired[1], &b);

  CHECK_OK(uv_timer_stop(&a));
  CHECK_OK(uv_timer_stop(&b));
  calls = 0;
  CHECK_OK(uv_timer_start(&b, note_order, 0, 0));
  CHECK_OK(uv_timer_start(&a, note_order, 0, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 2);
  CHECK_PTR_EQ(fired[0], &b);
  CHECK_PTR_EQ(fired[1], &a);
  finish_loop(loop);
}

/* Stopping every other one of many due together leaves the rest. */
TEST(timer_stop_among_many) {
  enum { MANY = 100 };
  uv_loop_t* loop = uv_default_loop();
  static uv_timer_t timers[MANY];
  int i;
  for (i = 0; i < MANY; i++) {
    CHECK_OK(uv_timer_init(loop, &timers[i]));
    CHECK_OK(uv_timer_start(&timers[i], count, 5, 0));
  }
  for (i = 0; i < MANY; i += 2)
    CHECK_OK(uv_timer_stop(&timers[i]));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, MANY / 2);
  finish_loop(loop);
}
