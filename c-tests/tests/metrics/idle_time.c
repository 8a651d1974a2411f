/* uv_metrics_idle_time: time spent waiting, without that of callbacks. */
#include "test.h"

enum { THREADS = 5 };
static const uint64_t MS = 1000000; /* in ns */

static void spin_600_ms(uv_timer_t* timer) {
  uint64_t start = uv_hrtime();
  (void) timer;
  while (uv_hrtime() - start < 600 * MS)
    continue;
}

static void count(uv_timer_t* timer) {
  ++*(int*) timer->data;
}

static void wait_and_spin(uv_loop_t* loop, uv_timer_t* timer) {
  CHECK_OK(uv_loop_configure(loop, UV_METRICS_IDLE_TIME));
  CHECK_OK(uv_timer_init(loop, timer));
  CHECK_OK(uv_timer_start(timer, spin_600_ms, 1000, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_GE(uv_metrics_idle_time(loop), 500 * MS);
}

TEST(metrics_idle_time) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  wait_and_spin(loop, &timer);
  CHECK_LE(uv_metrics_idle_time(loop), 1500 * MS);
  finish_loop(loop);
}

static void in_thread(void* arg) {
  uv_timer_t timer;
  uv_loop_t loop;
  (void) arg;
  CHECK_OK(uv_loop_init(&loop));
  wait_and_spin(&loop, &timer);
  close_handles(&loop);
  CHECK_OK(uv_loop_close(&loop));
}

TEST(metrics_idle_time_thread) {
  uv_thread_t threads[THREADS];
  int i;
  for (i = 0; i < THREADS; i++)
    CHECK_OK(uv_thread_create(&threads[i], in_thread, NULL));
  for (i = 0; i < THREADS; i++)
    CHECK_OK(uv_thread_join(&threads[i]));
  finish_loop(uv_default_loop());
}

TEST(metrics_idle_time_zero) {
  uv_loop_t* loop = uv_default_loop();
  uv_metrics_t metrics;
  uv_timer_t timer;
  int calls = 0;
  CHECK_OK(uv_loop_configure(loop, UV_METRICS_IDLE_TIME));
  CHECK_OK(uv_timer_init(loop, &timer));
  timer.data = &calls;
  CHECK_OK(uv_timer_start(&timer, count, 0, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  CHECK_EQ(uv_metrics_idle_time(loop), 0);
  CHECK_OK(uv_metrics_info(loop, &metrics));
  CHECK_EQ(metrics.loop_count, calls);
  finish_loop(loop);
}
