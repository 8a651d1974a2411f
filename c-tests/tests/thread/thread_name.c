#include "test.h"

#ifdef __linux__
enum { NAME_SIZE = 16 };
#else
enum { NAME_SIZE = 64 };
#endif

static uv_sem_t named;
static uv_sem_t seen;

static void name_itself(void* arg) {
  char name[NAME_SIZE];
  uv_thread_t self = uv_thread_self();
  (void) arg;
  CHECK_OK(uv_thread_setname("worker-thread"));
  CHECK_OK(uv_thread_getname(&self, name, sizeof(name)));
  CHECK_STR_EQ(name, "worker-thread");
  uv_sem_post(&named);
  uv_sem_wait(&seen);
}

TEST(thread_name) {
  const char* other_letters = "~\xc2\xbd\xc2\xac{\xc2\xbd";
  char too_long[NAME_SIZE + 1];
  char longest[NAME_SIZE];
  char name[NAME_SIZE];
  char start[3];
  uv_thread_t self = uv_thread_self();
  uv_thread_t thread;

  memset(too_long, 'a', sizeof(too_long));
  too_long[NAME_SIZE] = '\0';
  memset(longest, 'a', sizeof(longest));
  longest[NAME_SIZE - 1] = '\0';

  CHECK_OK(uv_thread_getname(&self, name, sizeof(name)));
  CHECK_OK(uv_thread_setname(too_long));
  CHECK_OK(uv_thread_getname(&self, name, sizeof(name)));
  CHECK_STR_EQ(name, longest);
  CHECK_OK(uv_thread_setname(longest));
  CHECK_OK(uv_thread_getname(&self, name, sizeof(name)));
  CHECK_STR_EQ(name, longest);

  CHECK_OK(uv_thread_getname(&self, start, sizeof(start)));
  CHECK_STR_EQ(start, "aa");

  CHECK_EQ(strlen(other_letters), 8);
  CHECK_OK(uv_thread_setname(other_letters));
  CHECK_OK(uv_thread_getname(&self, name, sizeof(name)));
  CHECK_STR_EQ(name, other_letters);

  CHECK_OK(uv_sem_init(&named, 0));
  CHECK_OK(uv_sem_init(&seen, 0));
  CHECK_OK(uv_thread_create(&thread, name_itself, NULL));
  uv_sem_wait(&named);
  CHECK_OK(uv_thread_getname(&thread, name, sizeof(name)));
  CHECK_STR_EQ(name, "worker-thread");
  uv_sem_post(&seen);
  CHECK_OK(uv_thread_join(&thread));
  uv_sem_destroy(&named);
  uv_sem_destroy(&seen);
}
