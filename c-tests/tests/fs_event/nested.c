/* uv_run inside the callback of a watcher: it finds the reports that were read
 * together with the present one and the handles that are still to be told, and
 * the handle that is told stays until its callback has returned. */
#include "fs_event.h"

enum { TWO = 2 };

static uv_fs_event_t watchers[TWO];
static int told[TWO];
static char names[TWO][32];
static int depth;

/* The first that is told runs the loop until the other one is told as well.
 * Nothing is waited for: what is told here was ready before. */
static void tell(int which) {
  int turn;
  told[which]++;
  if (told[!which] == 0) {
    for (turn = 0; turn < 100 && told[!which] == 0; turn++)
      uv_run(uv_default_loop(), UV_RUN_NOWAIT);
    CHECK_EQ(told[!which], 1);
  }
}

static void run_until_both(void) {
  run_until(uv_default_loop(), &told[0], 1);
  run_until(uv_default_loop(), &told[1], 1);
  CHECK_EQ(told[0], 1);
  CHECK_EQ(told[1], 1);
  finish_loop(uv_default_loop());
}

static void on_either(uv_fs_event_t* handle, const char* name, int what,
                      int status) {
  CHECK_OK(status);
  CHECK_EQ(what, UV_CHANGE);
  CHECK_STR_EQ(name, "file");
  uv_close((uv_handle_t*) handle, NULL);
  tell(handle == &watchers[1]);
  CHECK_STR_EQ(name, "file");
}

TEST(fs_event_nested_run_tells_the_other_handle_of_a_file) {
  int i;
  create_file("file");
  for (i = 0; i < TWO; i++)
    watch(&watchers[i], "file", on_either);
  CHECK_OK(chmod("file", 0600));
  run_until_both();
}

/* One handle, and a report for each of two files. */
static void on_name(uv_fs_event_t* handle, const char* name, int what,
                    int status) {
  int which = strcmp(name, "second") == 0;
  char before[32];
  (void) handle;
  CHECK_OK(status);
  CHECK_EQ(what, UV_RENAME);
  snprintf(before, sizeof(before), "%s", name);
  snprintf(names[which], sizeof(names[which]), "%s", name);
  tell(which);
  CHECK_STR_EQ(name, before);
}

TEST(fs_event_nested_run_tells_the_other_report) {
  create_file("elsewhere");
  create_dir("dir");
  watch(&watchers[0], "dir", on_name);
  CHECK_EQ(link("elsewhere", "dir/first"), 0);
  CHECK_EQ(link("elsewhere", "dir/second"), 0);
  run_until_both();
  CHECK_STR_EQ(names[0], "first");
  CHECK_STR_EQ(names[1], "second");
}

/* More is read in the nested run, over what the outer one has told. */
static void on_more(uv_fs_event_t* handle, const char* name, int what,
                    int status) {
  (void) handle;
  (void) what;
  CHECK_OK(status);
  if (told[0] == 0) {
    told[0] = 1;
    CHECK_STR_EQ(name, "first");
    CHECK_EQ(link("elsewhere", "dir/later"), 0);
    while (told[1] == 0)
      uv_run(uv_default_loop(), UV_RUN_NOWAIT);
    CHECK_STR_EQ(name, "first");
  } else {
    CHECK_STR_EQ(name, "later");
    told[1]++;
  }
}

TEST(fs_event_nested_run_reads_more) {
  create_file("elsewhere");
  create_dir("dir");
  watch(&watchers[0], "dir", on_more);
  CHECK_EQ(link("elsewhere", "dir/first"), 0);
  run_until_both();
}

static void on_own_close(uv_handle_t* handle) {
  CHECK_EQ(depth, 0); /* its memory may go now: nobody may be inside */
  memset(handle, 0xd5, sizeof(uv_fs_event_t));
  closed = 1;
}

static void on_own(uv_fs_event_t* handle, const char* name, int what,
                   int status) {
  (void) name;
  (void) what;
  CHECK_OK(status);
  depth++;
  uv_close((uv_handle_t*) handle, on_own_close);
  /* It does not keep the inner run: that would wait for its own caller. */
  CHECK_EQ(uv_run(uv_default_loop(), UV_RUN_DEFAULT), 0);
  CHECK_EQ(closed, 0);
  depth--;
}

TEST(fs_event_nested_run_does_not_give_back_the_handle_that_is_told) {
  create_file("file");
  watch(&watcher, "file", on_own);
  CHECK_OK(chmod("file", 0600));
  run_dry();
  CHECK_EQ(closed, 1);
  finish_loop(uv_default_loop());
}

/* Handles that are stopped in the nested run are not told. */
static void on_stopping(uv_fs_event_t* handle, const char* name, int what,
                        int status) {
  int which = handle == &watchers[1];
  (void) name;
  (void) what;
  CHECK_OK(status);
  CHECK_EQ(told[!which], 0);
  told[which]++;
  CHECK_OK(uv_fs_event_stop(&watchers[0]));
  CHECK_OK(uv_fs_event_stop(&watchers[1]));
  CHECK_EQ(uv_run(uv_default_loop(), UV_RUN_DEFAULT), 0);
  CHECK_OK(uv_fs_event_start(handle, never_event, "other", 0));
  CHECK_EQ(uv_run(uv_default_loop(), UV_RUN_NOWAIT), 1);
  CHECK_OK(uv_fs_event_stop(handle));
}

TEST(fs_event_nested_run_after_a_stop) {
  int i;
  create_file("file");
  create_file("other");
  for (i = 0; i < TWO; i++)
    watch(&watchers[i], "file", on_stopping);
  CHECK_OK(chmod("file", 0600));
  run_dry();
  CHECK_EQ(told[0] + told[1], 1);
  finish_loop(uv_default_loop());
}
