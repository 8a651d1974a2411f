/* Waking loops from other threads. */
#include "bench.h"

static uv_loop_t loops[2];
static uv_async_t ends[2];
static long left;

static void on_turn(uv_async_t* handle) {
  uv_async_t* other = handle == &ends[0] ? &ends[1] : &ends[0];
  /* `left` is only touched by the end whose turn it is. */
  if (left-- > 0) {
    BENCH_OK(uv_async_send(other));
    return;
  }
  if (left > -3)
    BENCH_OK(uv_async_send(other));
  if (!uv_is_closing((uv_handle_t*) handle))
    uv_close((uv_handle_t*) handle, NULL);
}

static void run_second(void* arg) {
  (void) arg;
  BENCH_OK(uv_run(&loops[1], UV_RUN_DEFAULT));
}

BENCH(async_round_trip) {
  uv_thread_t thread;
  long count = bench_scale(200000);
  int i;

  for (i = 0; i < 2; i++) {
    BENCH_OK(uv_loop_init(&loops[i]));
    BENCH_OK(uv_async_init(&loops[i], &ends[i], on_turn));
  }
  left = 2 * count;
  BENCH_OK(uv_thread_create(&thread, run_second, NULL));
  bench_start();
  BENCH_OK(uv_async_send(&ends[0]));
  BENCH_OK(uv_run(&loops[0], UV_RUN_DEFAULT));
  bench_report((double) count);
  BENCH_OK(uv_thread_join(&thread));
}

/* Sends from one thread to a loop that is awake, so fast that most find one on its way. */
static uv_async_t targets[8];
static volatile int flood_over;
static long flood_sent;
static int flood_targets;

static void on_flooded(uv_async_t* handle) {
  (void) handle;
}

static void on_idle(uv_idle_t* handle) {
  (void) handle;
}

static void flood(void* arg) {
  uv_async_t* done = arg;
  long sends = bench_scale(20000000);
  int i;
  bench_start();
  while (flood_sent < sends) {
    for (i = 0; i < flood_targets; i++)
      uv_async_send(&targets[i]);
    flood_sent += flood_targets;
  }
  bench_report((double) flood_sent);
  uv_async_send(done);
}

static void on_done(uv_async_t* handle) {
  uv_stop(handle->loop);
}

static void run_flood(int count) {
  uv_loop_t* loop = uv_default_loop();
  uv_thread_t thread;
  uv_async_t done;
  uv_idle_t idle;
  int i;

  flood_targets = count;
  for (i = 0; i < count; i++)
    BENCH_OK(uv_async_init(loop, &targets[i], on_flooded));
  BENCH_OK(uv_async_init(loop, &done, on_done));
  BENCH_OK(uv_idle_init(loop, &idle));
  BENCH_OK(uv_idle_start(&idle, on_idle));
  BENCH_OK(uv_thread_create(&thread, flood, &done));
  uv_run(loop, UV_RUN_DEFAULT);
  BENCH_OK(uv_thread_join(&thread));
}

BENCH(async_send_awake_1) {
  run_flood(1);
}

BENCH(async_send_awake_8) {
  run_flood(8);
}

/* Several threads, each waiting for its own answer. */
static uv_async_t pummel_target;
static long pummel_left;

static void on_pummel(uv_async_t* handle) {
  if (--pummel_left <= 0)
    uv_close((uv_handle_t*) handle, NULL);
}

static void pummel(void* arg) {
  volatile int* over = arg;
  while (!*over)
    uv_async_send(&pummel_target);
}

BENCH(async_pummel_4) {
  uv_loop_t* loop = uv_default_loop();
  uv_thread_t threads[4];
  volatile int over = 0;
  long count = bench_scale(100000);
  int i;

  pummel_left = count;
  BENCH_OK(uv_async_init(loop, &pummel_target, on_pummel));
  for (i = 0; i < 4; i++)
    BENCH_OK(uv_thread_create(&threads[i], pummel, (void*) &over));
  bench_start();
  while (pummel_left > 0)
    uv_run(loop, UV_RUN_NOWAIT);
  bench_report((double) count);
  over = 1;
  for (i = 0; i < 4; i++)
    BENCH_OK(uv_thread_join(&threads[i]));
}

/* A million handles, all sent to before the loop runs. */
BENCH(async_million) {
  uv_loop_t* loop = uv_default_loop();
  long count = bench_scale(1000000);
  uv_async_t* handles = malloc((size_t) count * sizeof(*handles));
  long i;

  bench_start();
  for (i = 0; i < count; i++)
    BENCH_OK(uv_async_init(loop, &handles[i], on_flooded));
  for (i = 0; i < count; i++)
    BENCH_OK(uv_async_send(&handles[i]));
  uv_run(loop, UV_RUN_NOWAIT);
  for (i = 0; i < count; i++)
    uv_close((uv_handle_t*) &handles[i], NULL);
  BENCH_OK(uv_run(loop, UV_RUN_DEFAULT));
  bench_report((double) count);
}
