/* Watching files and folders: two handles on one path, another that goes. */
#include "../torture.h"

static uv_fs_event_t folder, again, file;
static uv_timer_t timer;
static int events;

static void on_event(uv_fs_event_t* handle, const char* name, int what,
                     int status) {
  (void) name;
  (void) what;
  if (bad(status) || given_up())
    return;
  events++;
  if (handle == &folder)
    close_it(&again);
  close_it(handle);
}

static void on_timer(uv_timer_t* handle) {
  close_it(handle);
  /* With a watch refused nothing is told: that was an error before. */
  make_file("watched/new", "x", 1);
  make_file("watched.file", "xy", 2);
}

SCENARIO(fs_event) {
  char path[256];
  size_t size = sizeof(path);
  must(mkdir("watched", 0755) == 0);
  make_file("watched.file", "x", 1);
  if (bad(uv_fs_event_init(loop, &folder)) ||
      bad(uv_fs_event_init(loop, &again)) ||
      bad(uv_fs_event_init(loop, &file)) || bad(uv_timer_init(loop, &timer)) ||
      bad(uv_fs_event_start(&folder, on_event, "watched", 0)) ||
      bad(uv_fs_event_start(&again, on_event, "watched", 0)) ||
      bad(uv_fs_event_start(&file, on_event, "watched.file", 0)) ||
      bad(uv_fs_event_getpath(&folder, path, &size)) ||
      bad(uv_timer_start(&timer, on_timer, 0, 0)))
    return;
  run();
  usually(events >= 2);
}
