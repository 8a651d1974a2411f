/* Threads and what they wait with. */
#include "../torture.h"

static uv_mutex_t mutex, recursive;
static uv_rwlock_t rwlock;
static uv_cond_t cond;
static uv_sem_t sem;
static uv_barrier_t barrier;
static uv_key_t key;
static int ready;

static void other(void* arg) {
  uv_mutex_lock(&mutex);
  ready = 1;
  uv_cond_signal(&cond);
  uv_mutex_unlock(&mutex);
  uv_rwlock_rdlock(&rwlock);
  uv_rwlock_rdunlock(&rwlock);
  uv_sem_post(&sem);
  uv_key_set(&key, arg);
  must(uv_key_get(&key) == arg);
  uv_barrier_wait(&barrier);
}

SCENARIO(threads) {
  uv_thread_options_t options = { UV_THREAD_HAS_STACK_SIZE, 65536 };
  uv_thread_t thread;
  int made = 0;
  if (!bad(uv_mutex_init(&mutex)) && ++made &&
      !bad(uv_mutex_init_recursive(&recursive)) && ++made &&
      !bad(uv_rwlock_init(&rwlock)) && ++made && !bad(uv_cond_init(&cond)) &&
      ++made && !bad(uv_sem_init(&sem, 0)) && ++made &&
      !bad(uv_barrier_init(&barrier, 2)) && ++made &&
      !bad(uv_key_create(&key)) && ++made) {
    char name[16];
    char mask[1024];
    if (!bad(uv_thread_create_ex(&thread, &options, other, &sem))) {
      uv_mutex_lock(&mutex);
      while (!ready)
        uv_cond_wait(&cond, &mutex);
      must(uv_cond_timedwait(&cond, &mutex, 1000) == UV_ETIMEDOUT);
      uv_mutex_unlock(&mutex);
      uv_sem_wait(&sem);
      uv_barrier_wait(&barrier);
      must(uv_thread_join(&thread) == 0);
    }
    thread = uv_thread_self();
    (void) tolerable(uv_thread_setname("torture"));
    (void) tolerable(uv_thread_getname(&thread, name, sizeof(name)));
    (void) tolerable(uv_thread_getaffinity(&thread, mask, sizeof(mask)));
    (void) tolerable(uv_thread_getpriority(thread, &ready));
    (void) uv_thread_getcpu();
    uv_mutex_lock(&recursive);
    must(uv_mutex_trylock(&recursive) == 0);
    uv_mutex_unlock(&recursive);
    uv_mutex_unlock(&recursive);
  }
  if (made > 6)
    uv_key_delete(&key);
  if (made > 5)
    uv_barrier_destroy(&barrier);
  if (made > 4)
    uv_sem_destroy(&sem);
  if (made > 3)
    uv_cond_destroy(&cond);
  if (made > 2)
    uv_rwlock_destroy(&rwlock);
  if (made > 1)
    uv_mutex_destroy(&recursive);
  if (made > 0)
    uv_mutex_destroy(&mutex);
}
