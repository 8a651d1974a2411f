/* Watching files. */
#include "fs_event.h"

static int events;
static int ticks;
static const char* changed_path; /* written at the first tick */
static const char* changed_next; /* at the second, if any; the last tick */
static const char* watched_name;

static void on_tick(uv_timer_t* handle) {
  ticks++;
  if (ticks == 1)
    change_file(changed_path);
  else if (changed_next != NULL)
    change_file(changed_next);
  if (uv_timer_get_repeat(handle) == 0 || ticks == 2)
    uv_close((uv_handle_t*) handle, count_close);
}

static void on_file_event(uv_fs_event_t* handle, const char* name, int what,
                          int status) {
  events++;
  CHECK_PTR_EQ(handle, &watcher);
  CHECK_OK(status);
  CHECK_EQ(what, UV_CHANGE);
  CHECK_STR_EQ(name, watched_name);
  CHECK_OK(uv_fs_event_stop(handle));
  uv_close((uv_handle_t*) handle, count_close);
}

TEST(fs_event_watch_file) {
  create_dir("dir");
  create_file("dir/one");
  create_file("dir/two");
  changed_path = "dir/one";
  changed_next = "dir/two";
  watched_name = "two";
  watch(&watcher, "dir/two", on_file_event);
  start_timer(on_tick, TICK);
  run_dry();
  CHECK_EQ(events, 1);
  CHECK_EQ(ticks, 2);
  CHECK_EQ(closed, 2);
  finish_loop(uv_default_loop());
}

TEST(fs_event_watch_file_current_dir) {
  create_file("file");
  changed_path = "file";
  watched_name = "file";
  watch(&watcher, "file", on_file_event);
  start_timer(on_tick, 0);
  CHECK_EQ(events, 0);
  CHECK_EQ(ticks, 0);
  CHECK_EQ(closed, 0);
  run_dry();
  CHECK_EQ(events, 1);
  CHECK_EQ(ticks, 1);
  CHECK_EQ(closed, 2);
  finish_loop(uv_default_loop());
}

/* ---- Files that are not the watched one ---- */

static void change_then_close(uv_timer_t* handle) {
  ticks++;
  if (ticks == 1) {
    change_file("dir/file");
    return;
  }
  uv_close((uv_handle_t*) handle, NULL);
  CHECK_OK(uv_fs_event_stop(&watcher));
  uv_close((uv_handle_t*) &watcher, NULL);
}

TEST(fs_event_watch_file_exact_path) {
  create_dir("dir");
  create_file("dir/file");
  create_file("dir/file+");
  watch(&watcher, "dir/file+", never_event);
  start_timer(change_then_close, TICK);
  run_dry();
  CHECK_EQ(ticks, 2);
  finish_loop(uv_default_loop());
}

static uv_fs_event_t second_watcher;

static void close_all(uv_timer_t* handle) {
  uv_close((uv_handle_t*) &watcher, NULL);
  uv_close((uv_handle_t*) &second_watcher, NULL);
  uv_close((uv_handle_t*) handle, NULL);
}

TEST(fs_event_watch_file_twice) {
  create_file("file");
  watch(&watcher, "file", never_event);
  watch(&second_watcher, "file", never_event);
  start_timer(close_all, 0);
  run_dry();
  finish_loop(uv_default_loop());
}

/* ---- Stopping ---- */

static void stop_at_event(uv_fs_event_t* handle, const char* name, int what,
                          int status) {
  (void) name, (void) what;
  CHECK_PTR_EQ(handle, &watcher);
  CHECK_OK(status);
  events++;
  CHECK_OK(uv_fs_event_stop(handle));
}

TEST(fs_event_stop_in_cb) {
  create_file("file");
  changed_path = "file";
  watch(&watcher, "file", stop_at_event);
  start_timer(on_tick, 0);
  run_dry();
  CHECK_EQ(events, 1);
  CHECK_EQ(ticks, 1);
  uv_close((uv_handle_t*) &watcher, NULL);
  run_dry();
  CHECK_EQ(events, 1);
  finish_loop(uv_default_loop());
}
