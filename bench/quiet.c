/* Traffic so slow that the loop sleeps between any two events: what is paid for it is processor time.
 * Before it comes fast traffic, after which a loop may hope for more. */
#include "bench.h"

static long left;
static uv_async_t target;

static void on_message(uv_async_t* handle) {
  if (__atomic_load_n(&left, __ATOMIC_ACQUIRE) == 0)
    uv_close((uv_handle_t*) handle, NULL);
}

static void send_slowly(void* arg) {
  (void) arg;
  for (; left > 0; __atomic_sub_fetch(&left, 1, __ATOMIC_RELEASE)) {
    uv_sleep(1);
    BENCH_OK(uv_async_send(&target));
  }
  BENCH_OK(uv_async_send(&target));
}

BENCH(slow_async) {
  uv_thread_t thread;
  long count = bench_scale(2000);

  BENCH_OK(uv_async_init(uv_default_loop(), &target, on_message));
  left = count;
  bench_start();
  BENCH_OK(uv_thread_create(&thread, send_slowly, NULL));
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  BENCH_OK(uv_thread_join(&thread));
  bench_report((double) count);
}

static uv_timer_t timer;
static uv_work_t request;
static int is_busy;
static int hurry;

static void do_nothing(uv_work_t* work) {
  (void) work;
}

static void on_worked(uv_work_t* work, int status) {
  BENCH_OK(status);
  is_busy = 0;
  if (hurry > 0) {
    hurry--;
    BENCH_OK(uv_queue_work(uv_default_loop(), work, do_nothing, on_worked));
  }
}

static void on_tick(uv_timer_t* handle) {
  if (is_busy)
    return;
  if (left-- > 0) {
    is_busy = 1;
    BENCH_OK(uv_queue_work(uv_default_loop(), &request, do_nothing, on_worked));
  } else {
    uv_close((uv_handle_t*) handle, NULL);
  }
}

BENCH(slow_work) {
  long count = bench_scale(2000);

  hurry = 1000;
  BENCH_OK(uv_queue_work(uv_default_loop(), &request, do_nothing, on_worked));
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  BENCH_OK(uv_timer_init(uv_default_loop(), &timer));
  BENCH_OK(uv_timer_start(&timer, on_tick, 1, 1));
  left = count;
  bench_start();
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  bench_report((double) count);
}
