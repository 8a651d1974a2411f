/* All kinds of watchers starting, stopping and closing one another over many
 * turns of the loop. */
#include "test.h"

enum { TURNS = 21, IDLES = 7 };

static uv_timer_t timer;
static uv_prepare_t prepare_a, prepare_b;
static uv_check_t check;
static uv_idle_t idles[IDLES];
static uv_idle_t extra;
static int extra_is_open;

static int a_calls, b_calls, check_calls, idle_calls, extra_calls;
static int a_closed, b_closed, check_closed, idles_closed, extra_closed;
static int extra_started;

static void on_timer(uv_timer_t* handle) {
  (void) handle;
}

static void on_extra_close(uv_handle_t* handle) {
  CHECK_PTR_EQ(handle, &extra);
  CHECK_EQ(extra_is_open, 1);
  extra_is_open = 0;
  extra_closed++;
}

static void on_extra(uv_idle_t* handle) {
  CHECK_PTR_EQ(handle, &extra);
  extra_calls++;
  uv_close((uv_handle_t*) handle, on_extra_close);
}

static void on_idle_close(uv_handle_t* handle) {
  CHECK_NOT_NULL(handle);
  idles_closed++;
}

static void on_idle(uv_idle_t* handle) {
  CHECK_GE(handle - idles, 0);
  CHECK_LT(handle - idles, IDLES);
  if (!extra_is_open) {
    CHECK_OK(uv_idle_init(uv_default_loop(), &extra));
    CHECK_OK(uv_idle_start(&extra, on_extra));
    extra_is_open = 1;
    extra_started++;
  }
  if (++idle_calls % 5 == 0)
    CHECK_OK(uv_idle_stop(handle));
}

static void on_prepare_close(uv_handle_t* handle) {
  if (handle == (uv_handle_t*) &prepare_a)
    a_closed++;
  else if (handle == (uv_handle_t*) &prepare_b)
    b_closed++;
  else
    FAIL("an unknown handle was closed");
}

static void on_check_close(uv_handle_t* handle) {
  CHECK_PTR_EQ(handle, &check);
  check_closed++;
}

static void on_check(uv_check_t* handle) {
  int i;
  CHECK_PTR_EQ(handle, &check);
  check_calls++;
  CHECK_EQ(check_calls, a_calls);
  if (check_calls < TURNS) {
    for (i = 0; i < 1 + check_calls % IDLES; i++)
      CHECK_OK(uv_idle_start(&idles[i], on_idle));
    return;
  }
  uv_close((uv_handle_t*) &prepare_a, on_prepare_close);
  uv_close((uv_handle_t*) &prepare_b, on_prepare_close);
  uv_close((uv_handle_t*) &check, on_check_close);
  for (i = 0; i < IDLES; i++)
    uv_close((uv_handle_t*) &idles[i], on_idle_close);
  if (extra_is_open && !uv_is_closing((uv_handle_t*) &extra))
    uv_close((uv_handle_t*) &extra, on_extra_close);
}

static void on_b(uv_prepare_t* handle) {
  CHECK_PTR_EQ(handle, &prepare_b);
  CHECK_EQ(a_calls % 2, 1); /* the next turn, before prepare_a */
  CHECK_OK(uv_prepare_stop(handle));
  b_calls++;
}

static void on_a(uv_prepare_t* handle) {
  CHECK_PTR_EQ(handle, &prepare_a);
  if (a_calls % 2 == 0)
    CHECK_OK(uv_prepare_start(&prepare_b, on_b));
  a_calls++;
}

TEST(loop_handles) {
  uv_loop_t* loop = uv_default_loop();
  int i;
  CHECK_OK(uv_prepare_init(loop, &prepare_a));
  CHECK_OK(uv_prepare_start(&prepare_a, on_a));
  CHECK_OK(uv_check_init(loop, &check));
  CHECK_OK(uv_check_start(&check, on_check));
  CHECK_OK(uv_prepare_init(loop, &prepare_b));
  for (i = 0; i < IDLES; i++)
    CHECK_OK(uv_idle_init(loop, &idles[i]));
  /* Turns without an active idle would wait for ever without it. */
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer, 100, 100));
  uv_unref((uv_handle_t*) &timer);

  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(a_calls, TURNS);
  CHECK_EQ(a_closed, 1);
  CHECK_EQ(b_calls, TURNS / 2);
  CHECK_EQ(b_closed, 1);
  CHECK_EQ(check_calls, TURNS);
  CHECK_EQ(check_closed, 1);
  CHECK_EQ(idles_closed, IDLES);
  CHECK_GT(extra_calls, 0);
  CHECK_EQ(extra_closed, extra_started);
  CHECK_EQ(extra_is_open, 0);
  finish_loop(loop);
}
