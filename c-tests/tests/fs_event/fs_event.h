/* What the tests of uv_fs_event_t share: one watcher and one timer on the
 * default loop, and changes to what is watched. */
#ifndef UV_TESTS_FS_EVENT_H
#define UV_TESTS_FS_EVENT_H

#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TICK = 10 }; /* ms */

static uv_fs_event_t watcher;
static uv_timer_t timer;
static int closed;

static inline void count_close(uv_handle_t* handle) {
  CHECK_NOT_NULL(handle);
  closed++;
}

static inline void never_event(uv_fs_event_t* handle, const char* name,
                               int what, int status) {
  FAIL("event %d of %p, name %s, status %d", what, (void*) handle,
       name == NULL ? "(null)" : name, status);
}

static inline void watch(uv_fs_event_t* handle, const char* path,
                         uv_fs_event_cb on_event) {
  CHECK_OK(uv_fs_event_init(uv_default_loop(), handle));
  CHECK_OK(uv_fs_event_start(handle, on_event, path, 0));
}

static inline void start_timer(uv_timer_cb on_tick, uint64_t repeat) {
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, on_tick, TICK, repeat));
}

static inline void close_both(void) {
  uv_close((uv_handle_t*) &watcher, count_close);
  uv_close((uv_handle_t*) &timer, count_close);
}

static inline void create_file(const char* path) {
  write_file(path, "", 0);
}

/* One system call that changes the file. */
static inline void change_file(const char* path) {
  int fd = open(path, O_RDWR);
  CHECK_GE(fd, 0);
  CHECK_EQ(write(fd, "data", 4), 4);
  CHECK_EQ(close(fd), 0);
}

static inline void create_dir(const char* path) {
  CHECK_EQ(mkdir(path, 0755), 0);
}

#endif
