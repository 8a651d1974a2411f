/* Creating, joining, detaching and comparing threads; values per thread. */
#include "test.h"

#include <dirent.h>

static int entered;
static uv_thread_t own_ids[2];
static uv_thread_t main_id;
static uv_key_t key;

static void on_number(void* arg) {
  entered++;
  CHECK_EQ((intptr_t) arg, 42);
}

TEST(thread_create) {
  uv_thread_t thread;
  CHECK_OK(uv_thread_create(&thread, on_number, (void*) 42));
  CHECK_OK(uv_thread_join(&thread));
  CHECK_EQ(entered, 1);
}

static void do_nothing(void* arg) {
  (void) arg;
}

/* Threads of this process, or 1 where the system does not list them. */
static int count_threads(void) {
  DIR* tasks = opendir("/proc/self/task");
  struct dirent* task;
  int count = 0;

  if (tasks == NULL)
    return 1;
  while ((task = readdir(tasks)) != NULL)
    count += task->d_name[0] != '.';
  CHECK_OK(closedir(tasks));
  return count;
}

/* What a detached thread holds is given back by nobody but itself: its end is waited for. */
TEST(thread_detach) {
  uv_thread_t thread;
  CHECK_OK(uv_thread_create(&thread, do_nothing, NULL));
  CHECK_OK(uv_thread_detach(&thread));
  while (count_threads() > 1)
    uv_sleep(1);
}

static void compare_with_main(void* arg) {
  uv_thread_t self = uv_thread_self();
  CHECK_EQ(uv_thread_equal(&main_id, &self), 0);
  *(uv_thread_t*) arg = self;
}

TEST(thread_equal) {
  uv_thread_t threads[2];
  int i;
  main_id = uv_thread_self();
  CHECK_NE(uv_thread_equal(&main_id, &main_id), 0);
  /* Both live at once: ids of threads that ended may be used again. */
  for (i = 0; i < 2; i++)
    CHECK_OK(uv_thread_create(&threads[i], compare_with_main, &own_ids[i]));
  CHECK_EQ(uv_thread_equal(&threads[0], &threads[1]), 0);
  for (i = 0; i < 2; i++)
    CHECK_OK(uv_thread_join(&threads[i]));
  for (i = 0; i < 2; i++)
    CHECK_NE(uv_thread_equal(&threads[i], &own_ids[i]), 0);
  CHECK_EQ(uv_thread_equal(&own_ids[0], &own_ids[1]), 0);
}

static void use_key(void* value) {
  CHECK_NULL(uv_key_get(&key));
  uv_key_set(&key, value);
  CHECK_PTR_EQ(uv_key_get(&key), value);
  uv_key_set(&key, NULL);
  CHECK_NULL(uv_key_get(&key));
}

TEST(thread_local_storage) {
  char name[] = "main";
  uv_thread_t threads[2];
  int i;
  CHECK_OK(uv_key_create(&key));
  CHECK_NULL(uv_key_get(&key));
  uv_key_set(&key, name);
  CHECK_PTR_EQ(uv_key_get(&key), name);
  for (i = 0; i < 2; i++)
    CHECK_OK(uv_thread_create(&threads[i], use_key, &threads[i]));
  for (i = 0; i < 2; i++)
    CHECK_OK(uv_thread_join(&threads[i]));
  CHECK_PTR_EQ(uv_key_get(&key), name);
  uv_key_delete(&key);
}
