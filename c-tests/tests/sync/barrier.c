#include "test.h"

enum { ROUNDS = 5, PARTIES = 5 };

static uv_barrier_t barrier;
static uv_sem_t about_to_wait;
static int sleep_first;
static int worker_result;

static void wait_once(void* arg) {
  (void) arg;
  uv_sem_post(&about_to_wait);
  if (sleep_first)
    uv_sleep(50);
  worker_result = uv_barrier_wait(&barrier);
}

/* One of two parties comes clearly later than the other. */
static void two_meet(int worker_is_late) {
  uv_thread_t thread;
  int result;
  sleep_first = worker_is_late;
  worker_result = -1;
  CHECK_OK(uv_barrier_init(&barrier, 2));
  CHECK_OK(uv_sem_init(&about_to_wait, 0));
  CHECK_OK(uv_thread_create(&thread, wait_once, NULL));
  uv_sem_wait(&about_to_wait);
  if (!worker_is_late)
    uv_sleep(50);
  result = uv_barrier_wait(&barrier);
  CHECK_OK(uv_thread_join(&thread));
  CHECK(result == 0 || result == 1);
  CHECK_EQ(result ^ worker_result, 1);
  uv_barrier_destroy(&barrier);
  uv_sem_destroy(&about_to_wait);
}

TEST(barrier_1) {
  two_meet(0);
}

TEST(barrier_2) {
  two_meet(1);
}

static void wait_all_rounds(void* sum) {
  int i;
  for (i = 0; i < ROUNDS; i++)
    *(int*) sum += uv_barrier_wait(&barrier);
}

TEST(barrier_3) {
  uv_thread_t thread;
  int own = 0;
  int other = 0;
  CHECK_OK(uv_barrier_init(&barrier, 2));
  CHECK_OK(uv_thread_create(&thread, wait_all_rounds, &other));
  wait_all_rounds(&own);
  CHECK_OK(uv_thread_join(&thread));
  CHECK_GE(own, 0);
  CHECK_GE(other, 0);
  CHECK_EQ(own + other, ROUNDS);
  uv_barrier_destroy(&barrier);
}

static struct counter destroyed = COUNTER_INIT;

/* The one that is told so destroys the barrier, the others still in it. */
static void wait_then_destroy(void* arg) {
  int i;
  (void) arg;
  for (i = 0; i < ROUNDS; i++)
    CHECK_GE(uv_barrier_wait(&barrier), 0);
  if (uv_barrier_wait(&barrier) > 0) {
    uv_barrier_destroy(&barrier);
    counter_add(&destroyed, 1);
  }
}

TEST(barrier_serial_thread) {
  uv_thread_t threads[PARTIES - 1];
  int i;
  CHECK_OK(uv_barrier_init(&barrier, PARTIES));
  for (i = 0; i < PARTIES - 1; i++)
    CHECK_OK(uv_thread_create(&threads[i], wait_then_destroy, NULL));
  wait_then_destroy(NULL);
  for (i = 0; i < PARTIES - 1; i++)
    CHECK_OK(uv_thread_join(&threads[i]));
  CHECK_EQ(counter_get(&destroyed), 1);
}

TEST(barrier_serial_thread_single) {
  CHECK_OK(uv_barrier_init(&barrier, 1));
  CHECK_GT(uv_barrier_wait(&barrier), 0);
  uv_barrier_destroy(&barrier);
}
