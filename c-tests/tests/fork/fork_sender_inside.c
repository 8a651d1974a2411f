/* A fork at the very moment at which another thread is inside of uv_async_send: it has no part in the child,
 * where nobody will count it out. */
#include "calls.h"
#include "fork_senders.h"

#include <pthread.h>

static volatile int holds;           /* the sender in its next write */
static volatile int is_held;
static pthread_t sender;

static int waits(void) {
  if (holds && pthread_equal(pthread_self(), sender)) {
    is_held = 1;
    while (holds)
      usleep(100);
  }
  return 0;
}

static void* send_once(void* arg) {
  sender = pthread_self();
  holds = 1;
  CHECK_OK(uv_async_send(&async));
  return arg;
}

/* The loop of a program that is not in uv_run: a send writes to have it called. */
static uv_loop_t* begin(pthread_t* thread) {
  uv_loop_t* loop = uv_default_loop();
  int64_t until = (int64_t) (now_ms() + scaled_ms(2000));
  test_calls.write_fails = waits;
  CHECK_OK(uv_async_init(loop, &async, on_async));
  CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
  CHECK_EQ(pthread_create(thread, NULL, send_once, NULL), 0);
  while (!is_held) {
    if ((int64_t) now_ms() > until)
      SKIP("the library's calls are out of reach");
    usleep(100);
  }
  return loop;
}

static void end(uv_loop_t* loop, pthread_t thread) {
  holds = 0;
  CHECK_EQ(pthread_join(thread, NULL), 0);
  run_until(loop, &async_calls, 1);
  finish_loop(loop);
}

TEST(fork_with_a_sender_inside) {
  pthread_t thread;
  uv_loop_t* loop = begin(&thread);
  pid_t pid = start_child();
  if (pid == 0) {
    holds = 0;
    CHECK_OK(uv_loop_fork(loop));
    uv_run(loop, UV_RUN_NOWAIT);
    CHECK_LE(async_calls, 1);  /* the parent's send may count here as well */
    send_close_and_end(loop);
  }
  wait_for_child(pid);
  end(loop, thread);
}

TEST(fork_closes_with_a_sender_inside) {
  pthread_t thread;
  uv_loop_t* loop = begin(&thread);
  pid_t pid = start_child();
  if (pid == 0) {
    holds = 0;
    close_and_end(loop);
  }
  wait_for_child(pid);
  end(loop, thread);
}
