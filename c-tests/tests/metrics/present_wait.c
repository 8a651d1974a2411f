/* The idle time, asked for while the loop waits. */
#include "test.h"

static uv_async_t async;
static int calls;

static void on_async(uv_async_t* handle) {
  calls++;
  uv_close((uv_handle_t*) handle, NULL);
}

static void watch(void* arg) {
  uv_loop_t* loop = arg;
  uint64_t deadline = now_ms() + scaled_ms(20000);
  /* More than a moment: it is the wait itself that counts. */
  while (uv_metrics_idle_time(loop) < 5 * 1000 * 1000) {
    CHECK_LT(now_ms(), deadline);
    uv_sleep(1);
  }
  CHECK_OK(uv_async_send(&async));
}

TEST(metrics_idle_time_of_the_present_wait) {
  uv_loop_t* loop = uv_default_loop();
  uv_thread_t thread;
  CHECK_OK(uv_loop_configure(loop, UV_METRICS_IDLE_TIME));
  CHECK_OK(uv_async_init(loop, &async, on_async));
  CHECK_OK(uv_thread_create(&thread, watch, loop));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  CHECK_OK(uv_thread_join(&thread));
  CHECK_GE(uv_metrics_idle_time(loop), 5 * 1000 * 1000);
  finish_loop(loop);
}
