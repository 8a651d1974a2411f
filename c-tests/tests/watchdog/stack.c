/* UV_WATCHDOG: the line about who holds the loop is followed by the frames of
 * its stack, and the thread does not notice. */
#include "told.h"

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define APART __attribute__((noinline))

/* Each of the words, one after the other, in what was told. */
static int has_in_order(const char* const* words) {
  const char* rest = told();
  for (; *words != NULL; words++) {
    rest = strstr(rest, *words);
    if (rest == NULL)
      return 0;
    rest += strlen(*words);
  }
  return 1;
}

static int comes_to_say(const char* const* words) {
  uint64_t end = uv_hrtime() + scaled_ms(10000) * 1000000;
  while (!has_in_order(words))
    if (uv_hrtime() > end)
      return 0;
  return 1;
}

static void watch_stacks(void) {
  if (is_under_valgrind())
    SKIP("under valgrind a thread is in valgrind");
#if !defined(__x86_64__) && !defined(__i386__) && !defined(__aarch64__)
  SKIP("the instructions of this processor are not known");
#endif
  watch_callbacks("20:told");
}

/* The system tells where threads are: this one is in a read. Emulators tell of
 * themselves, and some sandboxes nothing. */
static void needs_frames(void) {
  char line[256] = "";
  int fd = open("/proc/self/syscall", O_RDONLY);
  if (fd >= 0) {
    CHECK_GE(read(fd, line, sizeof(line) - 1), 0);
    close(fd);
  }
  if (fd < 0 || atoi(line) != SYS_read || strchr(line, ' ') == NULL)
    SKIP("the system does not tell where threads are");
}

static uv_timer_t timer;
static volatile int keeps_frames;
static int is_over;  /* atomic */

static void run_with(uv_timer_cb cb) {
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, cb, 1, 0));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
}

/* Whoever looks on from another thread says when it is over. */
static void* looks_on(void* words) {
  int was_told = comes_to_say(words);
  __atomic_store_n(&is_over, 1, __ATOMIC_RELEASE);
  return was_told ? words : NULL;
}

static pthread_t onlooker;

static void have_looked_on(const char* const* words) {
  CHECK_EQ(pthread_create(&onlooker, NULL, looks_on, (void*) words), 0);
}

static void expect_told(void) {
  void* was_told;
  CHECK_EQ(pthread_join(onlooker, &was_told), 0);
  if (was_told == NULL)
    printf("%s", told());
  CHECK_NOT_NULL(was_told);
}

static int fds[2];

APART static void waits_inside(void) {
  char byte;
  errno = ENOTTY;
  /* The byte comes when the frames were told. */
  CHECK_EQ(read(fds[0], &byte, 1), 1);
  CHECK_EQ(errno, ENOTTY);
  keeps_frames++;
}

APART static void waits_midway(void) {
  waits_inside();
  keeps_frames++;
}

static void waits(uv_timer_t* handle) {
  waits_midway();
  uv_close((uv_handle_t*) handle, NULL);
}

static void* lets_go(void* words) {
  void* result = looks_on(words);
  CHECK_EQ(write(fds[1], "x", 1), 1);
  return result;
}

TEST(watchdog_tells_the_stack_of_a_thread_in_a_call) {
  static const char* const words[] = {
    " is blocked: waits (", "  at read", "  at waits_inside (", "  at waits_midway (",
    "  at waits (", NULL
  };
  watch_stacks();
  needs_frames();
  CHECK_EQ(pipe(fds), 0);
  CHECK_EQ(pthread_create(&onlooker, NULL, lets_go, (void*) words), 0);
  run_with(waits);
  expect_told();
  close(fds[0]);
  close(fds[1]);
  finish_loop(uv_default_loop());
}

static pthread_t sleeper;

static void does_nothing(int signum) {
  (void) signum;
}

APART static void sleeps_inside(void) {
  struct timespec time = { 3600, 0 };
  CHECK_EQ(nanosleep(&time, NULL), -1);
  CHECK_EQ(errno, EINTR);
  /* Only by the signal below. */
  CHECK(__atomic_load_n(&is_over, __ATOMIC_ACQUIRE));
}

static void sleeps(uv_timer_t* handle) {
  sleeps_inside();
  uv_close((uv_handle_t*) handle, NULL);
}

static void* wakes(void* words) {
  void* result = looks_on(words);
  CHECK_EQ(pthread_kill(sleeper, SIGUSR1), 0);
  return result;
}

TEST(watchdog_cuts_no_sleep_short) {
  static const char* const words[] = {
    " is blocked: sleeps (", "nanosleep", "  at sleeps_inside (", "  at sleeps (",
    NULL
  };
  struct sigaction action;
  watch_stacks();
  needs_frames();
  memset(&action, 0, sizeof(action));
  action.sa_handler = does_nothing;
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  sleeper = pthread_self();
  CHECK_EQ(pthread_create(&onlooker, NULL, wakes, (void*) words), 0);
  run_with(sleeps);
  expect_told();
  finish_loop(uv_default_loop());
}

static volatile unsigned computed;

APART static void computes_inside(void) {
  errno = ENOTTY;
  while (!__atomic_load_n(&is_over, __ATOMIC_ACQUIRE))
    computed++;
  CHECK_EQ(errno, ENOTTY);
  keeps_frames++;
}

APART static void computes_midway(void) {
  computes_inside();
  keeps_frames++;
}

static void computes(uv_timer_t* handle) {
  computes_midway();
  uv_close((uv_handle_t*) handle, NULL);
}

static const char* const computing[] = {
  " is blocked: computes (", "  at computes_inside (", "  at computes_midway (",
  "  at computes (", NULL
};

/* The line of the callback ends the stack: no frames of the library follow,
 * and none of main. */
TEST(watchdog_tells_the_stack_of_a_thread_that_computes) {
  struct sigaction now;
  watch_stacks();
  needs_frames();
  have_looked_on(computing);
  run_with(computes);
  expect_told();
  CHECK(strstr(told(), "  at uv_run") == NULL);
  CHECK(strstr(told(), "  at main") == NULL);
  /* What it was asked with is given back. */
  CHECK_OK(uv_loop_close(uv_default_loop()));
  uv_library_shutdown();
  CHECK_EQ(sigaction(SIGURG, NULL, &now), 0);
  CHECK(now.sa_handler == SIG_DFL);
}

static volatile sig_atomic_t signals;

static void count_signal(int signum) {
  (void) signum;
  signals++;
}

/* Runs, without a system call, until the line was seen, and for a while after
 * it, in which its stack would come. */
static void computes_for_a_while(uv_timer_t* handle) {
  uint64_t end;
  computes_midway();
  for (end = uv_hrtime() + 50 * UINT64_C(1000000); uv_hrtime() < end;)
    computed++;
  uv_close((uv_handle_t*) handle, NULL);
}

static void expect_no_stack(void) {
  static const char* const seen[] = { " is blocked: computes_for_a_while (", NULL };
  static const char* const end[] = { " goes on: computes_for_a_while ", NULL };
  have_looked_on(seen);
  run_with(computes_for_a_while);
  expect_told();
  CHECK(comes_to_say(end));
  CHECK(strstr(told(), "]:   at ") == NULL);
}

TEST(watchdog_leaves_a_signal_that_the_program_uses_alone) {
  struct sigaction own;
  struct sigaction now;
  watch_stacks();
  memset(&own, 0, sizeof(own));
  own.sa_handler = count_signal;
  CHECK_EQ(sigaction(SIGURG, &own, NULL), 0);
  expect_no_stack();
  CHECK_EQ(signals, 0);
  CHECK_EQ(sigaction(SIGURG, NULL, &now), 0);
  CHECK(now.sa_handler == count_signal);
  finish_loop(uv_default_loop());
}

TEST(watchdog_asks_no_thread_that_keeps_signals_away) {
  sigset_t all;
  sigset_t pending;
  watch_stacks();
  CHECK_EQ(sigfillset(&all), 0);
  CHECK_EQ(pthread_sigmask(SIG_SETMASK, &all, NULL), 0);
  expect_no_stack();
  CHECK_EQ(sigpending(&pending), 0);
  CHECK_EQ(sigismember(&pending, SIGURG), 0);
  finish_loop(uv_default_loop());
}

static void* runs_the_loop(void* arg) {
  (void) arg;
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  return NULL;
}

TEST(watchdog_tells_the_stack_of_a_thread_with_a_small_one) {
  pthread_attr_t attributes;
  pthread_t thread;
  watch_stacks();
  needs_frames();
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, computes, 1, 0));
  CHECK_EQ(pthread_attr_init(&attributes), 0);
  CHECK_EQ(pthread_attr_setstacksize(&attributes, 64 << 10), 0);
  have_looked_on(computing);
  CHECK_EQ(pthread_create(&thread, &attributes, runs_the_loop, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(pthread_attr_destroy(&attributes), 0);
  expect_told();
  finish_loop(uv_default_loop());
}

APART static void goes_deep(int depth) {
  if (depth > 0)
    goes_deep(depth - 1);
  else
    computes_inside();
  keeps_frames++;
}

static void computes_deep_inside(uv_timer_t* handle) {
  goes_deep(100);
  uv_close((uv_handle_t*) handle, NULL);
}

TEST(watchdog_tells_of_sixteen_frames_at_most) {
  static const char* const words[] = {
    " is blocked: computes_deep_inside (", "  at computes_inside (",
    "  at goes_deep", "  at goes_deep", NULL
  };
  const char* line;
  int count = 0;
  watch_stacks();
  needs_frames();
  have_looked_on(words);
  run_with(computes_deep_inside);
  expect_told();
  finish_loop(uv_default_loop());
  for (line = told(); (line = strstr(line, "]:   at ")) != NULL; line++)
    count++;
  CHECK_LE(count, 16);
}
