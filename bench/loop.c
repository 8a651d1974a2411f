/* Turns of the loop. */
#include "bench.h"

static long turns;

static void on_idle(uv_idle_t* handle) {
  if (--turns == 0)
    uv_close((uv_handle_t*) handle, NULL);
}

static void run_idle(uv_loop_t* loop) {
  uv_idle_t idle;
  long count = bench_scale(3000000);

  turns = count;
  BENCH_OK(uv_idle_init(loop, &idle));
  BENCH_OK(uv_idle_start(&idle, on_idle));
  bench_start();
  BENCH_OK(uv_run(loop, UV_RUN_DEFAULT));
  bench_report((double) count);
}

/* One idle handle and nothing else. */
BENCH(loop_idle) {
  run_idle(uv_default_loop());
}

static void on_poll(uv_poll_t* handle, int status, int events) {
  (void) handle;
  (void) status;
  (void) events;
}

/* The same with a descriptor to look at in every turn. */
BENCH(loop_idle_with_descriptor) {
  uv_loop_t loop;
  uv_file fds[2];
  uv_poll_t poll;

  BENCH_OK(uv_loop_init(&loop));
  BENCH_OK(uv_pipe(fds, 0, 0));
  BENCH_OK(uv_poll_init(&loop, &poll, fds[0]));
  BENCH_OK(uv_poll_start(&poll, UV_READABLE, on_poll));
  uv_unref((uv_handle_t*) &poll);
  run_idle(&loop);
}

BENCH(loop_init_and_close) {
  uv_loop_t loop;
  long count = bench_scale(20000);
  long i;

  bench_start();
  for (i = 0; i < count; i++) {
    BENCH_OK(uv_loop_init(&loop));
    BENCH_OK(uv_loop_close(&loop));
  }
  bench_report((double) count);
}
