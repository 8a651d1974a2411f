#include "test.h"

TEST(thread_mutex) {
  uv_mutex_t mutex;
  CHECK_OK(uv_mutex_init(&mutex));
  uv_mutex_lock(&mutex);
  uv_mutex_unlock(&mutex);
  CHECK_OK(uv_mutex_trylock(&mutex));
  CHECK_ERR(UV_EBUSY, uv_mutex_trylock(&mutex));
  uv_mutex_unlock(&mutex);
  uv_mutex_destroy(&mutex);
}

TEST(thread_mutex_recursive) {
  uv_mutex_t mutex;
  CHECK_OK(uv_mutex_init_recursive(&mutex));
  uv_mutex_lock(&mutex);
  uv_mutex_lock(&mutex);
  CHECK_OK(uv_mutex_trylock(&mutex));
  uv_mutex_unlock(&mutex);
  uv_mutex_unlock(&mutex);
  uv_mutex_unlock(&mutex);
  uv_mutex_destroy(&mutex);
}

TEST(thread_rwlock) {
  uv_rwlock_t lock;
  CHECK_OK(uv_rwlock_init(&lock));
  uv_rwlock_rdlock(&lock);
  uv_rwlock_rdunlock(&lock);
  uv_rwlock_wrlock(&lock);
  uv_rwlock_wrunlock(&lock);
  uv_rwlock_destroy(&lock);
}

/* ---- One thread tries while the other holds ---- */

enum step { NO_STEP, TRY_READ, TRY_WRITE, UNLOCK_READ, UNLOCK_WRITE, END };
enum thread { MAIN, OTHER };

static uv_rwlock_t shared;
static uv_mutex_t mutex;
static uv_cond_t changed;
static enum step wanted; /* what the other thread is to do */
static int outcome;

static int take(enum step step) {
  switch (step) {
    case TRY_READ:
      return uv_rwlock_tryrdlock(&shared);
    case TRY_WRITE:
      return uv_rwlock_trywrlock(&shared);
    case UNLOCK_READ:
      uv_rwlock_rdunlock(&shared);
      return 0;
    case UNLOCK_WRITE:
      uv_rwlock_wrunlock(&shared);
      return 0;
    default:
      return 0;
  }
}

static void take_steps(void* arg) {
  enum step step;
  (void) arg;
  uv_mutex_lock(&mutex);
  do {
    while (wanted == NO_STEP)
      uv_cond_wait(&changed, &mutex);
    step = wanted;
    outcome = take(step);
    wanted = NO_STEP;
    uv_cond_broadcast(&changed);
  } while (step != END);
  uv_mutex_unlock(&mutex);
}

static int let(enum thread thread, enum step step) {
  int result;
  if (thread == MAIN)
    return take(step);
  uv_mutex_lock(&mutex);
  wanted = step;
  uv_cond_broadcast(&changed);
  while (wanted != NO_STEP)
    uv_cond_wait(&changed, &mutex);
  result = outcome;
  uv_mutex_unlock(&mutex);
  return result;
}

static void try_beside(enum thread holder, enum thread second) {
  CHECK_OK(let(holder, TRY_WRITE));
  CHECK_ERR(UV_EBUSY, let(second, TRY_READ));
  CHECK_ERR(UV_EBUSY, let(second, TRY_WRITE));
  CHECK_OK(let(holder, UNLOCK_WRITE));

  CHECK_OK(let(holder, TRY_READ));
  CHECK_OK(let(second, TRY_READ));
  CHECK_OK(let(second, UNLOCK_READ));
  CHECK_ERR(UV_EBUSY, let(second, TRY_WRITE));
  CHECK_OK(let(holder, UNLOCK_READ));

  CHECK_OK(let(second, TRY_WRITE));
  CHECK_OK(let(second, UNLOCK_WRITE));
  CHECK_OK(let(second, TRY_READ));
  CHECK_OK(let(second, UNLOCK_READ));
}

TEST(thread_rwlock_trylock) {
  uv_thread_t thread;
  CHECK_OK(uv_mutex_init(&mutex));
  CHECK_OK(uv_cond_init(&changed));
  CHECK_OK(uv_rwlock_init(&shared));
  CHECK_OK(uv_thread_create(&thread, take_steps, NULL));
  try_beside(MAIN, OTHER);
  try_beside(OTHER, MAIN);
  CHECK_OK(let(OTHER, END));
  CHECK_OK(uv_thread_join(&thread));
  uv_rwlock_destroy(&shared);
  uv_cond_destroy(&changed);
  uv_mutex_destroy(&mutex);
}
