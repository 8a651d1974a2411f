/* What is told of a file, and what of a path without one. */
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>

static uv_fs_poll_t poller;
static int failures, successes;

static void on_change(uv_fs_poll_t* handle, int status, const uv_stat_t* before,
                      const uv_stat_t* now) {
  CHECK_PTR_EQ(handle, &poller);
  CHECK_NOT_NULL(before);
  CHECK_NOT_NULL(now);
  if (status == 0) {
    successes++;
    return;
  }
  CHECK_EQ(status, UV_ENOENT);
  failures++;
}

static void on_tick(uv_timer_t* timer) {
  if (timer->data == NULL) {
    CHECK_EQ(failures, 1);
    CHECK_EQ(successes, 0);
    write_file("file", "new", 3);
    timer->data = timer;
  } else if (successes > 0) {
    CHECK_EQ(failures, 1);
    CHECK_EQ(successes, 1);
    uv_close((uv_handle_t*) timer, NULL);
    uv_close((uv_handle_t*) &poller, NULL);
  }
}

TEST(fs_poll_tells_a_missing_file_once) {
  uv_timer_t timer;
  CHECK_OK(uv_fs_poll_init(uv_default_loop(), &poller));
  CHECK_OK(uv_fs_poll_start(&poller, on_change, "file", 5));
  run_until(uv_default_loop(), &failures, 1);
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  timer.data = NULL;
  CHECK_OK(uv_timer_start(&timer, on_tick, 60, 10));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(successes, 1);
  finish_loop(uv_default_loop());
}

TEST(fs_poll_getpath_with_exact_room) {
  char buffer[] = "........";
  size_t size = 4;
  CHECK_OK(uv_fs_poll_init(uv_default_loop(), &poller));
  CHECK_OK(uv_fs_poll_start(&poller, on_change, "file", 1000));
  CHECK_ERR(UV_ENOBUFS, uv_fs_poll_getpath(&poller, buffer, &size));
  CHECK_EQ(size, 5);
  CHECK_STR_EQ(buffer, "........");
  CHECK_OK(uv_fs_poll_getpath(&poller, buffer, &size));
  CHECK_EQ(size, 4);
  CHECK_MEM_EQ(buffer, "file\0...", 8);
  finish_loop(uv_default_loop());
}

static uv_timer_t toucher;
static int changes;

/* The second in which the file was changed; its size stays. */
static void touch(uv_timer_t* timer) {
  struct timespec times[2] = { { .tv_sec = 1000 }, { .tv_sec = 2000 } };
  (void) timer;
  CHECK_OK(utimensat(AT_FDCWD, "file", times, 0));
}

static void on_new_time(uv_fs_poll_t* handle, int status,
                        const uv_stat_t* before, const uv_stat_t* now) {
  CHECK_PTR_EQ(handle, &poller);
  CHECK_OK(status);
  CHECK_EQ(before->st_size, now->st_size);
  CHECK_EQ(before->st_ino, now->st_ino);
  CHECK_EQ(now->st_mtim.tv_sec, 2000);
  CHECK_EQ(uv_fs_poll_stop(handle), 0);
  changes++;
}

TEST(fs_poll_tells_a_new_time) {
  write_file("file", "text", 4);
  CHECK_OK(uv_fs_poll_init(uv_default_loop(), &poller));
  CHECK_OK(uv_fs_poll_start(&poller, on_new_time, "file", 5));
  CHECK_OK(uv_timer_init(uv_default_loop(), &toucher));
  CHECK_OK(uv_timer_start(&toucher, touch, 50, 0));
  run_until(uv_default_loop(), &changes, 1);
  finish_loop(uv_default_loop());
}
