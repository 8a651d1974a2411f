/* When timers fire: never early, at once, or in the far future. */
#include "test.h"

static int calls;
static uv_timer_t timers[3];

static void check_not_early(uv_timer_t* timer) {
  uint64_t due = *(uint64_t*) timer->data;
  CHECK_GE(uv_hrtime() / 1000000, due);
  calls++;
}

TEST(timer_early_check) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  uint64_t due;
  CHECK_OK(uv_timer_init(loop, &timer));
  due = uv_now(loop) + 10;
  timer.data = &due;
  CHECK_OK(uv_timer_start(&timer, check_not_early, 10, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  uv_close((uv_handle_t*) &timer, NULL);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  finish_loop(loop);
}

static void close_all(uv_timer_t* timer) {
  size_t i;
  CHECK_PTR_EQ(timer, &timers[0]);
  calls++;
  for (i = 0; i < 3; i++)
    uv_close((uv_handle_t*) &timers[i], NULL);
}

TEST(timer_huge_timeout) {
  uv_loop_t* loop = uv_default_loop();
  size_t i;
  for (i = 0; i < 3; i++)
    CHECK_OK(uv_timer_init(loop, &timers[i]));
  CHECK_OK(uv_timer_start(&timers[0], close_all, 1, 0));
  CHECK_OK(uv_timer_start(&timers[1], close_all, 0xffffffffffffULL, 0));
  CHECK_OK(uv_timer_start(&timers[2], close_all, UINT64_MAX, 0));
  CHECK_EQ(uv_timer_get_due_in(&timers[0]), 1);
  CHECK_EQ(uv_timer_get_due_in(&timers[1]), 281474976710655LL);
  /* Capped at the last moment of the clock, so `now` is what is missing. */
  CHECK(uv_timer_get_due_in(&timers[2]) > UINT64_MAX / 2);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  finish_loop(loop);
}

static void alternate(uv_timer_t* timer) {
  CHECK_PTR_EQ(timer, calls == 0 ? &timers[0] : &timers[1]);
  if (++calls == 10) {
    uv_close((uv_handle_t*) &timers[0], NULL);
    uv_close((uv_handle_t*) &timers[1], NULL);
  }
}

TEST(timer_huge_repeat) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_timer_init(loop, &timers[0]));
  CHECK_OK(uv_timer_init(loop, &timers[1]));
  CHECK_OK(uv_timer_start(&timers[0], alternate, 1, UINT64_MAX));
  CHECK_OK(uv_timer_start(&timers[1], alternate, 2, 2));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 10);
  finish_loop(loop);
}

static void count(uv_timer_t* timer) {
  (void) timer;
  calls++;
}

TEST(timer_run_once) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, count, 0, 0));
  CHECK_OK(uv_run(loop, UV_RUN_ONCE));
  CHECK_EQ(calls, 1);
  CHECK_OK(uv_timer_start(&timer, count, 1, 0));
  CHECK_OK(uv_run(loop, UV_RUN_ONCE));
  CHECK_EQ(calls, 2);
  uv_close((uv_handle_t*) &timer, NULL);
  CHECK_OK(uv_run(loop, UV_RUN_ONCE));
  finish_loop(loop);
}

static void restart_and_stop(uv_timer_t* timer) {
  calls++;
  CHECK_OK(uv_timer_start(timer, restart_and_stop, 0, 0));
  uv_stop(uv_default_loop());
}

TEST(timer_zero_timeout) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, restart_and_stop, 0, 0));
  CHECK_EQ(uv_run(loop, UV_RUN_DEFAULT), 1);
  CHECK_EQ(calls, 1);
  uv_close((uv_handle_t*) &timer, NULL);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  finish_loop(loop);
}

static uv_timer_t timer;
static uv_check_t check;
static uv_prepare_t prepare;
static char order[8];

static void on_timer(uv_timer_t* handle) {
  CHECK_OK(uv_timer_stop(handle));
  strcat(order, "t");
}

static void on_prepare(uv_prepare_t* handle) {
  CHECK_OK(uv_prepare_stop(handle));
  strcat(order, "p");
}

static void on_check(uv_check_t* handle) {
  CHECK_OK(uv_check_stop(handle));
  strcat(order, "c");
  CHECK_OK(uv_timer_stop(&timer));
  CHECK_OK(uv_timer_start(&timer, on_timer, scaled_ms(50), 0));
  CHECK_OK(uv_prepare_start(&prepare, on_prepare));
}

TEST(timer_from_check) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_check_init(loop, &check));
  CHECK_OK(uv_prepare_init(loop, &prepare));
  CHECK_OK(uv_check_start(&check, on_check));
  uv_update_time(loop); /* a late first turn would run the timer first */
  CHECK_OK(uv_timer_start(&timer, on_timer, scaled_ms(50), 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_STR_EQ(order, "cpt");
  uv_close((uv_handle_t*) &timer, NULL);
  uv_close((uv_handle_t*) &check, NULL);
  uv_close((uv_handle_t*) &prepare, NULL);
  CHECK_OK(uv_run(loop, UV_RUN_ONCE));
  finish_loop(loop);
}
