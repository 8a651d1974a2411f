/* Async handles whose callbacks send, close each other, or have an order. */
#include "test.h"

#include <poll.h>

enum { HANDLES = 4 };

static uv_async_t handles[HANDLES];
static int order[HANDLES];
static int calls;

static void note(uv_async_t* handle) {
  CHECK_LT(calls, HANDLES);
  order[calls++] = (int) (handle - handles);
}

static void init_all(uv_async_cb cb) {
  int i;
  for (i = 0; i < HANDLES; i++)
    CHECK_OK(uv_async_init(uv_default_loop(), &handles[i], cb));
}

static void send_again(uv_async_t* handle) {
  if (++calls == 1)
    CHECK_OK(uv_async_send(handle));
}

TEST(async_send_in_its_own_callback) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_async_init(loop, &handles[0], send_again));
  CHECK_OK(uv_async_send(&handles[0]));
  run_until(loop, &calls, 1);
  CHECK_EQ(calls, 1);
  uv_run(loop, UV_RUN_NOWAIT);
  CHECK_EQ(calls, 2);
  uv_run(loop, UV_RUN_NOWAIT);
  CHECK_EQ(calls, 2);
  finish_loop(loop);
}

TEST(async_called_in_the_order_of_init) {
  static const int sent[] = { 2, 0, 3, 1 };
  uv_loop_t* loop = uv_default_loop();
  int i;
  init_all(note);
  for (i = 0; i < HANDLES; i++)
    CHECK_OK(uv_async_send(&handles[sent[i]]));
  uv_run(loop, UV_RUN_NOWAIT);
  CHECK_EQ(calls, HANDLES);
  for (i = 0; i < HANDLES; i++)
    CHECK_EQ(order[i], i);
  finish_loop(loop);
}

static void close_next(uv_async_t* handle) {
  note(handle);
  uv_close((uv_handle_t*) (handle + 1), NULL);
}

TEST(async_closed_by_another_is_not_called) {
  uv_loop_t* loop = uv_default_loop();
  int i;
  init_all(close_next);
  for (i = 0; i < HANDLES; i++)
    CHECK_OK(uv_async_send(&handles[i]));
  uv_run(loop, UV_RUN_NOWAIT);
  CHECK_EQ(calls, HANDLES / 2);
  CHECK_EQ(order[0], 0);
  CHECK_EQ(order[1], 2);
  finish_loop(loop);
}

static void send_from_timer(uv_timer_t* timer) {
  (void) timer;
  CHECK_OK(uv_async_send(&handles[0]));
}

/* Timers come after the wait: what they send is left for the next run. */
TEST(async_sent_late_shows_on_the_backend_fd) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  struct pollfd backend;
  CHECK_OK(uv_async_init(loop, &handles[0], note));
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, send_from_timer, 1, 0));
  CHECK_NE(uv_run(loop, UV_RUN_ONCE), 0);
  CHECK_EQ(calls, 0);
  backend.fd = uv_backend_fd(loop);
  backend.events = POLLIN;
  CHECK_EQ(poll(&backend, 1, 0), 1);
  CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
  CHECK_EQ(calls, 1);
  finish_loop(loop);
}

static int sends;

static void send_to_all(uv_async_t* handle) {
  int i;
  note(handle);
  if (handle != &handles[1] || sends++ > 0)
    return;
  for (i = 0; i < HANDLES; i++)
    CHECK_OK(uv_async_send(&handles[i]));
}

/* Those whose turn is still to come need not wait for the next one. */
TEST(async_sent_to_in_the_pass_is_called_in_it) {
  uv_loop_t* loop = uv_default_loop();
  init_all(send_to_all);
  CHECK_OK(uv_async_send(&handles[1]));
  uv_run(loop, UV_RUN_NOWAIT);
  CHECK_EQ(calls, 3);
  CHECK_EQ(order[0], 1);
  CHECK_EQ(order[1], 2);
  CHECK_EQ(order[2], 3);
  calls = 0;
  sends = 1; /* no more */
  uv_run(loop, UV_RUN_NOWAIT);
  CHECK_EQ(calls, 2);
  CHECK_EQ(order[0], 0);
  CHECK_EQ(order[1], 1);
  finish_loop(loop);
}

static uv_async_t late;
static int late_calls;

static void count_late(uv_async_t* handle) {
  (void) handle;
  late_calls++;
}

static void make_and_send(uv_async_t* handle) {
  note(handle);
  CHECK_OK(uv_async_init(handle->loop, &late, count_late));
  CHECK_OK(uv_async_send(&late));
}

TEST(async_made_in_the_pass_waits_for_the_next) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_async_init(loop, &handles[0], make_and_send));
  CHECK_OK(uv_async_send(&handles[0]));
  uv_run(loop, UV_RUN_NOWAIT);
  CHECK_EQ(calls, 1);
  CHECK_EQ(late_calls, 0);
  uv_run(loop, UV_RUN_NOWAIT);
  CHECK_EQ(late_calls, 1);
  finish_loop(loop);
}

static void send_and_close(uv_async_t* handle) {
  note(handle);
  if (handle != &handles[0])
    return;
  CHECK_OK(uv_async_send(&handles[1]));
  CHECK_OK(uv_async_send(&handles[2]));
  CHECK_OK(uv_async_send(&handles[3]));
  uv_close((uv_handle_t*) &handles[2], NULL);
}

TEST(async_closed_after_a_send_leaves_the_others_their_turn) {
  uv_loop_t* loop = uv_default_loop();
  init_all(send_and_close);
  CHECK_OK(uv_async_send(&handles[0]));
  uv_run(loop, UV_RUN_NOWAIT);
  CHECK_EQ(calls, 3);
  CHECK_EQ(order[1], 1);
  CHECK_EQ(order[2], 3);
  finish_loop(loop);
}
