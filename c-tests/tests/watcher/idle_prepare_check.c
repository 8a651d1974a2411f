/* Idle, prepare and check watchers with the loop's turns. */
#include "test.h"

#include <fcntl.h>

static int closed;

static void on_close(uv_handle_t* handle) {
  CHECK_NOT_NULL(handle);
  closed++;
}

/* ---- An unref'd watcher keeps nothing alive ---- */

static void never(void* handle) {
  FAIL("the callback of watcher %p ran", handle);
}

static void never_check(uv_check_t* handle) { never(handle); }
static void never_idle(uv_idle_t* handle) { never(handle); }
static void never_prepare(uv_prepare_t* handle) { never(handle); }

static void unref_run_and_close(uv_handle_t* handle) {
  uv_unref(handle);
  CHECK_OK(uv_run(handle->loop, UV_RUN_DEFAULT));
  uv_close(handle, on_close);
  CHECK_EQ(closed, 0);
  CHECK_OK(uv_run(handle->loop, UV_RUN_DEFAULT));
  CHECK_EQ(closed, 1);
  finish_loop(uv_default_loop());
}

TEST(check_ref) {
  uv_check_t check;
  CHECK_OK(uv_check_init(uv_default_loop(), &check));
  CHECK_OK(uv_check_start(&check, never_check));
  unref_run_and_close((uv_handle_t*) &check);
}

TEST(idle_ref) {
  uv_idle_t idle;
  CHECK_OK(uv_idle_init(uv_default_loop(), &idle));
  CHECK_OK(uv_idle_start(&idle, never_idle));
  unref_run_and_close((uv_handle_t*) &idle);
}

TEST(prepare_ref) {
  uv_prepare_t prepare;
  CHECK_OK(uv_prepare_init(uv_default_loop(), &prepare));
  CHECK_OK(uv_prepare_start(&prepare, never_prepare));
  unref_run_and_close((uv_handle_t*) &prepare);
}

/* ---- Idle watchers, polling and timers ---- */

static uv_idle_t idle;
static uv_check_t check;
static uv_timer_t timer;
static int idle_calls, check_calls, timer_calls;

static void stop_idle(uv_idle_t* handle) {
  idle_calls++;
  CHECK_OK(uv_idle_stop(handle));
}

static void count_idle(uv_idle_t* handle) {
  CHECK_PTR_EQ(handle, &idle);
  idle_calls++;
}

static void count_check(uv_check_t* handle) {
  CHECK_PTR_EQ(handle, &check);
  check_calls++;
}

TEST(idle_check) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_idle_init(loop, &idle));
  CHECK_OK(uv_idle_start(&idle, stop_idle));
  CHECK_OK(uv_check_init(loop, &check));
  CHECK_OK(uv_check_start(&check, count_check));

  CHECK_EQ(uv_run(loop, UV_RUN_ONCE), 1);
  CHECK_EQ(idle_calls, 1);
  CHECK_EQ(check_calls, 1);
  CHECK_EQ(closed, 0);
  uv_close((uv_handle_t*) &idle, on_close);
  uv_close((uv_handle_t*) &check, on_close);
  CHECK_OK(uv_run(loop, UV_RUN_ONCE));
  CHECK_EQ(closed, 2);
  finish_loop(loop);
}

static void close_three(uv_timer_t* handle) {
  CHECK_PTR_EQ(handle, &timer);
  timer_calls++;
  uv_close((uv_handle_t*) &idle, on_close);
  uv_close((uv_handle_t*) &check, on_close);
  uv_close((uv_handle_t*) &timer, on_close);
}

TEST(idle_starvation) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_idle_init(loop, &idle));
  CHECK_OK(uv_idle_start(&idle, count_idle));
  CHECK_OK(uv_check_init(loop, &check));
  CHECK_OK(uv_check_start(&check, count_check));
  CHECK_OK(uv_timer_init(loop, &timer));
  uv_update_time(loop);
  CHECK_OK(uv_timer_start(&timer, close_three, scaled_ms(50), 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_GT(idle_calls, 0);
  CHECK_EQ(timer_calls, 1);
  CHECK_EQ(closed, 3);
  finish_loop(loop);
}

/* ---- Closing and skipping members of a queue that is being run ---- */

static uv_idle_t idles[3];
static uv_prepare_t prepares[3];
static uv_check_t checks[3];
static int queue_calls[3][3]; /* idle, prepare, check; then by number */

/* The last started runs first: it closes itself and the one after it. */
static void in_queue(int kind, int number, uv_handle_t* self,
                     uv_handle_t* next) {
  queue_calls[kind][number]++;
  CHECK_NE(number, 1);
  if (number == 2) {
    CHECK_EQ(queue_calls[kind][0], 0);
    uv_close(self, NULL);
    uv_close(next, NULL);
  }
}

static void queued_idle(uv_idle_t* handle) {
  in_queue(0, (int) (handle - idles), (uv_handle_t*) handle,
           (uv_handle_t*) &idles[1]);
}

static void queued_prepare(uv_prepare_t* handle) {
  in_queue(1, (int) (handle - prepares), (uv_handle_t*) handle,
           (uv_handle_t*) &prepares[1]);
}

static void queued_check(uv_check_t* handle) {
  in_queue(2, (int) (handle - checks), (uv_handle_t*) handle,
           (uv_handle_t*) &checks[1]);
}

#ifdef __linux__
static uv_fs_event_t events[3];

static void queued_event(uv_fs_event_t* handle, const char* name, int kinds,
                         int status) {
  (void) name;
  (void) kinds;
  CHECK_OK(status);
  CHECK_PTR_EQ(handle == &events[1] ? handle : NULL, NULL);
  if (handle == &events[0] && !uv_is_closing((uv_handle_t*) handle)) {
    uv_close((uv_handle_t*) &events[0], NULL);
    uv_close((uv_handle_t*) &events[1], NULL);
  }
}

static void touch_folder(uv_timer_t* handle) {
  uv_fs_t req;
  timer_calls++;
  uv_close((uv_handle_t*) handle, NULL);
  CHECK_OK(uv_fs_utime(uv_default_loop(), &req, ".", 0, 0, NULL));
  CHECK_EQ(req.result, 0);
  CHECK_EQ(req.fs_type, UV_FS_UTIME);
  CHECK_STR_EQ(req.path, ".");
  uv_fs_req_cleanup(&req);
}
#endif

TEST(queue_foreach_delete) {
  uv_loop_t* loop = uv_default_loop();
  int i;
  for (i = 0; i < 3; i++) {
    CHECK_OK(uv_idle_init(loop, &idles[i]));
    CHECK_OK(uv_idle_start(&idles[i], queued_idle));
    CHECK_OK(uv_prepare_init(loop, &prepares[i]));
    CHECK_OK(uv_prepare_start(&prepares[i], queued_prepare));
    CHECK_OK(uv_check_init(loop, &checks[i]));
    CHECK_OK(uv_check_start(&checks[i], queued_check));
  }
#ifdef __linux__
  for (i = 0; i < 3; i++) {
    CHECK_OK(uv_fs_event_init(loop, &events[i]));
    CHECK_OK(uv_fs_event_start(&events[i], queued_event, ".", 0));
  }
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, touch_folder, 0, 0));
#endif

  CHECK_EQ(uv_run(loop, UV_RUN_NOWAIT), 1);
  for (i = 0; i < 3; i++) {
    CHECK_EQ(queue_calls[i][0], 1);
    CHECK_EQ(queue_calls[i][1], 0);
    CHECK_EQ(queue_calls[i][2], 1);
  }
#ifdef __linux__
  CHECK_EQ(timer_calls, 1);
#endif
  finish_loop(loop);
}
