/* Two thousand timers: started, put off, stopped, repeating, closed. */
#include "../torture.h"

enum { TIMERS = 2000 };

static uv_timer_t timers[TIMERS];
static int fired;

static void on_timer(uv_timer_t* timer) {
  int index = (int) (timer - timers);
  fired++;
  if (index % 3 == 0 && uv_timer_get_repeat(timer) > 0)
    uv_timer_set_repeat(timer, 0);
  close_it(timer);
  if (index + 7 < TIMERS && !uv_is_closing((uv_handle_t*) &timers[index + 7]))
    (void) bad(uv_timer_start(&timers[index + 7], on_timer, index % 2, 0));
}

SCENARIO(timers) {
  int i;
  for (i = 0; i < TIMERS; i++)
    if (bad(uv_timer_init(loop, &timers[i])) ||
        bad(uv_timer_start(&timers[i], on_timer, (uint64_t) (i * 7 % 10),
                           i % 3 == 0)))
      return;
  for (i = 0; i < TIMERS; i += 5)
    if (bad(uv_timer_stop(&timers[i])))
      return;
  for (i = 0; i < TIMERS; i += 10)
    if (bad(uv_timer_start(&timers[i], on_timer, 2, 0)))
      return;
  for (i = 5; i < TIMERS; i += 10)
    close_it(&timers[i]);
  run();
}
