/* A loop that has nothing to do costs no processor time, whatever it was busy with before: adaptive
 * waiting (docs/differences.md) must not show. */
#include "test.h"

#include <time.h>

enum { QUIET_MS = 200, WAKEUPS = 40, QUICK = 2000 };

static uv_loop_t* loop;
static uv_async_t target;
static uv_timer_t far;
static uv_work_t job;
static uv_thread_t thread;
static int wakeups;
static int jobs;

/* Milliseconds of processor time that this process has used. */
static double used_ms(void) {
  struct timespec used;
  CHECK_OK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used));
  return (double) used.tv_sec * 1e3 + (double) used.tv_nsec / 1e6;
}

/* A tenth of the time would be a loop that looks instead of sleeping. */
static void check_used(double before, double elapsed_ms) {
  double used = used_ms() - before;
  if (!test_is_slow())
    CHECK_LT((long) used, (long) (elapsed_ms / 10 + 5));
}

static void do_nothing(uv_work_t* work) {
  (void) work;
}

static void on_worked(uv_work_t* work, int status) {
  CHECK_OK(status);
  if (++jobs < QUICK)
    CHECK_OK(uv_queue_work(loop, work, do_nothing, on_worked));
}

/* Fast traffic between the loop and a worker, after which both may expect more. */
static void be_quick(void) {
  loop = uv_default_loop();
  CHECK_OK(uv_queue_work(loop, &job, do_nothing, on_worked));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(jobs, QUICK);
}

static void on_last(uv_async_t* handle) {
  wakeups++;
  uv_close((uv_handle_t*) handle, NULL);
  if (uv_is_active((uv_handle_t*) &far))
    uv_close((uv_handle_t*) &far, NULL);
}

static void send_later(void* arg) {
  (void) arg;
  uv_sleep(QUIET_MS);
  CHECK_OK(uv_async_send(&target));
}

static void wait_quietly(void) {
  double before;

  CHECK_OK(uv_async_init(loop, &target, on_last));
  CHECK_OK(uv_thread_create(&thread, send_later, NULL));
  before = used_ms();
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  check_used(before, QUIET_MS);
  CHECK_EQ(wakeups, 1);
  CHECK_OK(uv_thread_join(&thread));
  finish_loop(loop);
}

TEST(quiet_loop_idle) {
  be_quick();
  wait_quietly();
}

static void on_far(uv_timer_t* handle) {
  (void) handle;
  FAIL("an hour has not passed");
}

TEST(quiet_loop_far_timer) {
  be_quick();
  CHECK_OK(uv_timer_init(loop, &far));
  CHECK_OK(uv_timer_start(&far, on_far, 3600 * 1000, 0));
  wait_quietly();
}

static void on_slow(uv_async_t* handle) {
  CHECK_PTR_EQ(handle, &target);
  wakeups++;
}

static struct counter sent = COUNTER_INIT;

static void send_slowly(void* arg) {
  int i;
  (void) arg;
  for (i = 0; i < WAKEUPS; i++) {
    uv_sleep(QUIET_MS / WAKEUPS);
    CHECK_OK(uv_async_send(&target));
    counter_add(&sent, 1);
  }
}

/* On a machine that is busy two sends may meet in one call. */
TEST(quiet_loop_slow_traffic) {
  uint64_t start;
  double before;

  be_quick();
  CHECK_OK(uv_async_init(loop, &target, on_slow));
  CHECK_OK(uv_thread_create(&thread, send_slowly, NULL));
  before = used_ms();
  start = now_ms();
  while (counter_get(&sent) < WAKEUPS - 1)
    CHECK_EQ(uv_run(loop, UV_RUN_ONCE), 1);
  check_used(before, (double) (now_ms() - start));
  CHECK_GT(wakeups, 0);
  CHECK_OK(uv_thread_join(&thread));
  finish_loop(loop);
}
