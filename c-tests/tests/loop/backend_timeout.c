/* uv_backend_timeout only looks. */
#include "test.h"

#define COUNT 300

static uv_timer_t timers[COUNT];
static int calls;

static void on_timer(uv_timer_t* timer) {
  (void) timer;
  calls++;
}

/* Timers that were stopped or put off do not hide the next one that is due. */
TEST(backend_timeout_with_stopped_timers_before) {
  uv_loop_t* loop = uv_default_loop();
  int i;
  for (i = 0; i < COUNT; i++) {
    CHECK_OK(uv_timer_init(loop, &timers[i]));
    CHECK_OK(uv_timer_start(&timers[i], on_timer, (uint64_t) (1000 + i), 0));
  }
  for (i = 0; i < COUNT - 3; i++) {
    CHECK_EQ(uv_backend_timeout(loop), 1000 + i);
    if (i % 3 == 0)
      CHECK_OK(uv_timer_start(&timers[i], on_timer, 100000, 0));
    else
      CHECK_OK(uv_timer_stop(&timers[i]));
    CHECK_EQ(uv_backend_timeout(loop), 1001 + i);
    CHECK_EQ(uv_backend_timeout(loop), 1001 + i);
  }
  for (; i < COUNT; i++)
    CHECK_OK(uv_timer_stop(&timers[i]));
  CHECK_EQ(uv_backend_timeout(loop), 100000);
  close_handles(loop);
  CHECK_EQ(uv_backend_timeout(loop), 0);
  finish_loop(loop);
}

static uv_loop_t* asked;
static struct counter stop = COUNTER_INIT;

static void ask(void* argument) {
  (void) argument;
  while (counter_get(&stop) == 0)
    uv_backend_timeout(asked);
}

/* Embedders ask from the thread that waits for them, while the loop's thread
 * sets timers. */
TEST(backend_timeout_asked_elsewhere_disturbs_no_timer) {
  uv_thread_t thread;
  int round;
  int i;
  asked = uv_default_loop();
  for (i = 0; i < COUNT; i++)
    CHECK_OK(uv_timer_init(asked, &timers[i]));
  CHECK_OK(uv_thread_create(&thread, ask, NULL));
  for (round = 0; round < 200; round++) {
    for (i = 0; i < COUNT; i++) {
      CHECK_OK(uv_timer_start(&timers[i], on_timer, (uint64_t) (1 + (i * 7 + round) % 50), 0));
      if (i % 3 == 0)
        CHECK_OK(uv_timer_stop(&timers[(i * 31) % COUNT]));
    }
    uv_update_time(asked);
    uv_run(asked, UV_RUN_NOWAIT);
  }
  counter_add(&stop, 1);
  CHECK_OK(uv_thread_join(&thread));
  calls = 0;
  for (i = 0; i < COUNT; i++)
    CHECK_OK(uv_timer_start(&timers[i], on_timer, (uint64_t) (1 + i % 20), 0));
  run_dry();
  CHECK_EQ(calls, COUNT);
  finish_loop(asked);
}

/* A timer that was put off is not told by its old time, whoever asks first. */
TEST(backend_timeout_asked_first_after_a_timer_was_put_off) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_timer_init(loop, &timers[0]));
  CHECK_OK(uv_timer_start(&timers[0], on_timer, 100, 0));
  CHECK_OK(uv_timer_start(&timers[0], on_timer, 50000, 0));
  CHECK_EQ(uv_backend_timeout(loop), 50000);
  finish_loop(loop);
}
