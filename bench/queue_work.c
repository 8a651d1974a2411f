/* Throughput of uv_queue_work: a fixed number of requests is kept in flight, each with a job that
 * is empty or busy for some time. Prints operations per second, processor time per operation and
 * how often a thread went to sleep.
 *
 *   queue_work IN_FLIGHT JOB_NANOSECONDS OPERATIONS
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <uv.h>

static uint64_t job_ns;
static long to_start;
static long done;

static void work(uv_work_t* req) {
  (void) req;
  if (job_ns == 0) return;
  uint64_t end = uv_hrtime() + job_ns;
  while (uv_hrtime() < end) continue;
}

static void after(uv_work_t* req, int status) {
  if (status != 0) abort();
  done++;
  if (to_start == 0) return;
  to_start--;
  if (uv_queue_work(req->loop, req, work, after) != 0) abort();
}

static double cpu_seconds(long* switches) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  *switches = usage.ru_nvcsw;
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void run(uv_loop_t* loop, uv_work_t* reqs, int in_flight, long operations) {
  done = 0;
  to_start = operations - in_flight;
  for (int i = 0; i < in_flight; i++)
    if (uv_queue_work(loop, &reqs[i], work, after) != 0) abort();
  uv_run(loop, UV_RUN_DEFAULT);
  if (done != operations) abort();
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  int in_flight = atoi(argv[1]);
  job_ns = strtoull(argv[2], NULL, 10);
  long operations = atol(argv[3]);
  uv_loop_t* loop = uv_default_loop();
  uv_work_t* reqs = calloc(in_flight, sizeof(*reqs));
  if (reqs == NULL || in_flight < 1 || operations < in_flight) return 2;

  run(loop, reqs, in_flight, in_flight); /* starts the workers */
  long switches_before;
  long switches;
  double cpu = cpu_seconds(&switches_before);
  uint64_t start = uv_hrtime();
  run(loop, reqs, in_flight, operations);
  double seconds = (uv_hrtime() - start) / 1e9;
  cpu = cpu_seconds(&switches) - cpu;
  printf("%.0f ops/s, %.2f us cpu/op, %.3f sleeps/op\n", operations / seconds, cpu * 1e6 / operations,
         (double) (switches - switches_before) / operations);
  free(reqs);
  return uv_loop_close(loop);
}
