/* Timers that are put off or brought forward, and many that are due at once. */
#include "test.h"

enum { MANY = 700 };

static uint64_t began;
static int calls;

static void after_forty(uv_timer_t* timer) {
  CHECK_GE(uv_now(timer->loop) - began, 40);
  calls++;
}

static void never(uv_timer_t* timer) {
  (void) timer;
  FAIL("the old callback ran");
}

TEST(timer_put_off) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(loop, &timer));
  began = uv_now(loop);
  CHECK_OK(uv_timer_start(&timer, never, 5, 0));
  CHECK_OK(uv_timer_start(&timer, after_forty, 20, 0));
  CHECK_OK(uv_timer_start(&timer, after_forty, 40, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  finish_loop(loop);
}

static void count(uv_timer_t* timer) {
  (void) timer;
  calls++;
}

TEST(timer_brought_forward) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, never, 60 * 60 * 1000, 0));
  CHECK_OK(uv_timer_start(&timer, count, 5, 0));
  CHECK_LE(uv_backend_timeout(loop), 5);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  finish_loop(loop);
}

static uv_timer_t many[MANY];
static uint64_t last;

static void in_order(uv_timer_t* timer) {
  uint64_t due = (uint64_t) (uintptr_t) timer->data;
  CHECK_GE(due, last);
  last = due;
  calls++;
}

/* A number for each, in no order; the same one for several. */
static uint64_t due_time(int i) {
  return (uint64_t) (i * 7919 % 97) + 1;
}

TEST(timer_many_due_at_once) {
  uv_loop_t* loop = uv_default_loop();
  int i;
  for (i = 0; i < MANY; i++) {
    CHECK_OK(uv_timer_init(loop, &many[i]));
    many[i].data = (void*) (uintptr_t) due_time(i);
    CHECK_OK(uv_timer_start(&many[i], in_order, due_time(i), 0));
  }
  uv_sleep(110);
  uv_update_time(loop);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, MANY);
  finish_loop(loop);
}

/* Of a stopped timer libuv keeps nothing but its place among the loop's
 * handles: programs that use its memory for something else get away with it. */
TEST(timer_that_was_stopped_takes_no_others_with_it) {
  uv_loop_t* loop = uv_default_loop();
  int i;
  for (i = 0; i < MANY; i++) {
    CHECK_OK(uv_timer_init(loop, &many[i]));
    CHECK_OK(uv_timer_start(&many[i], count, (uint64_t) (1 + i * 7 % 10), 0));
  }
  for (i = 0; i < MANY; i += 2) {
    CHECK_OK(uv_timer_stop(&many[i]));
    memset(&many[i].node, 0xff, sizeof(many[i].node));
    many[i].timeout = many[i].start_id = 0;
  }
  run_dry();
  CHECK_EQ(calls, MANY / 2);
  /* These cannot be closed any more. */
}
