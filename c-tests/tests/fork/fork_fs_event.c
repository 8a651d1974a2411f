/* File watching in a child, on its own loops and on one it got. */
#include "fork_child.h"

#include <fcntl.h>

static const char* const file_name = "watched_file";

static uv_fs_event_t watcher;
static uv_timer_t timer;
static int events;
static int ticks;

static void on_event(uv_fs_event_t* handle, const char* name, int what,
                     int status) {
  (void) what;
  CHECK_OK(status);
  CHECK_STR_EQ(name, file_name);
  events++;
  uv_close((uv_handle_t*) handle, NULL);
}

static void on_tick(uv_timer_t* handle) {
  int fd = open(file_name, O_RDWR);
  CHECK_GE(fd, 0);
  CHECK_EQ(write(fd, "data", 4), 4);
  CHECK_EQ(close(fd), 0);
  ticks++;
  uv_close((uv_handle_t*) handle, NULL);
}

static void create_file(void) {
  unlink(file_name);
  write_file(file_name, "", 0);
}

static void watch(uv_loop_t* loop, const char* path) {
  CHECK_OK(uv_fs_event_init(loop, &watcher));
  CHECK_OK(uv_fs_event_start(&watcher, on_event, path, 0));
}

static void change_file(uv_loop_t* loop) {
  events = 0;
  ticks = 0;
  CHECK_OK(uv_timer_start(&timer, on_tick, 10, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(ticks, 1);
  CHECK_EQ(events, 1);
}

static void watch_and_change(uv_loop_t* loop, const char* path) {
  create_file();
  watch(loop, path);
  CHECK_OK(uv_timer_init(loop, &timer));
  change_file(loop);
  CHECK_EQ(unlink(file_name), 0);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
}

static void watch_in_child(const char* path) {
  pid_t pid;
  watch_and_change(uv_default_loop(), path);
  pid = start_child();
  if (pid == 0) {
    uv_loop_t loop;
    CHECK_OK(uv_loop_init(&loop));
    watch_and_change(&loop, path);
    CHECK_OK(uv_loop_close(&loop));

    CHECK_OK(uv_loop_fork(uv_default_loop()));
    uv_update_time(uv_default_loop());
    watch_and_change(uv_default_loop(), path);
    CHECK_OK(uv_loop_close(uv_default_loop()));
    end_child();
  }
  wait_for_child(pid);
  finish_loop(uv_default_loop());
}

TEST(fork_fs_events_child) {
  watch_in_child(file_name);
}

TEST(fork_fs_events_child_dir) {
  watch_in_child(".");
}

TEST(fork_fs_events_file_parent_child) {
  pid_t pid;
  create_file();
  watch(uv_default_loop(), file_name);
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  pid = start_child();
  if (pid == 0) {
    CHECK_OK(uv_loop_fork(uv_default_loop()));
    change_file(uv_default_loop());
    finish_loop(uv_default_loop());
    end_child();
  }
  wait_for_child(pid);
  CHECK_EQ(events, 0);
  finish_loop(uv_default_loop());
}
