#define _GNU_SOURCE
#include "pause.h"

#include <math.h>
#include <sys/prctl.h>
#include <time.h>

static uint64_t read_clock(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (uint64_t) time.tv_sec * 1000000000u + (uint64_t) time.tv_nsec;
}

uint64_t now_ns(void) {
  return read_clock(CLOCK_MONOTONIC);
}

/* xorshift, then the inverse of the distribution; no longer than ten times the mean. */
static uint64_t random_ns(pause_t* pause) {
  double uniform, factor;

  pause->seed ^= pause->seed << 13;
  pause->seed ^= pause->seed >> 7;
  pause->seed ^= pause->seed << 17;
  uniform = (double) (pause->seed >> 11) / 9007199254740992.0;
  factor = -log1p(-uniform);
  return (uint64_t) ((double) pause->ns * (factor < 10 ? factor : 10));
}

static void compute_until(pause_t* pause, uint64_t end) {
  uint64_t before = read_clock(CLOCK_THREAD_CPUTIME_ID);
  while (now_ns() < end)
    ;
  pause->cpu_ns += read_clock(CLOCK_THREAD_CPUTIME_ID) - before;
}

/* Without the 50 us by which the kernel may put a thread's timers off. */
static void sleep_until(uint64_t end) {
  static _Thread_local int is_exact;
  struct timespec time = {(time_t) (end / 1000000000u), (long) (end % 1000000000u)};

  if (!is_exact) {
    prctl(PR_SET_TIMERSLACK, 1ul);
    is_exact = 1;
  }
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) != 0)
    ;
}

void pause_take(pause_t* pause) {
  uint64_t begin;
  uint64_t ns = pause->is_random ? random_ns(pause) : pause->ns;

  if (ns == 0)
    return;
  begin = now_ns();
  if (pause->is_spent)
    compute_until(pause, begin + ns);
  else
    sleep_until(begin + ns);
  pause->taken_ns += now_ns() - begin;
}
