/* An asynchronous stat leaves the locks that the process has on the file: to close any descriptor of it would
 * give them up. */
#include "fs.h"

#include <sys/wait.h>

/* Whether another process finds the file locked. */
static int is_locked(const char* path) {
  int status;
  pid_t pid = fork();
  CHECK_GE(pid, 0);
  if (pid == 0) {
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd = open(path, O_RDWR);
    _exit(fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 ? lock.l_type != F_UNLCK : 2);
  }
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK(WIFEXITED(status));
  CHECK_LE(WEXITSTATUS(status), 1);
  return WEXITSTATUS(status);
}

TEST(fs_fstat_keeps_locks) {
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int round;
  int fd = open("locked", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  CHECK_GE(fd, 0);
  CHECK_EQ(fcntl(fd, F_SETLK, &lock), 0);
  CHECK(is_locked("locked"));
  for (round = 0; round < 3; round++) {
    CHECK_OK(ASYNC(UV_FS_FSTAT, uv_fs_fstat, fd));
    CHECK_OK(ASYNC(UV_FS_STAT, uv_fs_stat, "locked"));
    CHECK_OK(ASYNC(UV_FS_LSTAT, uv_fs_lstat, "locked"));
    CHECK(is_locked("locked"));
  }
  CHECK_OK(close(fd));
  fs_finish();
}
