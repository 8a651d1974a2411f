/* Watching directories. */
#include "fs_event.h"

enum { FILES = 16, CLOSE_AT = 3 };

static int events;
static int created;
static int deleted;

static const char* file_path(int number) {
  static char path[32];
  snprintf(path, sizeof(path), "dir/fsevent-%d", number);
  return path;
}

static void create_next(uv_timer_t* handle) {
  create_file(file_path(created++));
  if (created < FILES)
    CHECK_OK(uv_timer_start(handle, create_next, TICK, 0));
}

/* ---- All events ---- */

static void delete_next(uv_timer_t* handle) {
  CHECK_EQ(unlink(file_path(deleted++)), 0);
  if (deleted < FILES)
    CHECK_OK(uv_timer_start(handle, delete_next, 1, 0));
}

static void check_renamed(int what) {
#ifdef __linux__
  CHECK_EQ(what, UV_RENAME);
#else
  CHECK(what == UV_RENAME || what == UV_CHANGE);
#endif
}

static void on_dir_event(uv_fs_event_t* handle, const char* name, int what,
                         int status) {
  events++;
  CHECK_PTR_EQ(handle, &watcher);
  CHECK_OK(status);
  check_renamed(what);
  CHECK_NOT_NULL(name);
  CHECK_EQ(strncmp(name, "fsevent-", strlen("fsevent-")), 0);
  if (events == FILES)
    CHECK_OK(uv_timer_start(&timer, delete_next, 1, 0));
  else if (events == 2 * FILES)
    close_both();
}

TEST(fs_event_watch_dir) {
  create_dir("dir");
  watch(&watcher, "dir", on_dir_event);
  start_timer(create_next, 0);
  run_dry();
  CHECK_EQ(events, created + deleted);
  CHECK_EQ(created, FILES);
  CHECK_EQ(deleted, FILES);
  CHECK_EQ(closed, 2);
  finish_loop(uv_default_loop());
}

/* ---- Some events ---- */

static void close_at_third(uv_fs_event_t* handle, const char* name, int what,
                           int status) {
  (void) name, (void) what;
  CHECK_OK(status);
  CHECK_LT(events, CLOSE_AT);
  if (++events == CLOSE_AT)
    uv_close((uv_handle_t*) handle, count_close);
}

TEST(fs_event_close_in_callback) {
  create_dir("dir");
  watch(&watcher, "dir", close_at_third);
  start_timer(create_next, 0);
  run_dry();
  CHECK_EQ(created, FILES);
  uv_close((uv_handle_t*) &timer, count_close);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_ONCE));
  CHECK_EQ(events, CLOSE_AT);
  CHECK_EQ(closed, 2);
  finish_loop(uv_default_loop());
}

/* ---- The directory itself ---- */

static void remove_dir(uv_timer_t* handle) {
  uv_fs_t req;
  CHECK_OK(uv_fs_rmdir(NULL, &req, "dir", NULL));
  uv_fs_req_cleanup(&req);
  uv_close((uv_handle_t*) handle, count_close);
}

static void on_removed(uv_fs_event_t* handle, const char* name, int what,
                       int status) {
  events++;
  CHECK_PTR_EQ(handle, &watcher);
  CHECK_OK(status);
  check_renamed(what);
#ifdef __linux__
  CHECK_STR_EQ(name, "dir");
#else
  if (name != NULL)
    CHECK_STR_EQ(name, "dir");
#endif
  CHECK_OK(uv_fs_event_stop(handle));
  uv_close((uv_handle_t*) handle, count_close);
}

TEST(fs_event_watch_delete_dir) {
  create_dir("dir");
  watch(&watcher, "dir", on_removed);
  start_timer(remove_dir, 0);
  run_dry();
  CHECK_EQ(events, 1);
  CHECK_EQ(closed, 2);
  finish_loop(uv_default_loop());
}

TEST(fs_event_watch_dir_recursive) {
  SKIP("recursive directory watching is not supported here");
}
