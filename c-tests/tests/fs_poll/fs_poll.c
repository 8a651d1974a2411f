/* uv_fs_poll_t: changes of one file, and requests under way at the end. */
#include "test.h"

#include <unistd.h>

enum { INTERVAL = 40, LONG_INTERVAL = 100, ROUNDS = 10 }; /* ms */

static uv_fs_poll_t poller;
static uv_timer_t timer;
static int polls;
static int ticks;
static int closed;

static void count_close(uv_handle_t* handle) {
  CHECK_NOT_NULL(handle);
  closed++;
}

static void never_poll(uv_fs_poll_t* handle, int status, const uv_stat_t* prev,
                       const uv_stat_t* curr) {
  (void) prev, (void) curr;
  FAIL("callback of %p, status %d", (void*) handle, status);
}

static void ignore_poll(uv_fs_poll_t* handle, int status, const uv_stat_t* prev,
                        const uv_stat_t* curr) {
  (void) handle, (void) status, (void) prev, (void) curr;
}

/* ---- The life of a file ---- */

/* Another size each time, all at once. */
static void change_file(void) {
  static const char data[] = "0123456789";
  static size_t size;
  write_file("new", data, ++size);
  CHECK_EQ(rename("new", "file"), 0);
}

static void on_tick(uv_timer_t* handle) {
  CHECK_PTR_EQ(handle, &timer);
  ticks++;
  change_file();
}

static int is_zero(const uv_stat_t* info) {
  static const uv_stat_t zero;
  return memcmp(info, &zero, sizeof(zero)) == 0;
}

static void on_poll(uv_fs_poll_t* handle, int status, const uv_stat_t* prev,
                    const uv_stat_t* curr) {
  CHECK_PTR_EQ(handle, &poller);
  CHECK_EQ(uv_is_active((uv_handle_t*) handle), 1);
  CHECK_NOT_NULL(prev);
  CHECK_NOT_NULL(curr);
  polls++;
  CHECK_EQ(is_zero(prev), polls <= 2);
  CHECK_EQ(is_zero(curr), polls == 1 || polls == 5);
  CHECK_ERR(polls == 1 || polls == 5 ? UV_ENOENT : 0, status);
  switch (polls) {
    case 1:
      change_file();
      break;
    case 2:
      CHECK_OK(uv_timer_start(&timer, on_tick, INTERVAL / 4, 0));
      break;
    case 3:
      /* Nothing is called while nothing changes. */
      CHECK_OK(uv_timer_start(&timer, on_tick, INTERVAL * 9 / 4, 0));
      break;
    case 4:
      CHECK_EQ(unlink("file"), 0);
      break;
    case 5:
      uv_close((uv_handle_t*) handle, count_close);
      break;
    default:
      FAIL("callback %d", polls);
  }
}

TEST(fs_poll) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_fs_poll_init(loop, &poller));
  CHECK_OK(uv_fs_poll_start(&poller, on_poll, "file", INTERVAL));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(polls, 5);
  CHECK_EQ(ticks, 2);
  CHECK_EQ(closed, 1);
  finish_loop(loop);
}

/* ---- The handle ---- */

TEST(fs_poll_getpath) {
  uv_loop_t* loop = uv_default_loop();
  char buffer[1024];
  size_t size = sizeof(buffer);
  CHECK_OK(uv_fs_poll_init(loop, &poller));
  CHECK_ERR(UV_EINVAL, uv_fs_poll_getpath(&poller, buffer, &size));
  CHECK_OK(uv_fs_poll_start(&poller, never_poll, "./file", LONG_INTERVAL));
  size = sizeof(buffer);
  memset(buffer, 'x', sizeof(buffer));
  CHECK_OK(uv_fs_poll_getpath(&poller, buffer, &size));
  CHECK_EQ(size, strlen("./file"));
  CHECK_STR_EQ(buffer, "./file");
  uv_close((uv_handle_t*) &poller, count_close);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(closed, 1);
  finish_loop(loop);
}

TEST(fs_poll_ref) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_fs_poll_init(loop, &poller));
  CHECK_OK(uv_fs_poll_start(&poller, NULL, ".", 999));
  uv_unref((uv_handle_t*) &poller);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  uv_close((uv_handle_t*) &poller, count_close);
  CHECK_EQ(closed, 0);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(closed, 1);
  finish_loop(loop);
}

/* ---- Closing while the file is looked at, on loops of their own ---- */

static uv_loop_t own_loop;

static void init_on_own_loop(void) {
  CHECK_OK(uv_loop_init(&own_loop));
  CHECK_OK(uv_fs_poll_init(&own_loop, &poller));
}

static void start(uv_fs_poll_cb on_change) {
  CHECK_OK(uv_fs_poll_start(&poller, on_change, "missing", LONG_INTERVAL));
}

static void close_and_finish(void) {
  uv_close((uv_handle_t*) &poller, count_close);
  while (closed == 0)
    uv_run(&own_loop, UV_RUN_ONCE);
  CHECK_EQ(closed, 1);
  finish_loop(&own_loop);
  CHECK_EQ(closed, 1);
}

TEST(fs_poll_close_request) {
  init_on_own_loop();
  start(never_poll);
  close_and_finish();
}

TEST(fs_poll_close_request_multi_start_stop) {
  int i;
  init_on_own_loop();
  for (i = 0; i < ROUNDS; i++) {
    start(never_poll);
    CHECK_OK(uv_fs_poll_stop(&poller));
  }
  close_and_finish();
}

TEST(fs_poll_close_request_multi_stop_start) {
  int i;
  init_on_own_loop();
  for (i = 0; i < ROUNDS; i++) {
    CHECK_OK(uv_fs_poll_stop(&poller));
    start(never_poll);
  }
  close_and_finish();
}

TEST(fs_poll_close_request_stop_when_active) {
  init_on_own_loop();
  start(ignore_poll);
  uv_run(&own_loop, UV_RUN_ONCE);
  CHECK_OK(uv_fs_poll_stop(&poller));
  uv_run(&own_loop, UV_RUN_ONCE); /* closes the timer inside */
  uv_close((uv_handle_t*) &poller, count_close);
  uv_run(&own_loop, UV_RUN_ONCE);
  CHECK_EQ(closed, 1);
  finish_loop(&own_loop);
}
