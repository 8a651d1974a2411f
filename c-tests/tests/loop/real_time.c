/* A loop whose thread has the processor for itself: whatever it waits for must get it. */
#include "test.h"

#include <pthread.h>
#include <sched.h>

static void become_ordinary(uv_work_t* req) {
  struct sched_param ordinary = { 0 };
  (void) req;
  CHECK_OK(pthread_setschedparam(pthread_self(), SCHED_OTHER, &ordinary));
}

static void close_after_work(uint64_t* longest) {
  uv_loop_t loop;
  uv_work_t work;
  uint64_t begun;
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_queue_work(&loop, &work, become_ordinary, NULL));
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  begun = uv_hrtime();
  CHECK_OK(uv_loop_close(&loop));
  if (uv_hrtime() - begun > *longest)
    *longest = uv_hrtime() - begun;
}

/* A worker that has just told the loop of its work may still be at it. */
TEST(real_time_loop_closes_at_once) {
  struct sched_param real_time = { .sched_priority = 10 };
  cpu_set_t cpus, one;
  uint64_t longest = 0;
  int cpu = 0, i;
  CHECK_OK(sched_getaffinity(0, sizeof(cpus), &cpus));
  while (!CPU_ISSET(cpu, &cpus))
    cpu++;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  CHECK_OK(sched_setaffinity(0, sizeof(one), &one));
  for (i = 0; i < 8; i++)
    close_after_work(&longest);
  if (pthread_setschedparam(pthread_self(), SCHED_FIFO, &real_time) != 0)
    SKIP("no real-time scheduling here");
  longest = 0;
  for (i = 0; i < 30; i++)
    close_after_work(&longest);
  CHECK_LT(longest / 1000000, scaled_ms(100));
}
