/* Children of a caller with a small stack, and without descriptors to spare. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

static void spawn_here(void* argument) {
  (void) argument;
  spawn_child();
}

TEST(spawn_from_a_small_stack) {
  uv_thread_options_t options;
  uv_thread_t thread;
  prepare_child("child_exits_1");
  options.flags = UV_THREAD_HAS_STACK_SIZE;
  options.stack_size = 20 * 1024;
  CHECK_OK(uv_thread_create_ex(&thread, &options, spawn_here, NULL));
  CHECK_OK(uv_thread_join(&thread));
  run_to_exit(1);
  finish_loop(uv_default_loop());
}

#ifndef __ANDROID__

static void* spawn_cancelled(void* argument) {
  (void) argument;
  CHECK_EQ(pthread_cancel(pthread_self()), 0);
  spawn_child();
  pthread_testcancel();
  return NULL;
}

/* The thread is to end when it next waits: the child, which has its memory for a while, is not. */
TEST(spawn_from_a_cancelled_thread) {
  pthread_t thread;
  void* result;

  if (is_other_libuv())
    SKIP("libuv waits for the child amid the call, and is cancelled there");

  prepare_child("child_exits_1");
  spawn_child();
  run_to_exit(1);
  exits = closes = 0;
  CHECK_EQ(pthread_create(&thread, NULL, spawn_cancelled, NULL), 0);
  CHECK_EQ(pthread_join(thread, &result), 0);
  CHECK(result == PTHREAD_CANCELED);
  run_to_exit(1);
  finish_loop(uv_default_loop());
}

#endif

/* With so many left, of which the loop itself needs none. */
static void spawn_first_with(int left) {
  static int spare[256];
  struct rlimit limit;
  int count = 0;

  /* It gives children no memory of ours, and the pipe that is used instead needs descriptors. */
  if (is_under_valgrind())
    SKIP("under valgrind");

  prepare_child("child_exits_1");
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = 64;
  CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  CHECK_NOT_NULL(uv_default_loop());
  while ((spare[count] = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)) != -1)
    count++;
  CHECK_EQ(errno, EMFILE);
  while (left-- > 0)
    close(spare[--count]);

  spawn_child();
  run_to_exit(1);
  CHECK_EQ(closes, 1);
  /* And once more, by what the first one has left behind. */
  exits = closes = 0;
  spawn_child();
  run_to_exit(1);

  while (count > 0)
    close(spare[--count]);
  finish_loop(uv_default_loop());
}

TEST(spawn_first_without_descriptors) { spawn_first_with(0); }
TEST(spawn_first_with_one_descriptor) { spawn_first_with(1); }
TEST(spawn_first_with_two_descriptors) { spawn_first_with(2); }
