#include "scale.h"

/* So many are started in all, so that what few of them cost is measured as well. */
#define LEAST 300000

static void on_timer(uv_timer_t* timer) {
  (void) timer;
}

/* Within a second, the same in each run. */
static uint64_t timeout_of(long number) {
  return 1 + (uint64_t) number * 7919 % 1000;
}

void timers(long count) {
  uv_loop_t loop;
  uv_timer_t* all = malloc((size_t) count * sizeof(*all));
  long rounds = LEAST / count + 1;
  long i, round;
  stamp_t from;

  OK(uv_loop_init(&loop));
  for (i = 0; i < count; i++)
    OK(uv_timer_init(&loop, &all[i]));
  from = stamp();
  for (round = 0; round < rounds; round++) {
    for (i = 0; i < count; i++)
      OK(uv_timer_start(&all[i], on_timer, timeout_of(i) + 100000, 0));
    /* Put off, and made due: all fire in the loop's next turn. */
    for (i = 0; i < count; i++)
      OK(uv_timer_start(&all[i], on_timer, timeout_of(count - i) + 200000, 0));
    for (i = 0; i < count; i++)
      OK(uv_timer_start(&all[i], on_timer, 0, 0));
    OK(uv_run(&loop, UV_RUN_DEFAULT));
  }
  report(from, (double) (rounds * count));
  for (i = 0; i < count; i++)
    uv_close((uv_handle_t*) &all[i], NULL);
  OK(uv_run(&loop, UV_RUN_DEFAULT));
  OK(uv_loop_close(&loop));
  free(all);
}
