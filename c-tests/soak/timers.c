/* Timers: none early, none forgotten. */
#include "soak.h"

#define TIMERS 500

typedef struct {
  uv_timer_t timer;
  uint64_t due;
} timer_thing_t;

static timer_thing_t timers[TIMERS];

static void on_timer(uv_timer_t* handle);

static void start_timer(timer_thing_t* thing) {
  uint64_t timeout = 1 + below(below(4) == 0 ? 3000 : 200);
  thing->due = uv_now(&loop) + timeout;
  busy++;
  MUST(uv_timer_start(&thing->timer, on_timer, timeout, 0));
}

static void on_timer(uv_timer_t* handle) {
  timer_thing_t* thing = (timer_thing_t*) handle;
  EXPECT(TIMER, uv_now(&loop) >= thing->due);
  table[TIMER].done++;
  busy--;
  if (is_draining)
    return;
  start_timer(thing);
  if (below(3) == 0) { /* put off, or stopped and started */
    thing = &timers[below(TIMERS)];
    if (uv_is_active((uv_handle_t*) &thing->timer)) {
      uv_timer_stop(&thing->timer);
      busy--;
      start_timer(thing);
    }
  }
}

void make_timers(void) {
  int i;
  for (i = 0; i < TIMERS; i++)
    MUST(uv_timer_init(&loop, &timers[i].timer));
}

void begin_timers(void) {
  int i;
  for (i = 0; i < TIMERS; i++)
    start_timer(&timers[i]);
}
