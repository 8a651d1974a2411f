#include "test.h"

static int ticks;

static void on_tick(uv_timer_t* timer) {
  if (++ticks == 2)
    uv_close((uv_handle_t*) timer, NULL);
}

TEST(timer_again_needs_a_started_timer) {
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_ERR(UV_EINVAL, uv_timer_again(&timer));
  CHECK_OK(uv_timer_start(&timer, on_tick, 1, 1));
  CHECK_OK(uv_timer_again(&timer));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(ticks, 2);
  finish_loop(uv_default_loop());
}
