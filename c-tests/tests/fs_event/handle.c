/* The handle: its path, starting, closing, references. */
#include "fs_event.h"

TEST(fs_event_watch_invalid_path) {
  static const char* const paths[] = { "<:;", "" };
  int i;
  CHECK_OK(uv_fs_event_init(uv_default_loop(), &watcher));
  for (i = 0; i < 2; i++) {
    int status = uv_fs_event_start(&watcher, never_event, paths[i], 0);
#ifdef __linux__
    CHECK_ERR(UV_ENOENT, status);
#else
    CHECK_NE(status, 0);
#endif
    CHECK_EQ(uv_is_active((uv_handle_t*) &watcher), 0);
  }
  finish_loop(uv_default_loop());
}

TEST(fs_event_getpath) {
  static const char* const paths[] = {
    "dir", "dir/", "dir///", "dir/sub/..", "dir//sub//..//",
  };
  enum { COUNT = sizeof(paths) / sizeof(paths[0]) };
  char buffer[64];
  size_t size;
  int i;
  create_dir("dir");
  create_dir("dir/sub");
  for (i = 0; i < COUNT; i++) {
    CHECK_OK(uv_fs_event_init(uv_default_loop(), &watcher));
    size = sizeof(buffer);
    CHECK_ERR(UV_EINVAL, uv_fs_event_getpath(&watcher, buffer, &size));
    CHECK_OK(uv_fs_event_start(&watcher, never_event, paths[i], 0));
    size = 1;
    CHECK_ERR(UV_ENOBUFS, uv_fs_event_getpath(&watcher, buffer, &size));
    CHECK_EQ(size, strlen(paths[i]) + 1);
    memset(buffer, 'x', sizeof(buffer));
    CHECK_OK(uv_fs_event_getpath(&watcher, buffer, &size));
    CHECK_EQ(size, strlen(paths[i]));
    CHECK_STR_EQ(buffer, paths[i]);
    CHECK_OK(uv_fs_event_stop(&watcher));
    uv_close((uv_handle_t*) &watcher, count_close);
    run_dry();
    CHECK_EQ(closed, i + 1);
  }
  finish_loop(uv_default_loop());
}

TEST(fs_event_ref) {
  watch(&watcher, ".", never_event);
  uv_unref((uv_handle_t*) &watcher);
  run_dry();
  uv_close((uv_handle_t*) &watcher, count_close);
  CHECK_EQ(closed, 0);
  run_dry();
  CHECK_EQ(closed, 1);
  finish_loop(uv_default_loop());
}

/* ---- Closing ---- */

static void close_and_finish(void) {
  uv_close((uv_handle_t*) &watcher, count_close);
  run_dry();
  CHECK_EQ(closed, 1);
  finish_loop(uv_default_loop());
}

static void start_and_close(uv_timer_t* handle) {
  CHECK_PTR_EQ(handle, &timer);
  watch(&watcher, ".", never_event);
  close_both();
}

TEST(fs_event_immediate_close) {
  start_timer(start_and_close, 0);
  run_dry();
  CHECK_EQ(closed, 2);
  finish_loop(uv_default_loop());
}

TEST(fs_event_start_and_close) {
  uv_fs_event_t second;
  create_dir("dir");
  watch(&watcher, "dir", never_event);
  watch(&second, "dir", never_event);
  uv_close((uv_handle_t*) &second, count_close);
  uv_close((uv_handle_t*) &watcher, count_close);
  run_dry();
  CHECK_EQ(closed, 2);
  finish_loop(uv_default_loop());
}

TEST(fs_event_no_callback_on_close) {
  create_file("file");
  watch(&watcher, "file", never_event);
  close_and_finish();
}

TEST(fs_event_no_callback_after_close) {
  create_file("file");
  watch(&watcher, "file", never_event);
  uv_close((uv_handle_t*) &watcher, count_close);
  change_file("file");
  run_dry();
  CHECK_EQ(closed, 1);
  finish_loop(uv_default_loop());
}

TEST(fs_event_close_with_pending_event) {
  create_dir("dir");
  create_file("dir/file");
  watch(&watcher, "dir", never_event);
  change_file("dir/file");
  close_and_finish();
}

/* Where a thread of its own collects the events, that takes a while. */
TEST(fs_event_close_with_pending_delete_event) {
  create_file("file");
  watch(&watcher, "file", never_event);
  CHECK_EQ(unlink("file"), 0);
#ifndef __linux__
  uv_sleep(1100);
#endif
  uv_update_time(uv_default_loop());
  close_and_finish();
}
