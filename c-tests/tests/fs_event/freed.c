/* Stopping and closing in callbacks: nothing is used after it was freed. */
#include "../loop/quarantine.h"
#include "fs_event.h"

static uv_fs_event_t other;
static int events;

static void stop_in_callback(uv_fs_event_t* handle, const char* name, int what,
                             int status) {
  (void) name;
  (void) what;
  CHECK_OK(status);
  CHECK_OK(uv_fs_event_stop(handle));
  events++;
}

static void stop_both_in_callback(uv_fs_event_t* handle, const char* name,
                                  int what, int status) {
  stop_in_callback(handle, name, what, status);
  CHECK_OK(uv_fs_event_stop(&watcher));
  CHECK_OK(uv_fs_event_stop(&other));
}

static void change_and_finish(int wanted) {
  change_file("file");
  run_until(uv_default_loop(), &events, wanted);
  CHECK_EQ(events, wanted);
  finish_loop(uv_default_loop());
  quarantine_check();
}

TEST(fs_event_stop_in_callback_frees_late) {
  quarantine_start();
  create_file("file");
  watch(&watcher, "file", stop_in_callback);
  change_and_finish(1);
}

TEST(fs_event_stop_of_both_in_callback_frees_late) {
  quarantine_start();
  create_file("file");
  watch(&watcher, "file", stop_both_in_callback);
  watch(&other, "file", stop_both_in_callback);
  change_and_finish(1);
}
