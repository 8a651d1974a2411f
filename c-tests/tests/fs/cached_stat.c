/* Asynchronous stats of what the caches know, and of what they do not: the same
 * results whoever asks. */
#include "cached.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int calls;

static void on_stat(uv_fs_t* req) {
  (void) req;
  calls++;
}

static void check_same(const uv_stat_t* a, const uv_stat_t* b) {
  CHECK_EQ(a->st_dev, b->st_dev);
  CHECK_EQ(a->st_ino, b->st_ino);
  CHECK_EQ(a->st_mode, b->st_mode);
  CHECK_EQ(a->st_nlink, b->st_nlink);
  CHECK_EQ(a->st_size, b->st_size);
  CHECK_EQ(a->st_blocks, b->st_blocks);
  CHECK_EQ(a->st_mtim.tv_sec, b->st_mtim.tv_sec);
  CHECK_EQ(a->st_mtim.tv_nsec, b->st_mtim.tv_nsec);
  CHECK_EQ(a->st_ctim.tv_nsec, b->st_ctim.tv_nsec);
  CHECK_EQ(a->st_birthtim.tv_sec, b->st_birthtim.tv_sec);
}

/* Asks for `path`, or for `file` without one, on the loop and at once; the first
 * answer teaches the library what it needs to know of the mount. */
static ssize_t ask(uv_fs_type kind, const char* path, uv_file file) {
  uv_loop_t* loop = uv_default_loop();
  uv_fs_t now;
  uv_fs_t req;
  int round;

  for (round = 0; round < 3; round++) {
    calls = 0;
    if (kind == UV_FS_FSTAT) {
      uv_fs_fstat(NULL, &now, file, NULL);
      CHECK_OK(uv_fs_fstat(loop, &req, file, on_stat));
    } else if (kind == UV_FS_LSTAT) {
      uv_fs_lstat(NULL, &now, path, NULL);
      CHECK_OK(uv_fs_lstat(loop, &req, path, on_stat));
    } else {
      uv_fs_stat(NULL, &now, path, NULL);
      CHECK_OK(uv_fs_stat(loop, &req, path, on_stat));
    }
    CHECK_EQ(calls, 0);
    CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
    CHECK_EQ(calls, 1);
    CHECK_EQ(req.fs_type, kind);
    CHECK_EQ(req.result, now.result);
    if (path != NULL)
      CHECK_STR_EQ(req.path, path);
    if (req.result == 0) {
      CHECK_PTR_EQ(req.ptr, &req.statbuf);
      check_same(&req.statbuf, &now.statbuf);
    } else {
      CHECK_NULL(req.ptr);
    }
    uv_fs_req_cleanup(&req);
    CHECK_NULL(req.ptr);
    uv_fs_req_cleanup(&now);
  }
  return req.result;
}

static void ask_both(const char* path, int result, int link_result) {
  CHECK_EQ(ask(UV_FS_STAT, path, -1), result);
  CHECK_EQ(ask(UV_FS_LSTAT, path, -1), link_result);
}

TEST_BOTH_WAYS(fs_stat_cached) {
  char* longest = malloc(65536);

  CHECK_NOT_NULL(longest);
  memset(longest, 'a', 65535);
  longest[65535] = '\0';
  write_file("file", "content", 7);
  CHECK_OK(mkdir("dir", 0755));
  CHECK_OK(symlink("file", "link"));
  CHECK_OK(symlink("dir", "dirlink"));
  CHECK_OK(symlink("nowhere", "dangling"));
  CHECK_OK(symlink("loop", "loop"));

  ask_both("file", 0, 0);
  ask_both("./dir/../file", 0, 0);
  ask_both("dir", 0, 0);
  ask_both("dir/", 0, 0);
  ask_both("link", 0, 0);
  ask_both("dirlink/", 0, 0);
  ask_both("/", 0, 0);
  ask_both("/proc/self", 0, 0);
  ask_both("/dev/null", 0, 0);
  ask_both("dangling", UV_ENOENT, 0);
  ask_both("loop", UV_ELOOP, 0);
  ask_both("", UV_ENOENT, UV_ENOENT);
  ask_both("missing", UV_ENOENT, UV_ENOENT);
  ask_both("missing/file", UV_ENOENT, UV_ENOENT);
  ask_both("file/", UV_ENOTDIR, UV_ENOTDIR);
  ask_both("file/file", UV_ENOTDIR, UV_ENOTDIR);
  ask_both(longest, UV_ENAMETOOLONG, UV_ENAMETOOLONG);
  free(longest);
  finish_loop(uv_default_loop());
}

/* On the mount of the root directory and on others, in turn. */
TEST_BOTH_WAYS(fs_stat_of_absolute_paths) {
  char path[4096];
  char link[4200];
  int i;

  write_file("file", "content", 7);
  CHECK_OK(symlink("/proc/self", "leaving"));
  CHECK_NOT_NULL(getcwd(path, sizeof(path) - 8));
  snprintf(link, sizeof(link), "%s/leaving", path);
  strcat(path, "/file");
  for (i = 0; i < 40; i++) {
    ask_both(path, 0, 0);
    if (i % 13 == 0) {
      ask_both("/proc/self", 0, 0);
      ask_both("/proc/missing", UV_ENOENT, UV_ENOENT);
      ask_both(link, 0, 0);
      ask_both("/missing/file", UV_ENOENT, UV_ENOENT);
    }
  }
  finish_loop(uv_default_loop());
}

/* What is known of the root directory's mount is known no longer. */
TEST_BOTH_WAYS(fs_stat_after_chroot) {
  int before = open("/", O_RDONLY | O_CLOEXEC);
  int here = open(".", O_RDONLY | O_CLOEXEC);

  CHECK_GE(before, 0);
  CHECK_GE(here, 0);
  if (chroot("/") != 0)
    SKIP("the root directory cannot be changed");
  ask_both("/", 0, 0);
  ask_both("/etc", 0, 0);
  CHECK_OK(chroot("/proc"));
  ask_both("/etc", UV_ENOENT, UV_ENOENT);
  ask_both("/stat", 0, 0);
  ask_both("/self", 0, 0);
  CHECK_OK(fchdir(before));
  CHECK_OK(chroot("."));
  CHECK_OK(fchdir(here));
  CHECK_OK(close(before));
  CHECK_OK(close(here));
  finish_loop(uv_default_loop());
}

TEST_BOTH_WAYS(fs_stat_sees_changes) {
  uv_loop_t* loop = uv_default_loop();
  uv_file file;
  int i;

  write_file("file", "", 0);
  file = open("file", O_RDWR);
  CHECK_GE(file, 0);
  for (i = 1; i <= 50; i++) {
    uv_fs_t req;
    CHECK_EQ(write(file, "x", 1), 1);
    CHECK_OK(fchmod(file, i % 2 ? 0600 : 0640));
    CHECK_OK(i % 3 ? uv_fs_stat(loop, &req, "file", on_stat) : uv_fs_fstat(loop, &req, file, on_stat));
    CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
    CHECK_EQ(req.result, 0);
    CHECK_EQ(req.statbuf.st_size, i);
    CHECK_EQ(req.statbuf.st_mode & 0777, i % 2 ? 0600 : 0640);
    uv_fs_req_cleanup(&req);
  }
  CHECK_OK(rename("file", "other"));
  CHECK_EQ(ask(UV_FS_STAT, "file", -1), UV_ENOENT);
  CHECK_EQ(ask(UV_FS_STAT, "other", -1), 0);
  CHECK_OK(unlink("other"));
  CHECK_EQ(ask(UV_FS_STAT, "other", -1), UV_ENOENT);
  CHECK_EQ(ask(UV_FS_FSTAT, NULL, file), 0);
  CHECK_OK(close(file));
  finish_loop(loop);
}

TEST_BOTH_WAYS(fs_fstat_of_anything) {
  int fds[2];

  CHECK_OK(pipe(fds));
  CHECK_EQ(ask(UV_FS_FSTAT, NULL, fds[0]), 0);
  CHECK_OK(close(fds[0]));
  CHECK_OK(close(fds[1]));
  CHECK_EQ(ask(UV_FS_FSTAT, NULL, fds[0]), UV_EBADF);
  CHECK_EQ(ask(UV_FS_FSTAT, NULL, -1), UV_EBADF);
  fds[0] = open(".", O_RDONLY);
  CHECK_EQ(ask(UV_FS_FSTAT, NULL, fds[0]), 0);
  CHECK_OK(close(fds[0]));
  finish_loop(uv_default_loop());
}

/* No permission to search the directory. */
TEST(fs_stat_forbidden, UNPRIVILEGED) {
  CHECK_OK(mkdir("dir", 0700));
  write_file("dir/file", "", 0);
  CHECK_OK(chmod("dir", 0));
  ask_both("dir/file", UV_EACCES, UV_EACCES);
  ask_both("dir", 0, 0);
  CHECK_OK(chmod("dir", 0700));
  ask_both("dir/file", 0, 0);
  finish_loop(uv_default_loop());
}
