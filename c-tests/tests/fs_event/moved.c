/* A file that is moved into a watched directory, and out of it. */
#include "fs_event.h"

static char names[2][32];
static int events;

static void on_event(uv_fs_event_t* handle, const char* name, int what,
                     int status) {
  CHECK_PTR_EQ(handle, &watcher);
  CHECK_OK(status);
  CHECK_EQ(what, UV_RENAME);
  CHECK_LT(events, 2);
  snprintf(names[events++], sizeof(names[0]), "%s", name);
}

TEST(fs_event_file_moved_in_and_out) {
  create_dir("watched");
  create_file("here");
  watch(&watcher, "watched", on_event);
  CHECK_OK(rename("here", "watched/there"));
  run_until(uv_default_loop(), &events, 1);
  CHECK_STR_EQ(names[0], "there");
  CHECK_OK(rename("watched/there", "here"));
  run_until(uv_default_loop(), &events, 2);
  CHECK_STR_EQ(names[1], "there");
  finish_loop(uv_default_loop());
}

TEST(fs_event_getpath_with_exact_room) {
  char buffer[] = "........";
  size_t size = 3;
  create_dir("dir");
  watch(&watcher, "dir", never_event);
  CHECK_ERR(UV_ENOBUFS, uv_fs_event_getpath(&watcher, buffer, &size));
  CHECK_EQ(size, 4);
  CHECK_STR_EQ(buffer, "........");
  CHECK_OK(uv_fs_event_getpath(&watcher, buffer, &size));
  CHECK_EQ(size, 3);
  CHECK_MEM_EQ(buffer, "dir\0....", 8);
  finish_loop(uv_default_loop());
}
