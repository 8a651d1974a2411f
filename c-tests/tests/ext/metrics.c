/* uv_ext_measure, uv_ext_loop_metrics, uv_ext_pool_metrics: figures after what is known to have happened. */
#include "ext_test.h"

#include <sys/wait.h>
#include <unistd.h>

#define MS 1000000

static int fired;
static int closed;

static void on_timer(uv_timer_t* timer) {
  uint64_t end = uv_hrtime() + 2 * MS;
  (void) timer;
  while (uv_hrtime() < end) {}
  fired++;
}

static void on_close(uv_handle_t* handle) {
  (void) handle;
  closed++;
}

/* Runs timers, the n-th of which is due after n milliseconds, and closes them. */
static void run_timers(uv_loop_t* loop, int count) {
  uv_timer_t timers[20];
  int i;
  for (i = 0; i < count; i++) {
    CHECK_OK(uv_timer_init(loop, &timers[i]));
    CHECK_OK(uv_timer_start(&timers[i], on_timer, (uint64_t) i + 1, 0));
  }
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  for (i = 0; i < count; i++)
    uv_close((uv_handle_t*) &timers[i], on_close);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
}

static uv_ext_loop_metrics_t metrics_of(uv_loop_t* loop) {
  uv_ext_loop_metrics_t metrics = UV_EXT_LOOP_METRICS_INIT;
  CHECK_OK(uv_ext_loop_metrics(loop, &metrics));
  CHECK_EQ(metrics.size, sizeof(metrics));
  CHECK_LE(metrics.longest_callback_ns, metrics.calling_ns);
  CHECK_LE(metrics.lag_p50_ns, metrics.lag_p90_ns);
  CHECK_LE(metrics.lag_p90_ns, metrics.lag_p99_ns);
  CHECK_LE(metrics.lag_p99_ns, metrics.lag_max_ns);
  return metrics;
}

TEST(ext_loop_metrics_count_callbacks) {
  uv_ext_loop_metrics_t metrics;
  uv_metrics_t counts;
  uv_loop_t loop;
  NEEDS_EXT();
  CHECK_OK(uv_ext_measure(1));
  CHECK_OK(uv_loop_init(&loop));
  metrics = metrics_of(&loop);
  CHECK_EQ(metrics.callbacks, 0);
  CHECK_EQ(metrics.iterations, 0);
  CHECK_EQ(metrics.calling_ns, 0);
  run_timers(&loop, 10);
  CHECK_EQ(fired, 10);
  CHECK_EQ(closed, 10);
  metrics = metrics_of(&loop);
  CHECK_OK(uv_metrics_info(&loop, &counts));
  CHECK_EQ(metrics.callbacks, 20);
  CHECK_EQ(metrics.iterations, counts.loop_count);
  CHECK_GE(metrics.calling_ns, 20 * MS);
  CHECK_GE(metrics.longest_callback_ns, 2 * MS);
  run_timers(&loop, 5);
  CHECK_EQ(metrics_of(&loop).callbacks, 30);
  finish_loop(&loop);
}

static uv_ext_loop_metrics_t seen_inside;
static uv_timer_t look;

static void on_timer_that_looks(uv_timer_t* timer) {
  seen_inside = metrics_of(timer->loop);
}

static void on_timer_that_starts_another(uv_timer_t* timer) {
  on_timer(timer);
  CHECK_OK(uv_timer_start(&look, on_timer_that_looks, 20, 0));
}

TEST(ext_loop_metrics_count_waits) {
  uv_ext_loop_metrics_t metrics;
  uv_timer_t timer;
  uv_loop_t loop;
  int runs = 0;
  NEEDS_EXT();
  CHECK_OK(uv_ext_measure(1));
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_timer_init(&loop, &timer));
  CHECK_OK(uv_timer_init(&loop, &look));
  /* It waits, and then is at work for a callback: not at the first time where the process itself has to wait. */
  do {
    runs++;
    CHECK_OK(uv_timer_start(&timer, on_timer_that_starts_another, 20, 0));
    CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
    CHECK_EQ(seen_inside.callbacks, 2 * runs - 1);
  } while (seen_inside.idle_ns < 15 * MS || seen_inside.lag_max_ns < 2 * MS);
  metrics = metrics_of(&loop);
  CHECK_EQ(metrics.callbacks, 2 * runs);
  CHECK_GE(metrics.idle_ns, seen_inside.idle_ns);
  finish_loop(&loop);
}

TEST(ext_loop_that_is_there_already) {
  uv_ext_loop_metrics_t metrics = UV_EXT_LOOP_METRICS_INIT;
  uv_loop_t loop;
  NEEDS_EXT();
  CHECK_OK(uv_loop_init(&loop));
  run_timers(&loop, 3);
  if (!is_measured_anyway())
    CHECK_ERR(UV_ENODATA, uv_ext_loop_metrics(&loop, &metrics));
  CHECK_OK(uv_ext_measure(1));
  metrics = metrics_of(&loop);
  CHECK_GT(metrics.iterations, 0);
  CHECK_EQ(metrics.callbacks, is_measured_anyway() ? 6 : 0);
  run_timers(&loop, 3);
  CHECK_EQ(metrics_of(&loop).callbacks, is_measured_anyway() ? 12 : 6);
  finish_loop(&loop);
}

TEST(ext_measuring_ends_and_goes_on) {
  uv_loop_t loop;
  NEEDS_EXT();
  if (is_measured_anyway())
    SKIP("the environment has it measured all the time");
  CHECK_OK(uv_ext_measure(0));
  CHECK_OK(uv_ext_measure(1));
  CHECK_OK(uv_ext_measure(1));
  CHECK_OK(uv_loop_init(&loop));
  run_timers(&loop, 4);
  CHECK_EQ(metrics_of(&loop).callbacks, 8);
  CHECK_OK(uv_ext_measure(0));
  run_timers(&loop, 4);
  CHECK_EQ(metrics_of(&loop).callbacks, 8);
  CHECK_OK(uv_ext_measure(1));
  CHECK_EQ(metrics_of(&loop).callbacks, 8);
  run_timers(&loop, 4);
  CHECK_EQ(metrics_of(&loop).callbacks, 16);
  finish_loop(&loop);
}

/* Runs timers, and then keeps the loop waiting for its next run. Returns how long the run took. */
static uint64_t run_timers_and_pause(uv_loop_t* loop) {
  uint64_t begin = uv_hrtime();
  uint64_t end;
  run_timers(loop, 2);
  end = uv_hrtime();
  while (uv_hrtime() < end + 30 * MS) {}
  return end - begin;
}

static void check_within(uv_loop_t* loop, uint64_t runs_ns) {
  uv_ext_loop_metrics_t metrics = metrics_of(loop);
  CHECK_LE(metrics.idle_ns + metrics.calling_ns + metrics.own_ns, runs_ns);
  CHECK_LE(metrics.lag_max_ns, runs_ns);
}

TEST(ext_time_between_runs_is_not_the_loops) {
  uint64_t runs_ns = 0;
  uv_loop_t loop;
  int i;
  NEEDS_EXT();
  CHECK_OK(uv_ext_measure(1));
  CHECK_OK(uv_loop_init(&loop));
  for (i = 0; i < 3; i++) {
    runs_ns += run_timers_and_pause(&loop);
    check_within(&loop, runs_ns);
  }
  finish_loop(&loop);
}

static void on_timer_that_ends_measuring(uv_timer_t* timer) {
  (void) timer;
  CHECK_OK(uv_ext_measure(0));
}

TEST(ext_time_that_was_not_measured_does_not_count) {
  uint64_t runs_ns = 0;
  uv_timer_t timer;
  uv_loop_t loop;
  NEEDS_EXT();
  if (is_measured_anyway())
    SKIP("the environment has it measured all the time");
  CHECK_OK(uv_ext_measure(1));
  CHECK_OK(uv_loop_init(&loop));
  runs_ns += run_timers_and_pause(&loop);
  CHECK_OK(uv_timer_init(&loop, &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer_that_ends_measuring, 0, 0));
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  run_timers_and_pause(&loop);
  CHECK_OK(uv_ext_measure(1));
  check_within(&loop, runs_ns);
  runs_ns += run_timers_and_pause(&loop);
  check_within(&loop, runs_ns);
  finish_loop(&loop);
}

/* ---- Structures of other versions ---- */

TEST(ext_structures_of_other_sizes) {
  struct { uv_ext_loop_metrics_t known; uint64_t later[2]; } longer;
  struct { size_t size; uint64_t iterations; uint64_t idle_ns; } shorter;
  uv_ext_pool_metrics_t pool = UV_EXT_POOL_METRICS_INIT;
  uv_loop_t loop;
  NEEDS_EXT();
  CHECK_OK(uv_ext_measure(1));
  CHECK_OK(uv_loop_init(&loop));
  run_timers(&loop, 1);

  memset(&longer, 7, sizeof(longer));
  longer.known.size = sizeof(longer);
  CHECK_OK(uv_ext_loop_metrics(&loop, &longer.known));
  CHECK_EQ(longer.known.size, sizeof(longer));
  CHECK_EQ(longer.known.callbacks, 2);
  CHECK_EQ(longer.later[0], 0);
  CHECK_EQ(longer.later[1], 0);

  shorter.size = offsetof(uv_ext_loop_metrics_t, idle_ns);
  shorter.iterations = 0;
  shorter.idle_ns = 7;
  CHECK_OK(uv_ext_loop_metrics(&loop, (uv_ext_loop_metrics_t*) (void*) &shorter));
  CHECK_EQ(shorter.iterations, longer.known.iterations);
  CHECK_EQ(shorter.idle_ns, 7);

  longer.known.size = 0;
  CHECK_ERR(UV_EINVAL, uv_ext_loop_metrics(&loop, &longer.known));
  longer.known.size = sizeof(size_t);
  CHECK_ERR(UV_EINVAL, uv_ext_loop_metrics(&loop, &longer.known));
  longer.known.size = SIZE_MAX;
  CHECK_ERR(UV_EINVAL, uv_ext_loop_metrics(&loop, &longer.known));
  CHECK_ERR(UV_EINVAL, uv_ext_loop_metrics(&loop, NULL));
  CHECK_ERR(UV_EINVAL, uv_ext_pool_metrics(NULL));
  pool.size = 1;
  CHECK_ERR(UV_EINVAL, uv_ext_pool_metrics(&pool));
  finish_loop(&loop);
}

TEST(ext_loop_that_is_not_there) {
  uv_ext_loop_metrics_t metrics = UV_EXT_LOOP_METRICS_INIT;
  uv_loop_t loop;
  NEEDS_EXT();
  CHECK_ERR(UV_EINVAL, uv_ext_loop_metrics(NULL, &metrics));
  CHECK_OK(uv_ext_measure(1));
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_loop_close(&loop));
  CHECK_ERR(UV_EINVAL, uv_ext_loop_metrics(&loop, &metrics));
  CHECK_ERR(UV_EINVAL, uv_ext_loop_metrics(NULL, &metrics));
}

/* ---- The pool ---- */

static struct counter begun = COUNTER_INIT;
static struct counter may_end = COUNTER_INIT;
static int done;

static void do_work(uv_work_t* request) {
  (void) request;
  counter_add(&begun, 1);
  counter_wait(&may_end, 1);
}

static void after_work(uv_work_t* request, int status) {
  (void) request;
  CHECK_OK(status);
  done++;
}

static uv_ext_pool_metrics_t pool_metrics(void) {
  uv_ext_pool_metrics_t metrics = UV_EXT_POOL_METRICS_INIT;
  CHECK_OK(uv_ext_pool_metrics(&metrics));
  CHECK_LE(metrics.wait_p50_ns, metrics.wait_p90_ns);
  CHECK_LE(metrics.wait_p90_ns, metrics.wait_p99_ns);
  CHECK_LE(metrics.wait_p99_ns, metrics.wait_max_ns);
  CHECK_LE(metrics.run_p50_ns, metrics.run_p90_ns);
  CHECK_LE(metrics.run_p90_ns, metrics.run_p99_ns);
  CHECK_LE(metrics.run_p99_ns, metrics.run_max_ns);
  return metrics;
}

TEST(ext_pool_metrics_count_jobs) {
  static uv_work_t requests[10];
  uv_ext_pool_metrics_t metrics = UV_EXT_POOL_METRICS_INIT;
  uv_loop_t* loop;
  int i;
  NEEDS_EXT();
  CHECK_OK(setenv("UV_THREADPOOL_SIZE", "3", 1));
  if (!is_measured_anyway())
    CHECK_ERR(UV_ENODATA, uv_ext_pool_metrics(&metrics));
  CHECK_OK(uv_ext_measure(1));
  metrics = pool_metrics();
  CHECK_EQ(metrics.threads, 0);
  CHECK_EQ(metrics.done, 0);
  loop = uv_default_loop();
  for (i = 0; i < 10; i++)
    CHECK_OK(uv_queue_work(loop, &requests[i], do_work, after_work));
  counter_wait(&begun, 3);
  metrics = pool_metrics();
  CHECK_EQ(metrics.threads, 3);
  CHECK_EQ(metrics.busy, 3);
  CHECK_EQ(metrics.queued, 7);
  CHECK_GT(metrics.longest_wait_ns, 0);
  CHECK_EQ(metrics.done, 0);
  counter_add(&may_end, 1);
  run_dry();
  CHECK_EQ(done, 10);
  metrics = pool_metrics();
  CHECK_EQ(metrics.done, 10);
  CHECK_EQ(metrics.queued, 0);
  CHECK_EQ(metrics.longest_wait_ns, 0);
  CHECK_GT(metrics.wait_max_ns, 0);
  CHECK_GT(metrics.run_max_ns, 0);
  finish_loop(loop);
}

/* ---- Forks, and the end of the library ---- */

TEST(ext_fork_child_measures_anew) {
  uv_ext_loop_metrics_t metrics = UV_EXT_LOOP_METRICS_INIT;
  uv_loop_t loop;
  pid_t child;
  int status;
  NEEDS_EXT();
  CHECK_OK(uv_ext_measure(1));
  CHECK_OK(uv_loop_init(&loop));
  run_timers(&loop, 2);
  child = fork();
  CHECK_GE(child, 0);
  if (child == 0) {
    if (!is_measured_anyway())
      CHECK_ERR(UV_ENODATA, uv_ext_loop_metrics(&loop, &metrics));
    CHECK_OK(uv_ext_measure(1));
    CHECK_OK(uv_loop_fork(&loop));
    CHECK_EQ(metrics_of(&loop).callbacks, 0);
    run_timers(&loop, 3);
    CHECK_EQ(metrics_of(&loop).callbacks, 6);
    CHECK_OK(uv_loop_close(&loop));
    uv_library_shutdown();
    _exit(42);
  }
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), 42);
  CHECK_EQ(metrics_of(&loop).callbacks, 4);
  finish_loop(&loop);
}

TEST(ext_measuring_ends_with_the_library) {
  uv_ext_loop_metrics_t metrics = UV_EXT_LOOP_METRICS_INIT;
  uv_loop_t loop;
  NEEDS_EXT();
  CHECK_OK(uv_ext_measure(1));
  uv_library_shutdown();
  CHECK_OK(uv_loop_init(&loop));
  if (!is_measured_anyway())
    CHECK_ERR(UV_ENODATA, uv_ext_loop_metrics(&loop, &metrics));
  CHECK_OK(uv_ext_measure(1));
  run_timers(&loop, 1);
  CHECK_OK(uv_ext_loop_metrics(&loop, &metrics));
  finish_loop(&loop);
}
