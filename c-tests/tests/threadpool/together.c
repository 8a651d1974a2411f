/* All workers get to work, whatever they did before. */
#include "test.h"

enum { WORKERS = 4, SHORT = 500, ROUNDS = 8 };

static uv_work_t requests[SHORT];
static uv_barrier_t barrier;
static int done;

static void nothing(uv_work_t* req) {
  (void) req;
}

/* Ends only once all workers are here. */
static void meet(uv_work_t* req) {
  (void) req;
  uv_barrier_wait(&barrier);
}

static void on_done(uv_work_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  done++;
}

static void run_work(uv_work_cb work, int count) {
  int i;
  done = 0;
  for (i = 0; i < count; i++)
    CHECK_OK(uv_queue_work(uv_default_loop(), &requests[i], work, on_done));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(done, count);
}

TEST(threadpool_wakes_all_for_jobs_that_wait) {
  int i;
  CHECK_OK(setenv("UV_THREADPOOL_SIZE", "4", 1));
  CHECK_OK(uv_barrier_init(&barrier, WORKERS));
  run_work(meet, WORKERS);
  /* A pool may wake few workers for jobs that are over in no time. */
  for (i = 0; i < ROUNDS; i++)
    run_work(nothing, SHORT);
  for (i = 0; i < ROUNDS; i++) {
    run_work(meet, WORKERS);
    run_work(nothing, 1);
  }
  uv_barrier_destroy(&barrier);
  finish_loop(uv_default_loop());
}
