/* uv_run in its three modes, and uv_stop. */
#include "test.h"

static int calls;
static uv_timer_t timer;
static uv_prepare_t prepare;
static int timer_calls, prepare_calls;

static void never(uv_timer_t* handle) {
  FAIL("the callback of timer %p ran", (void*) handle);
}

TEST(ref) {
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  finish_loop(uv_default_loop());
}

TEST(run_nowait) {
  uint64_t started = now_ms();
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, never, 60000, 60000));
  CHECK_NE(uv_run(uv_default_loop(), UV_RUN_NOWAIT), 0);
  CHECK_LT(now_ms() - started, 50000);
  finish_loop(uv_default_loop());
}

static void stop_at_64(uv_idle_t* idle) {
  if (++calls == 64)
    CHECK_OK(uv_idle_stop(idle));
}

TEST(run_once) {
  uv_idle_t idle;
  int turns = 0;
  CHECK_OK(uv_idle_init(uv_default_loop(), &idle));
  CHECK_OK(uv_idle_start(&idle, stop_at_64));
  while (uv_run(uv_default_loop(), UV_RUN_ONCE) != 0)
    CHECK_EQ(calls, ++turns);
  CHECK_EQ(calls, 64);
  finish_loop(uv_default_loop());
}

static void on_prepare(uv_prepare_t* handle) {
  if (++prepare_calls == 10)
    CHECK_OK(uv_prepare_stop(handle));
}

static void on_timer(uv_timer_t* handle) {
  if (++timer_calls == 1)
    uv_stop(uv_default_loop());
  else if (timer_calls == 10)
    CHECK_OK(uv_timer_stop(handle));
}

TEST(loop_stop) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_prepare_init(loop, &prepare));
  CHECK_OK(uv_prepare_start(&prepare, on_prepare));
  CHECK_OK(uv_timer_init(loop, &timer));
  uv_update_time(loop); /* a late first turn would run the timer first */
  CHECK_OK(uv_timer_start(&timer, on_timer, scaled_ms(100), scaled_ms(100)));

  CHECK_NE(uv_run(loop, UV_RUN_DEFAULT), 0);
  CHECK_EQ(timer_calls, 1);
  CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
  CHECK_GT(prepare_calls, 1);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(timer_calls, 10);
  CHECK_EQ(prepare_calls, 10);
  finish_loop(loop);
}

TEST(loop_stop_before_run) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, never, 0, 0));
  uv_stop(loop);
  CHECK_NE(uv_run(loop, UV_RUN_DEFAULT), 0);
  finish_loop(loop);
}

TEST(loop_update_time) {
  uv_loop_t* loop = uv_default_loop();
  uint64_t start = uv_now(loop);
  while (uv_now(loop) - start < 1000)
    CHECK_OK(uv_run(loop, UV_RUN_NOWAIT));
  finish_loop(loop);
}

static uv_timer_t far;
static uv_check_t check;
static int check_calls, closed;

static void on_close(uv_handle_t* handle) {
  CHECK_NOT_NULL(handle);
  closed++;
}

static void on_first_timer(uv_timer_t* handle) {
  timer_calls++;
  uv_close((uv_handle_t*) handle, on_close);
}

static void on_check(uv_check_t* handle) {
  CHECK_EQ(check_calls, 0);
  CHECK_EQ(timer_calls, 1);
  CHECK_EQ(closed, 0);
  check_calls++;
  uv_close((uv_handle_t*) handle, on_close);
  uv_close((uv_handle_t*) &far, on_close);
}

TEST(close_order) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_check_init(loop, &check));
  CHECK_OK(uv_check_start(&check, on_check));
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, on_first_timer, 0, 0));
  CHECK_OK(uv_timer_init(loop, &far));
  CHECK_OK(uv_timer_start(&far, never, 100000, 0));
  CHECK_EQ(check_calls + timer_calls + closed, 0);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(check_calls, 1);
  CHECK_EQ(timer_calls, 1);
  CHECK_EQ(closed, 3);
  finish_loop(loop);
}
