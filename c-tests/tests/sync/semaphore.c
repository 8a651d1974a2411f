#include "test.h"

struct worker {
  uv_mutex_t mutex;
  uv_sem_t sem;
  uv_sem_t started;
  int delay;
  int posted;
};

static void post(void* arg) {
  struct worker* worker = arg;
  uv_sem_post(&worker->started);
  if (worker->delay > 0)
    uv_sleep(worker->delay);
  uv_mutex_lock(&worker->mutex);
  CHECK_EQ(worker->posted, 0);
  worker->posted = 1;
  uv_sem_post(&worker->sem);
  uv_mutex_unlock(&worker->mutex);
}

static void start(struct worker* worker, uv_thread_t* thread, int delay) {
  memset(worker, 0, sizeof(*worker));
  worker->delay = delay;
  CHECK_OK(uv_mutex_init(&worker->mutex));
  CHECK_OK(uv_sem_init(&worker->sem, 0));
  CHECK_OK(uv_sem_init(&worker->started, 0));
  CHECK_OK(uv_thread_create(thread, post, worker));
}

static void finish(struct worker* worker, uv_thread_t* thread) {
  CHECK_OK(uv_thread_join(thread));
  CHECK_EQ(worker->posted, 1);
  CHECK_ERR(UV_EAGAIN, uv_sem_trywait(&worker->sem));
  uv_sem_destroy(&worker->started);
  uv_sem_destroy(&worker->sem);
  uv_mutex_destroy(&worker->mutex);
}

/* The post comes before the wait. */
TEST(semaphore_1) {
  struct worker worker;
  uv_thread_t thread;
  int posted = 0;
  start(&worker, &thread, 0);
  while (!posted) {
    uv_sleep(1);
    uv_mutex_lock(&worker.mutex);
    posted = worker.posted;
    uv_mutex_unlock(&worker.mutex);
  }
  uv_sem_wait(&worker.sem);
  finish(&worker, &thread);
}

/* The wait comes before the post. */
TEST(semaphore_2) {
  struct worker worker;
  uv_thread_t thread;
  start(&worker, &thread, 100);
  uv_sem_wait(&worker.started);
  uv_sem_wait(&worker.sem);
  uv_mutex_lock(&worker.mutex);
  CHECK_EQ(worker.posted, 1);
  uv_mutex_unlock(&worker.mutex);
  finish(&worker, &thread);
}

TEST(semaphore_3) {
  uv_sem_t sem;
  CHECK_OK(uv_sem_init(&sem, 3));
  uv_sem_wait(&sem);
  uv_sem_wait(&sem);
  CHECK_OK(uv_sem_trywait(&sem));
  CHECK_ERR(UV_EAGAIN, uv_sem_trywait(&sem));
  uv_sem_post(&sem);
  CHECK_OK(uv_sem_trywait(&sem));
  CHECK_ERR(UV_EAGAIN, uv_sem_trywait(&sem));
  uv_sem_destroy(&sem);
}
