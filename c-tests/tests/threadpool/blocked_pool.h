/* A pool of four threads that are all kept busy, so that what is queued
 * meanwhile can still be cancelled. */
#ifndef UV_TESTS_BLOCKED_POOL_H
#define UV_TESTS_BLOCKED_POOL_H

#include "test.h"

enum { POOL_SIZE = 4 };

static uv_work_t blockers[POOL_SIZE];
static uv_sem_t blocker_started, blocker_may_end;

static void occupy_thread(uv_work_t* req) {
  (void) req;
  uv_sem_post(&blocker_started);
  uv_sem_wait(&blocker_may_end);
}

/* Returns once all threads are taken. Comes before any other use of them. */
static void block_pool(uv_loop_t* loop) {
  int i;
  CHECK_EQ(setenv("UV_THREADPOOL_SIZE", "4", 1), 0);
  CHECK_OK(uv_sem_init(&blocker_started, 0));
  CHECK_OK(uv_sem_init(&blocker_may_end, 0));
  for (i = 0; i < POOL_SIZE; i++)
    CHECK_OK(uv_queue_work(loop, &blockers[i], occupy_thread, NULL));
  for (i = 0; i < POOL_SIZE; i++)
    uv_sem_wait(&blocker_started);
}

static void unblock_pool(void) {
  int i;
  for (i = 0; i < POOL_SIZE; i++)
    uv_sem_post(&blocker_may_end);
}

/* After the loop ran: all work is done. */
static void forget_pool(void) {
  uv_sem_destroy(&blocker_started);
  uv_sem_destroy(&blocker_may_end);
}

#endif
