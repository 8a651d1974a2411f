/* Timers: starting, firing, stopping, and a server's way of putting them off again and again. */
#include "bench.h"

static long fired;
static uint64_t random_state = 88172645463325252u;

static uint64_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

static void on_timer(uv_timer_t* handle) {
  (void) handle;
  fired++;
}

static uv_timer_t* make_timers(uv_loop_t* loop, long count) {
  uv_timer_t* timers = malloc((size_t) count * sizeof(*timers));
  long i;
  for (i = 0; i < count; i++)
    BENCH_OK(uv_timer_init(loop, &timers[i]));
  return timers;
}

/* Timeouts at random within 20 ms; all have passed when the loop runs. */
static void fire(long count, long rounds) {
  uv_loop_t loop;
  uv_timer_t* timers;
  long round, i;

  BENCH_OK(uv_loop_init(&loop));
  timers = make_timers(&loop, count);
  bench_start();
  for (round = 0; round < rounds; round++) {
    /* A start in the past: the loop's time is that of its last turn. */
    for (i = 0; i < count; i++)
      BENCH_OK(uv_timer_start(&timers[i], on_timer, next_random() % 20, 0));
    uv_sleep(25);
    BENCH_OK(uv_run(&loop, UV_RUN_NOWAIT));
  }
  bench_report((double) fired);
}

BENCH(timer_fire_10k) {
  fire(10000, bench_scale(40));
}

BENCH(timer_fire_1m) {
  fire(bench_scale(1000000), 1);
}

/* A turn of the loop belongs to it: a library may put the work of stopping off until then. */
static void stop(long count, long rounds) {
  uv_loop_t loop;
  uv_timer_t last;
  uv_timer_t* timers;
  long* order;
  long i, j, swap, round;

  BENCH_OK(uv_loop_init(&loop));
  timers = make_timers(&loop, count);
  order = malloc((size_t) count * sizeof(*order));
  for (i = 0; i < count; i++)
    order[i] = i;
  for (i = count - 1; i > 0; i--) {
    j = (long) (next_random() % (uint64_t) (i + 1));
    swap = order[i];
    order[i] = order[j];
    order[j] = swap;
  }
  BENCH_OK(uv_timer_init(&loop, &last));
  BENCH_OK(uv_timer_start(&last, on_timer, 100000, 0));
  bench_start();
  for (round = 0; round < rounds; round++) {
    for (i = 0; i < count; i++)
      BENCH_OK(uv_timer_start(&timers[i], on_timer, 30000 + next_random() % 1000, 0));
    for (i = 0; i < count; i++)
      BENCH_OK(uv_timer_stop(&timers[order[i]]));
    BENCH_OK(uv_run(&loop, UV_RUN_NOWAIT));
  }
  bench_report((double) count * (double) rounds);
}

BENCH(timer_start_stop_10k) {
  stop(10000, bench_scale(200));
}

BENCH(timer_start_stop_1m) {
  stop(bench_scale(1000000), 1);
}

/* Each request of a server puts off its connection's timeout. */
static void rearm(long count) {
  uv_loop_t loop;
  uv_timer_t* timers;
  long times = bench_scale(3000000);
  long i;

  BENCH_OK(uv_loop_init(&loop));
  timers = make_timers(&loop, count);
  for (i = 0; i < count; i++)
    BENCH_OK(uv_timer_start(&timers[i], on_timer, 30000, 0));
  bench_start();
  for (i = 0; i < times; i++) {
    if (i % 1000 == 0)
      BENCH_OK(uv_run(&loop, UV_RUN_NOWAIT));
    BENCH_OK(uv_timer_start(&timers[next_random() % (uint64_t) count], on_timer, 30000, 0));
  }
  bench_report((double) times);
}

BENCH(timer_rearm_10k) {
  rearm(10000);
}

BENCH(timer_rearm_1m) {
  rearm(bench_scale(1000000));
}
