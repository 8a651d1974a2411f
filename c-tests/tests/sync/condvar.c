/* Two threads hand over to each other through a condition variable. */
#include "test.h"

enum { SECOND = 1000000000 };

struct handover {
  uv_mutex_t mutex;
  uv_cond_t cond;
  uv_sem_t waiting; /* the waiter holds the mutex and will now wait */
  uv_sem_t done;    /* the waker has let go of the mutex */
  int flags[2];
  void (*wake)(uv_cond_t* cond);
  int with_timeout;
};

static void wait_for(struct handover* h, int* flag) {
  uv_mutex_lock(&h->mutex);
  CHECK_EQ(*flag, 0);
  uv_sem_post(&h->waiting);
  while (*flag == 0) {
    if (h->with_timeout)
      CHECK_OK(uv_cond_timedwait(&h->cond, &h->mutex, SECOND));
    else
      uv_cond_wait(&h->cond, &h->mutex);
  }
  CHECK_EQ(*flag, 1);
  uv_mutex_unlock(&h->mutex);
  uv_sem_wait(&h->done);
}

static void wake_up(struct handover* h, int* flag) {
  uv_sem_wait(&h->waiting);
  uv_mutex_lock(&h->mutex);
  CHECK_EQ(*flag, 0);
  *flag = 1;
  h->wake(&h->cond);
  uv_mutex_unlock(&h->mutex);
  uv_sem_post(&h->done);
}

static void wake_then_wait(void* arg) {
  struct handover* h = arg;
  wake_up(h, &h->flags[0]);
  wait_for(h, &h->flags[1]);
}

static void hand_over(void (*wake)(uv_cond_t*), int with_timeout) {
  struct handover h;
  uv_thread_t thread;
  memset(&h, 0, sizeof(h));
  h.wake = wake;
  h.with_timeout = with_timeout;
  CHECK_OK(uv_mutex_init(&h.mutex));
  CHECK_OK(uv_cond_init(&h.cond));
  CHECK_OK(uv_sem_init(&h.waiting, 0));
  CHECK_OK(uv_sem_init(&h.done, 0));
  CHECK_OK(uv_thread_create(&thread, wake_then_wait, &h));
  wait_for(&h, &h.flags[0]);
  wake_up(&h, &h.flags[1]);
  CHECK_OK(uv_thread_join(&thread));
  CHECK_EQ(h.flags[0], 1);
  CHECK_EQ(h.flags[1], 1);
  uv_sem_destroy(&h.done);
  uv_sem_destroy(&h.waiting);
  uv_cond_destroy(&h.cond);
  uv_mutex_destroy(&h.mutex);
}

TEST(condvar_1) {
  hand_over(uv_cond_signal, 0);
}

TEST(condvar_2) {
  hand_over(uv_cond_broadcast, 0);
}

TEST(condvar_3) {
  hand_over(uv_cond_signal, 1);
}

TEST(condvar_4) {
  hand_over(uv_cond_broadcast, 1);
}

TEST(condvar_5) {
  uv_mutex_t mutex;
  uv_cond_t cond;
  uint64_t before;
  uint64_t elapsed;
  CHECK_OK(uv_mutex_init(&mutex));
  CHECK_OK(uv_cond_init(&cond));
  uv_mutex_lock(&mutex);
  before = uv_hrtime();
  CHECK_ERR(UV_ETIMEDOUT, uv_cond_timedwait(&cond, &mutex, SECOND / 10));
  elapsed = uv_hrtime() - before;
  CHECK_GE(elapsed, SECOND / 40 * 3);
  CHECK_LT(elapsed, scaled_ms(5000) * 1000000);
  CHECK_ERR(UV_EBUSY, uv_mutex_trylock(&mutex));
  uv_mutex_unlock(&mutex);
  uv_cond_destroy(&cond);
  uv_mutex_destroy(&mutex);
}
