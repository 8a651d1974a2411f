/* Handles without a descriptor of their own, loops and the pool. */
#include "memory.h"

#include <signal.h>

static void on_timer(uv_timer_t* timer) {
  (void) timer;
}

KIND(timer, 1000000, sizeof(uv_timer_t)) {
  uv_loop_t* loop = new_loop();
  uv_timer_t* timers = own(count, sizeof(*timers));
  int i;
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_timer_init(loop, &timers[i]));
}

KIND(timer_started, 1000000, sizeof(uv_timer_t)) {
  uv_loop_t* loop = new_loop();
  uv_timer_t* timers = own(count, sizeof(*timers));
  int i;
  memory_start();
  for (i = 0; i < count; i++) {
    CHECKED(uv_timer_init(loop, &timers[i]));
    CHECKED(uv_timer_start(&timers[i], on_timer, 60000 + (uint64_t) i * 7919 % 60000, 0));
  }
  uv_run(loop, UV_RUN_NOWAIT);
}

static int fired;

static void on_fired(uv_timer_t* timer) {
  (void) timer;
  fired++;
}

/* All are due in the same turn. */
KIND(timer_fired, 1000000, sizeof(uv_timer_t)) {
  uv_loop_t* loop = new_loop();
  uv_timer_t* timers = own(count, sizeof(*timers));
  int i;
  memory_start();
  for (i = 0; i < count; i++) {
    CHECKED(uv_timer_init(loop, &timers[i]));
    CHECKED(uv_timer_start(&timers[i], on_fired, (uint64_t) i * 7919 % 20, 0));
  }
  uv_sleep(25);
  uv_run(loop, UV_RUN_NOWAIT);
  CHECKED(fired == count ? 0 : -1);
}

static void on_idle(uv_idle_t* idle) {
  (void) idle;
}

KIND(idle, 100000, sizeof(uv_idle_t)) {
  uv_loop_t* loop = new_loop();
  uv_idle_t* idles = own(count, sizeof(*idles));
  int i;
  memory_start();
  for (i = 0; i < count; i++) {
    CHECKED(uv_idle_init(loop, &idles[i]));
    CHECKED(uv_idle_start(&idles[i], on_idle));
  }
  uv_run(loop, UV_RUN_NOWAIT);
}

static void on_async(uv_async_t* async) {
  (void) async;
}

KIND(async_sent, 100000, sizeof(uv_async_t)) {
  uv_loop_t* loop = new_loop();
  uv_async_t* asyncs = own(count, sizeof(*asyncs));
  int i;
  memory_start();
  for (i = 0; i < count; i++) {
    CHECKED(uv_async_init(loop, &asyncs[i], on_async));
    CHECKED(uv_async_send(&asyncs[i]));
  }
  uv_run(loop, UV_RUN_NOWAIT);
}

static void on_signal(uv_signal_t* handle, int signum) {
  (void) handle;
  (void) signum;
}

KIND(signal, 10000, sizeof(uv_signal_t)) {
  uv_loop_t* loop = new_loop();
  uv_signal_t* signals = own(count, sizeof(*signals));
  int i;
  memory_start();
  for (i = 0; i < count; i++) {
    CHECKED(uv_signal_init(loop, &signals[i]));
    CHECKED(uv_signal_start(&signals[i], on_signal, SIGUSR1));
  }
}

KIND(loop, 16, sizeof(uv_loop_t)) {
  uv_loop_t* first = new_loop(); /* with it comes what a process has once */
  uv_loop_t* loops = own(count, sizeof(*loops));
  int i;
  uv_run(first, UV_RUN_NOWAIT);
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_loop_init(&loops[i]));
}

/* After a turn that has met the kernel, with an event. */
KIND(loop_used, 16, sizeof(uv_loop_t)) {
  uv_loop_t* first = new_loop();
  uv_loop_t* loops = own(count, sizeof(*loops));
  uv_async_t* asyncs = own(count, sizeof(*asyncs));
  uv_timer_t* timers = own(count, sizeof(*timers));
  int i;
  uv_run(first, UV_RUN_NOWAIT);
  memory_start();
  for (i = 0; i < count; i++) {
    CHECKED(uv_loop_init(&loops[i]));
    CHECKED(uv_async_init(&loops[i], &asyncs[i], on_async));
    CHECKED(uv_timer_init(&loops[i], &timers[i]));
    CHECKED(uv_timer_start(&timers[i], on_timer, 1, 0));
    CHECKED(uv_async_send(&asyncs[i]));
    uv_run(&loops[i], UV_RUN_NOWAIT);
    uv_run(&loops[i], UV_RUN_NOWAIT);
  }
}

static uv_barrier_t barrier;
static int unfinished;

static void meet(uv_work_t* request) {
  (void) request;
  uv_barrier_wait(&barrier);
}

static void met(uv_work_t* request, int status) {
  (void) request;
  CHECKED(status);
  unfinished--;
}

/* Each has done a job, and waits for the next one. */
KIND(pool_thread, 64, 0) {
  uv_loop_t* loop = new_loop();
  uv_work_t* works = own(count, sizeof(*works));
  char size[16];
  int i;
  snprintf(size, sizeof(size), "%d", count);
  setenv("UV_THREADPOOL_SIZE", size, 1);
  CHECKED(uv_barrier_init(&barrier, (unsigned) count));
  unfinished = count;
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_queue_work(loop, &works[i], meet, met));
  run_until(loop, &unfinished);
  usleep(100000); /* they go to sleep */
}
