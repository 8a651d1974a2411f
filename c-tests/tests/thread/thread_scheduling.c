/* Which processors a thread may use, and how it competes for them. */
#include "test.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

static char* allowed; /* a byte for each processor */
static size_t mask_size;
static uv_sem_t release_thread;

static char* empty_mask(void) {
  char* mask = calloc(mask_size, 1);
  CHECK_NOT_NULL(mask);
  return mask;
}

/* Asks for two processors; where there is no such processor the system
 * ignores the wish. */
static char* mask_of(size_t one, size_t other) {
  char* mask = empty_mask();
  mask[one] = 1;
  mask[other] = 1;
  return mask;
}

static void move_thread(char* first, char* second) {
  uv_thread_t self = uv_thread_self();
  char* before = empty_mask();
  size_t i;
  memset(before, 0x55, mask_size);
  CHECK_OK(uv_thread_setaffinity(&self, first, NULL, mask_size));
  CHECK_OK(uv_thread_setaffinity(&self, second, before, mask_size));
  for (i = 0; i < mask_size; i++)
    CHECK_EQ(before[i], first[i] && allowed[i]);
  free(before);
}

static char* odd;
static char* even;

static void odd_then_even(void* arg) {
  (void) arg;
  move_thread(odd, even);
}

static void even_then_odd(void* arg) {
  (void) arg;
  move_thread(even, odd);
}

TEST(thread_affinity) {
  uv_thread_t self = uv_thread_self();
  uv_thread_t threads[2];
  char* mask;
  size_t count = 0;
  size_t i;
  int cpu;

  if (uv_cpumask_size() == UV_ENOTSUP)
    SKIP("no affinities on this system");
  CHECK_GT(uv_cpumask_size(), 0);
  mask_size = (size_t) uv_cpumask_size();
  allowed = empty_mask();
  CHECK_OK(uv_thread_getaffinity(&self, allowed, mask_size));
  CHECK_ERR(UV_EINVAL, uv_thread_getaffinity(&self, allowed, mask_size - 1));
  while (count < mask_size && allowed[count] != 0)
    count++;
  if (count == 0)
    SKIP("processor 0 is not for us");

  odd = mask_of(count >= 2 ? 1 : 0, 3);
  even = mask_of(0, 2);
  CHECK_ERR(UV_EINVAL, uv_thread_setaffinity(&self, odd, NULL, mask_size - 1));
  CHECK_OK(uv_thread_create(&threads[0], odd_then_even, NULL));
  CHECK_OK(uv_thread_create(&threads[1], even_then_odd, NULL));
  CHECK_OK(uv_thread_join(&threads[0]));
  CHECK_OK(uv_thread_join(&threads[1]));

  cpu = uv_thread_getcpu();
  CHECK_GE(cpu, 0);
  mask = empty_mask();
  mask[cpu] = 1;
  CHECK_OK(uv_thread_setaffinity(&self, mask, NULL, mask_size));
  memset(mask, 0x55, mask_size);
  CHECK_OK(uv_thread_getaffinity(&self, mask, mask_size));
  for (i = 0; i < mask_size; i++)
    CHECK_EQ(mask[i], i == (size_t) cpu);
  CHECK_EQ(uv_thread_getcpu(), cpu);

  free(mask);
  free(odd);
  free(even);
  free(allowed);
}

static void wait_for_release(void* arg) {
  (void) arg;
  uv_sem_wait(&release_thread);
}

TEST(thread_priority) {
  uv_thread_t self = uv_thread_self();
  uv_thread_t thread;
  struct sched_param param;
  int priority = 1000;
  int lowest;
  int policy;

  CHECK_ERR(UV_EINVAL, uv_thread_getpriority(self, NULL));

  CHECK_OK(uv_sem_init(&release_thread, 0));
  CHECK_OK(uv_thread_create(&thread, wait_for_release, NULL));
  CHECK_OK(uv_thread_getpriority(thread, &priority));
  CHECK_EQ(pthread_getschedparam(thread, &policy, &param), 0);
  lowest = sched_get_priority_min(policy);
  CHECK_GE(priority, lowest);
  CHECK_LE(priority, sched_get_priority_max(policy));
  CHECK_OK(uv_thread_setpriority(thread, UV_THREAD_PRIORITY_LOWEST));
  CHECK_OK(uv_thread_getpriority(thread, &priority));
  CHECK_EQ(priority, lowest);
  uv_sem_post(&release_thread);
  CHECK_OK(uv_thread_join(&thread));
  uv_sem_destroy(&release_thread);

#ifdef __linux__
  errno = 0;
  if (getpriority(PRIO_PROCESS, 0) > 4 && errno == 0 && setpriority(PRIO_PROCESS, 0, 4) != 0)
    SKIP("too nice already");
  if (sched_getscheduler(0) == SCHED_OTHER) {
    CHECK_OK(uv_thread_setpriority(self, UV_THREAD_PRIORITY_LOWEST));
    CHECK_OK(uv_thread_getpriority(self, &priority));
    CHECK_EQ(priority, -2 * UV_THREAD_PRIORITY_LOWEST);
    CHECK_EQ(priority, 4);
    CHECK_EQ(getpriority(PRIO_PROCESS, 0), 4);
  }
#endif
}
