/* Bursts of work, half of it cancelled. */
#include "../torture.h"

enum { JOBS = 120 };

static uv_work_t jobs[JOBS];
static int began[JOBS];
static int came;

static void work(uv_work_t* req) {
  __atomic_store_n(&began[req - jobs], 1, __ATOMIC_RELAXED);
}

static void on_done(uv_work_t* req, int status) {
  told(req);
  came++;
  if (status != UV_ECANCELED && bad(status))
    return;
  must((status == 0) == began[req - jobs]);
  if (req - jobs < 20 && !given_up() && jobs[100 + (req - jobs)].data == NULL) {
    jobs[100 + (req - jobs)].data = &jobs;
    (void) asked(&jobs[100 + (req - jobs)],
                 uv_queue_work(loop, &jobs[100 + (req - jobs)], work, on_done));
  }
}

SCENARIO(work_cancel) {
  int i;
  for (i = 0; i < 100; i++)
    if (asked(&jobs[i], uv_queue_work(loop, &jobs[i], work, on_done)))
      break;
  for (i = 1; i < 100; i += 2) {
    int status = given_up() ? 0 : uv_cancel((uv_req_t*) &jobs[i]);
    must(status == 0 || status == UV_EBUSY);
  }
  run();
  usually(came == JOBS);
}
