/* How many jobs run at once, and what becomes of the others: eight jobs, each of which holds its worker
 * until it is let go. UV_THREADPOOL_SIZE is the number of workers, 4 if it is not set. */
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

#define JOBS 8

typedef struct {
  uv_work_t request;
  int number;
} job_t;

static job_t jobs[JOBS];
static uv_async_t begun;
static uv_sem_t go_on;
static uv_mutex_t lock;
static int running; /* under the lock */
static int workers;
static int done, cancelled;

static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}

/* ANCHOR: job */
/* On a worker: it says that it has begun, and then holds the worker. */
static void job(uv_work_t* request) {
  (void) request;
  uv_mutex_lock(&lock);
  running++;
  uv_mutex_unlock(&lock);
  uv_async_send(&begun);
  uv_sem_wait(&go_on);
}

/* On the loop, once for each job, also for those that were cancelled. */
static void after(uv_work_t* request, int status) {
  job_t* job = request->data;
  if (status == UV_ECANCELED) {
    printf("job %d: %s\n", job->number, uv_strerror(status));
    cancelled++;
  } else {
    done++;
  }
  if (done + cancelled == JOBS)
    uv_close((uv_handle_t*) &begun, NULL);
}
/* ANCHOR_END: job */

/* ANCHOR: cancel */
static void on_begun(uv_async_t* async) {
  int i, at_work;
  (void) async;
  uv_mutex_lock(&lock);
  at_work = running;
  uv_mutex_unlock(&lock);
  if (at_work < workers)
    return;
  /* All workers have one. Nobody has begun the others: they can be taken back. */
  printf("%d at work; the first one: %s\n", at_work, uv_strerror(uv_cancel((uv_req_t*) &jobs[0].request)));
  for (i = at_work; i < JOBS; i++)
    check(uv_cancel((uv_req_t*) &jobs[i].request), "uv_cancel");
  for (i = 0; i < JOBS; i++)
    uv_sem_post(&go_on);
  workers = JOBS + 1;
}
/* ANCHOR_END: cancel */

int main(void) {
  uv_loop_t* loop = uv_default_loop();
  const char* size = getenv("UV_THREADPOOL_SIZE");
  int i;

  workers = size == NULL ? 4 : atoi(size);
  if (workers > JOBS)
    workers = JOBS;
  check(uv_mutex_init(&lock), "uv_mutex_init");
  check(uv_sem_init(&go_on, 0), "uv_sem_init");
  check(uv_async_init(loop, &begun, on_begun), "uv_async_init");
  for (i = 0; i < JOBS; i++) {
    jobs[i].number = i;
    jobs[i].request.data = &jobs[i];
    check(uv_queue_work(loop, &jobs[i].request, job, after), "uv_queue_work");
  }
  uv_run(loop, UV_RUN_DEFAULT);
  printf("%d ran, %d were cancelled\n", done, cancelled);

  uv_mutex_destroy(&lock);
  uv_sem_destroy(&go_on);
  check(uv_loop_close(loop), "uv_loop_close");
  uv_library_shutdown();
  return 0;
}
