#include "asker.h"

#define MOST_LATENCIES 4000000u

static void ask(asker_t* asker) {
  asker->asked_at = now_ns();
  asker->kind->ask(asker);
}

void asker_init(asker_t* asker, const kind_t* kind, int loops, window_t window, pause_t pause) {
  asker->kind = kind;
  asker->window = window;
  asker->pause = pause;
  asker->latencies = malloc(MOST_LATENCIES * sizeof(*asker->latencies));
  OK(uv_loop_init(&asker->loop));
  asker->loop.data = asker;
  kind->begin(asker, loops);
}

void asker_answered(asker_t* asker) {
  uint64_t now = now_ns();

  if (asker->is_measured && asker->count < MOST_LATENCIES)
    asker->latencies[asker->count++] = (uint32_t) (now - asker->asked_at);
  if (now >= asker->window.to) {
    /* A window so short that no answer came in it is begun and ended at once. */
    if (!asker->is_measured)
      asker->on_from(asker);
    asker->on_to(asker);
    asker->kind->end(asker);
    return;
  }
  if (!asker->is_measured && now >= asker->window.from) {
    asker->is_measured = 1;
    asker->pause.taken_ns = 0;
    asker->pause.cpu_ns = 0;
    asker->on_from(asker);
  }
  pause_take(&asker->pause);
  ask(asker);
}

void asker_run(asker_t* asker) {
  ask(asker);
  OK(uv_run(&asker->loop, UV_RUN_DEFAULT));
  OK(uv_loop_close(&asker->loop));
}
