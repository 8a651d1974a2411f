/* A loop that runs inside another event loop: a thread of its own polls the
 * backend fd for as long as the loop's timeout says, and hands over to the
 * loop's thread, which runs what there is to do and then lets it poll again.
 * They take turns, so that the timeout is exact. */
#include "test.h"

#include <errno.h>
#include <poll.h>

static uv_loop_t* loop;
static int backend;
static uv_sem_t may_poll;
static uv_sem_t has_polled;
static int answer; /* of uv_backend_timeout */
static int ends;

static void polls(void* arg) {
  (void) arg;
  for (;;) {
    struct pollfd events = { backend, POLLIN, 0 };
    int ready;
    uv_sem_wait(&may_poll);
    if (ends)
      return;
    answer = uv_backend_timeout(loop);
    do
      ready = poll(&events, 1, answer);
    while (ready < 0 && errno == EINTR);
    CHECK_GE(ready, 0);
    uv_sem_post(&has_polled);
  }
}

static uv_thread_t thread;

static void begin(void) {
  loop = uv_default_loop();
  backend = uv_backend_fd(loop);
  CHECK_GE(backend, 0);
  CHECK_OK(uv_sem_init(&may_poll, 0));
  CHECK_OK(uv_sem_init(&has_polled, 0));
  CHECK_OK(uv_thread_create(&thread, polls, NULL));
}

static void end(void) {
  ends = 1;
  uv_sem_post(&may_poll);
  CHECK_OK(uv_thread_join(&thread));
  uv_sem_destroy(&may_poll);
  uv_sem_destroy(&has_polled);
  finish_loop(loop);
}

/* Until the backend fd has something, or the time is over. */
static void wait_elsewhere(void) {
  uv_sem_post(&may_poll);
  uv_sem_wait(&has_polled);
}

static uv_async_t async;
static int asyncs;

static void on_async(uv_async_t* handle) {
  (void) handle;
  asyncs++;
}

/* What the other thread says, without a wait. */
static int timeout_elsewhere(void) {
  CHECK_OK(uv_async_send(&async));
  wait_elsewhere();
  CHECK_GE(uv_run(loop, UV_RUN_NOWAIT), 0);
  return answer;
}

enum { COUNT = 50 };

static uv_timer_t timers[COUNT];
static int calls;

static void never(uv_timer_t* timer) {
  FAIL("timer %d", (int) (timer - timers));
}

/* The exact time, by the model of all timers, here and there. */
static void expect(const uint64_t* due) {
  uint64_t next = UINT64_MAX;
  int64_t timeout = -1;
  int i;
  for (i = 0; i < COUNT; i++)
    if (due[i] != 0 && due[i] < next)
      next = due[i];
  if (next != UINT64_MAX)
    timeout = (int64_t) (next - uv_now(loop));
  CHECK_EQ(uv_backend_timeout(loop), timeout);
  CHECK_EQ(timeout_elsewhere(), timeout);
}

/* Timers are started, put off, brought forward and stopped between the runs. */
TEST(backend_timeout_elsewhere_is_exact) {
  static uint64_t due[COUNT];
  unsigned state = 1;
  int step;
  int i;
  begin();
  CHECK_OK(uv_async_init(loop, &async, on_async));
  for (i = 0; i < COUNT; i++)
    CHECK_OK(uv_timer_init(loop, &timers[i]));
  expect(due);
  for (step = 0; step < 2000; step++) {
    state = state * 1103515245u + 12345u;
    i = (int) (state >> 16) % COUNT;
    if (step % 3 == 0) {
      CHECK_OK(uv_timer_stop(&timers[i]));
      due[i] = 0;
    } else {
      uint64_t timeout = 1000000 + (state >> 8) % 100000;
      CHECK_OK(uv_timer_start(&timers[i], never, timeout, 0));
      due[i] = uv_now(loop) + timeout;
    }
    expect(due);
  }
  end();
}

static void on_tick(uv_timer_t* timer) {
  (void) timer;
  calls++;
}

static void puts_off(uv_timer_t* timer) {
  (void) timer;
  calls++;
  CHECK_OK(uv_timer_start(&timers[1], on_tick, scaled_ms(60), 0));
}

/* Each end of a wait has a reason: one that was put off, in a callback or outside
 * of them, ends none by its old time. */
TEST(backend_timeout_elsewhere_wakes_nobody_in_vain) {
  int waits = 0;
  int i;
  begin();
  for (i = 0; i < 3; i++)
    CHECK_OK(uv_timer_init(loop, &timers[i]));
  CHECK_OK(uv_timer_start(&timers[0], puts_off, scaled_ms(20), 0));
  CHECK_OK(uv_timer_start(&timers[1], on_tick, scaled_ms(40), 0));
  CHECK_OK(uv_timer_start(&timers[2], on_tick, 1, 0));
  CHECK_OK(uv_timer_start(&timers[2], on_tick, scaled_ms(30), 0));
  while (calls < 3) {
    int before = calls;
    wait_elsewhere();
    waits++;
    CHECK_GE(uv_run(loop, UV_RUN_NOWAIT), 0);
    CHECK_GT(calls, before);
  }
  CHECK_LE(waits, 3);
  end();
}
