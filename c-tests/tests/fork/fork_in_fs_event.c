/* A callback forks, and the child goes on with the loop: what was being told is
 * told to the rest in the child too, and all watch on. */
#include "fork_child.h"

#include <fcntl.h>

static const char* const file_name = "watched_file";

static uv_fs_event_t watchers[3];
static int told[3];
static pid_t child = -1;

static void change_file(void) {
  int fd = open(file_name, O_RDWR);
  CHECK_GE(fd, 0);
  CHECK_EQ(write(fd, "data", 4), 4);
  CHECK_EQ(close(fd), 0);
}

static void on_event(uv_fs_event_t* handle, const char* name, int what,
                     int status) {
  long index = (long) (handle - watchers);
  CHECK_OK(status);
  CHECK_STR_EQ(name, file_name);
  CHECK_EQ(what, UV_CHANGE);
  told[index]++;
  if (child == -1) {
    CHECK_EQ(index, 0);
    child = start_child();
    if (child == 0)
      CHECK_OK(uv_loop_fork(uv_default_loop()));
  }
  if (child == 0 && told[2] == 1 && index == 2)
    change_file();
  if (child > 0 || told[index] == 2)
    uv_close((uv_handle_t*) handle, NULL);
}

TEST(fork_in_fs_event_callback) {
  int i;
  write_file(file_name, "", 0);
  for (i = 0; i < 3; i++) {
    CHECK_OK(uv_fs_event_init(uv_default_loop(), &watchers[i]));
    CHECK_OK(uv_fs_event_start(&watchers[i], on_event, file_name, 0));
  }
  change_file();
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  for (i = 0; i < 3; i++)
    CHECK_EQ(told[i], child == 0 ? 2 : 1);
  if (child == 0) {
    CHECK_OK(uv_loop_close(uv_default_loop()));
    end_child();
  }
  wait_for_child(child);
  finish_loop(uv_default_loop());
}
