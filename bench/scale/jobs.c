#include "scale.h"

/* So many in all, so that what few of them cost is measured as well. */
#define LEAST 100000

static void work(uv_work_t* request) {
  (void) request;
}

static void done(uv_work_t* request, int status) {
  (void) request;
  OK(status);
}

static void queue_all(uv_loop_t* loop, uv_work_t* all, long count) {
  long i;
  for (i = 0; i < count; i++)
    OK(uv_queue_work(loop, &all[i], work, done));
  OK(uv_run(loop, UV_RUN_DEFAULT));
}

void jobs(long count) {
  uv_loop_t loop;
  uv_work_t* all = malloc((size_t) count * sizeof(*all));
  long rounds = LEAST / count + 1;
  long round;
  stamp_t from;

  OK(uv_loop_init(&loop));
  queue_all(&loop, all, count); /* the threads are there before the clock runs */
  from = stamp();
  for (round = 0; round < rounds; round++)
    queue_all(&loop, all, count);
  report(from, (double) (rounds * count));
  OK(uv_loop_close(&loop));
  free(all);
}
