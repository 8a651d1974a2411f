/* The worker pool: so many requests in flight, with jobs that are empty or busy for 10 us. */
#include "bench.h"

static long left;
static long busy_ns;

static void job(uv_work_t* request) {
  uint64_t start;
  (void) request;
  if (busy_ns == 0)
    return;
  start = uv_hrtime();
  while (uv_hrtime() - start < (uint64_t) busy_ns)
    ;
}

static void after(uv_work_t* request, int status) {
  BENCH_OK(status);
  if (left > 0) {
    left--;
    BENCH_OK(uv_queue_work(request->loop, request, job, after));
  }
}

static void run_work(long in_flight, long full, long ns) {
  uv_loop_t* loop = uv_default_loop();
  uv_work_t* requests = calloc((size_t) in_flight, sizeof(*requests));
  long count = bench_scale(full);
  long i;

  busy_ns = ns;
  /* The threads are there before the clock runs. */
  for (i = 0; i < in_flight; i++)
    BENCH_OK(uv_queue_work(loop, &requests[i], job, after));
  BENCH_OK(uv_run(loop, UV_RUN_DEFAULT));
  left = count;
  bench_start();
  for (i = 0; i < in_flight && left > 0; i++) {
    left--;
    BENCH_OK(uv_queue_work(loop, &requests[i], job, after));
  }
  BENCH_OK(uv_run(loop, UV_RUN_DEFAULT));
  bench_report((double) count);
}

BENCH(work_1_empty) {
  run_work(1, 100000, 0);
}

BENCH(work_1_10us) {
  run_work(1, 50000, 10000);
}

BENCH(work_4_empty) {
  run_work(4, 200000, 0);
}

BENCH(work_4_10us) {
  run_work(4, 100000, 10000);
}

BENCH(work_32_empty) {
  run_work(32, 500000, 0);
}

BENCH(work_32_10us) {
  run_work(32, 150000, 10000);
}

BENCH(work_1000_empty) {
  run_work(1000, 3000000, 0);
}

BENCH(work_1000_10us) {
  run_work(1000, 200000, 10000);
}
