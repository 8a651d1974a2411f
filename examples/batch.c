/* A batch of jobs for the worker pool, whose size is UV_THREADPOOL_SIZE (4 if it is not set).
 *
 *   batch [jobs]
 *
 * Half of each job is arithmetic, which cores share, and half is waiting, which threads share.
 */
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

#define MILLISECOND 1000000u

static int jobs_done;
static volatile uint64_t sink;

static void job(uv_work_t* request) {
  uint64_t sum = 1;
  int i;
  (void) request;
  for (i = 0; i < 4000000; i++)
    sum = sum * 6364136223846793005u + 1442695040888963407u;
  sink += sum;
  uv_sleep(5);
}

static void done(uv_work_t* request, int status) {
  (void) request;
  if (status != 0)
    fprintf(stderr, "a job: %s\n", uv_strerror(status));
  else
    jobs_done++;
}

int main(int argc, char** argv) {
  int jobs = argc > 1 ? atoi(argv[1]) : 64;
  uv_work_t* requests = calloc((size_t) jobs, sizeof(*requests));
  uv_loop_t* loop = uv_default_loop();
  uint64_t start;
  int i;

  if (requests == NULL)
    return 1;
  start = uv_hrtime();
  for (i = 0; i < jobs; i++) {
    if (uv_queue_work(loop, &requests[i], job, done) != 0)
      return 1;
  }
  uv_run(loop, UV_RUN_DEFAULT);
  printf("%d jobs in %.0f ms\n", jobs_done, (double) (uv_hrtime() - start) / MILLISECOND);
  free(requests);
  if (jobs_done != jobs || uv_loop_close(loop) != 0)
    return 1;
  uv_library_shutdown();
  return 0;
}
