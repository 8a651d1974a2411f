/* File operations in a thread with as little stack as there can be. */
#include "fs.h"

#include <limits.h>
#include <pthread.h>

static void* use_files(void* arg) {
  uv_file from;
  uv_file to;
  int fds[2];
  (void) arg;
  CHECK_OK(SYNC(uv_fs_stat, "from"));
  CHECK_OK(SYNC(uv_fs_readlink, "link"));
  CHECK_STR_EQ((char*) fs_req.ptr, "from");
  CHECK_OK(SYNC(uv_fs_statfs, "."));
  CHECK_EQ(SYNC(uv_fs_scandir, ".", 0), 2);
  CHECK_OK(SYNC(uv_fs_copyfile, "from", "to", 0));
  to = open_file("to", O_RDWR, 0);
  CHECK_OK(pipe(fds));
  CHECK_EQ(write(fds[1], "abc", 3), 3);
  CHECK_OK(close(fds[1]));
  CHECK_EQ(SYNC(uv_fs_sendfile, to, fds[0], 0, 3), 3);  /* through memory */
  CHECK_OK(close(fds[0]));
  from = open_file("from", O_RDONLY, 0);
  CHECK_EQ(SYNC(uv_fs_sendfile, to, from, 0, 5), 5);
  close_file(from);
  close_file(to);
  return NULL;
}

TEST(fs_small_stack) {
  pthread_attr_t attr;
  pthread_t thread;
  size_t size = 16384 + 4096;
  /* Some processors need more. */
  if (size < (size_t) PTHREAD_STACK_MIN)
    size = (size_t) PTHREAD_STACK_MIN;
  write_file("from", "hello", 5);
  CHECK_OK(symlink("from", "link"));
  CHECK_OK(pthread_attr_init(&attr));
  CHECK_OK(pthread_attr_setstacksize(&attr, size));
  if (pthread_create(&thread, &attr, use_files, NULL) != 0)
    SKIP("no thread can be that small");
  CHECK_OK(pthread_join(thread, NULL));
  CHECK_OK(pthread_attr_destroy(&attr));
  fs_finish();
}
