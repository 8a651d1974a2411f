/* Watching files needs no random numbers, and one descriptor. */
#include "refuse.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

TEST(fs_event_without_getrandom) {
  struct rlimit limit;
  uv_fs_event_t watcher;
  int fds[64];
  int count = 0;
  CHECK_OK(uv_fs_event_init(uv_default_loop(), &watcher));
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = 64;
  CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  while ((fds[count] = open("/dev/null", O_RDONLY)) != -1)
    count++;
  CHECK_EQ(errno, EMFILE);
  CHECK_GE(count, 1);
#ifdef SYS_getrandom
  refuse(SYS_getrandom, 0, ENOSYS);
#endif
  CHECK_ERR(UV_EMFILE, uv_fs_event_start(&watcher, NULL, ".", 0));
  CHECK_EQ(close(fds[--count]), 0);
  CHECK_OK(uv_fs_event_start(&watcher, NULL, ".", 0));
  while (count > 0)
    CHECK_EQ(close(fds[--count]), 0);
  uv_close((uv_handle_t*) &watcher, NULL);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  finish_loop(uv_default_loop());
}
