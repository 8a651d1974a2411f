#include "test.h"

#include <limits.h>
#include <pthread.h>
#include <sys/resource.h>

#ifdef __GLIBC__

static size_t default_stack(void) {
  struct rlimit limit;
  CHECK_EQ(getrlimit(RLIMIT_STACK, &limit), 0);
  if (limit.rlim_cur == RLIM_INFINITY)
    return 2 << 20;
  return (size_t) limit.rlim_cur;
}

static size_t own_stack(void) {
  pthread_attr_t attributes;
  size_t size;
  CHECK_EQ(pthread_getattr_np(pthread_self(), &attributes), 0);
  CHECK_EQ(pthread_attr_getstacksize(&attributes, &size), 0);
  CHECK_EQ(pthread_attr_destroy(&attributes), 0);
  return size;
}

static void expect_stack(void* arg) {
  size_t wanted = *(size_t*) arg;
  CHECK_GE(own_stack(), wanted == 0 ? default_stack() : wanted);
}

TEST(thread_stack_size) {
  size_t by_default = 0;
  uv_thread_t thread;
  CHECK_OK(uv_thread_create(&thread, expect_stack, &by_default));
  CHECK_OK(uv_thread_join(&thread));
}

TEST(thread_stack_size_explicit) {
  size_t least = (size_t) PTHREAD_STACK_MIN;
  size_t sizes[] = { 1 << 20, 8 << 20, 0, 42, least - 42, least / 2 - 42,
                     1234567 };
  size_t i;
  for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
    uv_thread_options_t options;
    uv_thread_t thread;
    options.flags = UV_THREAD_HAS_STACK_SIZE;
    options.stack_size = sizes[i];
    CHECK_OK(uv_thread_create_ex(&thread, &options, expect_stack, &sizes[i]));
    CHECK_OK(uv_thread_join(&thread));
  }
}

#else

TEST(thread_stack_size) {
  SKIP("no way to ask for the size of a stack");
}

TEST(thread_stack_size_explicit) {
  SKIP("no way to ask for the size of a stack");
}

#endif
