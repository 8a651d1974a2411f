/* The order of the phases, and of the watchers in one. */
#include "test.h"

static char seen[16];

static void note(char what) {
  size_t length = strlen(seen);
  CHECK_LT(length, sizeof(seen) - 1);
  seen[length] = what;
}

static void on_idle(uv_idle_t* idle) { (void) idle; note('i'); }
static void on_prepare(uv_prepare_t* prepare) { (void) prepare; note('p'); }
static void on_check(uv_check_t* check) { (void) check; note('c'); }
static void on_timer(uv_timer_t* timer) { (void) timer; note('t'); }
static void on_close(uv_handle_t* handle) { (void) handle; note('x'); }

TEST(phases_have_an_order) {
  uv_loop_t* loop = uv_default_loop();
  uv_idle_t idle;
  uv_prepare_t prepare;
  uv_check_t check;
  uv_timer_t timer, closing;
  CHECK_OK(uv_check_init(loop, &check));
  CHECK_OK(uv_check_start(&check, on_check));
  CHECK_OK(uv_prepare_init(loop, &prepare));
  CHECK_OK(uv_prepare_start(&prepare, on_prepare));
  CHECK_OK(uv_idle_init(loop, &idle));
  CHECK_OK(uv_idle_start(&idle, on_idle));
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer, 0, 0));
  CHECK_OK(uv_timer_init(loop, &closing));
  uv_close((uv_handle_t*) &closing, on_close);
  CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
  CHECK_STR_EQ(seen, "ipcxt");
  finish_loop(loop);
}

static void on_other(uv_prepare_t* prepare) { (void) prepare; note('o'); }

TEST(watchers_started_last_come_first) {
  uv_loop_t* loop = uv_default_loop();
  uv_prepare_t one, other;
  CHECK_OK(uv_prepare_init(loop, &one));
  CHECK_OK(uv_prepare_init(loop, &other));
  CHECK_OK(uv_prepare_start(&one, on_prepare));
  CHECK_OK(uv_prepare_start(&other, on_other));
  CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
  CHECK_STR_EQ(seen, "op");
  finish_loop(loop);
}
