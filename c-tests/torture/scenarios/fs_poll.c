/* Asking for a file's state again and again; stopped, started, closed. */
#include "../torture.h"

static uv_fs_poll_t poll, other, missing;
static uv_timer_t timer;
static int changes;

static void on_change(uv_fs_poll_t* handle, int status, const uv_stat_t* before,
                      const uv_stat_t* after) {
  (void) before;
  (void) after;
  if (handle == &missing) {
    must(status == UV_ENOENT || anything_failed());
    if (status != UV_ENOENT)
      (void) tolerable(status);
    close_it(handle);
    return;
  }
  if (status < 0) {
    (void) bad(status);
    return;
  }
  changes++;
  close_it(handle);
  close_it(&timer);
}

static void on_timer(uv_timer_t* handle) {
  static int size;
  char data[64];
  (void) handle;
  memset(data, 'x', sizeof(data));
  make_file("polled", data, (size_t) (1 + size++ % 60));
}

SCENARIO(fs_poll) {
  char path[256];
  size_t size = sizeof(path);
  make_file("polled", "x", 1);
  if (bad(uv_fs_poll_init(loop, &poll)) || bad(uv_fs_poll_init(loop, &other)) ||
      bad(uv_fs_poll_init(loop, &missing)) ||
      bad(uv_timer_init(loop, &timer)) ||
      bad(uv_fs_poll_start(&poll, on_change, "polled", 1)) ||
      bad(uv_fs_poll_start(&other, on_change, "polled", 1)) ||
      bad(uv_fs_poll_getpath(&poll, path, &size)) ||
      bad(uv_fs_poll_stop(&other)) ||
      bad(uv_fs_poll_start(&other, on_change, "nowhere", 1)) ||
      bad(uv_fs_poll_start(&missing, on_change, "missing", 1)) ||
      bad(uv_timer_start(&timer, on_timer, 1, 1)))
    return;
  close_it(&other);
  run();
  usually(changes == 1);
}
