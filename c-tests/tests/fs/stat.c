/* What is known about files and file systems. */
#include "fs.h"

static int is_same_time(uv_timespec_t ours, struct timespec of_system) {
  return ours.tv_sec == of_system.tv_sec && ours.tv_nsec == of_system.tv_nsec;
}

static void check_like_system(const uv_stat_t* ours, uv_file fd) {
  struct stat info;
  CHECK_EQ(fstat(fd, &info), 0);
  CHECK_EQ(ours->st_dev, info.st_dev);
  CHECK_EQ(ours->st_mode, info.st_mode);
  CHECK_EQ(ours->st_nlink, info.st_nlink);
  CHECK_EQ(ours->st_uid, info.st_uid);
  CHECK_EQ(ours->st_gid, info.st_gid);
  CHECK_EQ(ours->st_rdev, info.st_rdev);
  CHECK_EQ(ours->st_ino, info.st_ino);
  CHECK_EQ(ours->st_size, info.st_size);
  CHECK_EQ(ours->st_blksize, info.st_blksize);
  CHECK_EQ(ours->st_blocks, info.st_blocks);
#ifdef __APPLE__
  CHECK(is_same_time(ours->st_atim, info.st_atimespec));
  CHECK(is_same_time(ours->st_mtim, info.st_mtimespec));
  CHECK(is_same_time(ours->st_ctim, info.st_ctimespec));
#else
  CHECK(is_same_time(ours->st_atim, info.st_atim));
  CHECK(is_same_time(ours->st_mtim, info.st_mtim));
  CHECK(is_same_time(ours->st_ctim, info.st_ctim));
#endif
#ifdef __linux__
  CHECK_EQ(ours->st_flags, 0);
  CHECK_EQ(ours->st_gen, 0);
#endif
}

TEST(fs_fstat) {
  const uv_stat_t* info = &fs_req.statbuf;
  uv_file fd = open_file("file", O_RDWR | O_CREAT, 0600);
  CHECK_OK(SYNC(uv_fs_fstat, fd));
  CHECK(info->st_birthtim.tv_sec == 0 ||
        info->st_birthtim.tv_sec == info->st_ctim.tv_sec);
  CHECK(info->st_birthtim.tv_nsec == 0 ||
        info->st_birthtim.tv_nsec == info->st_ctim.tv_nsec);
  check_like_system(info, fd);

  CHECK_EQ(write_text(fd, -1), TEXT_SIZE);
  fs_fresh();
  memset(&fs_req.statbuf, 0xAA, sizeof(fs_req.statbuf));
  CHECK_OK(uv_fs_fstat(NULL, &fs_req, fd, NULL));
  CHECK_OK(fs_req.result);
  CHECK_EQ(info->st_size, TEXT_SIZE);
  check_like_system(info, fd);

  CHECK_OK(ASYNC(UV_FS_FSTAT, uv_fs_fstat, fd));
  CHECK_PTR_EQ(fs_req.ptr, info);
  CHECK_PTR_EQ(uv_fs_get_statbuf(&fs_req), info);
  CHECK_EQ(info->st_size, TEXT_SIZE);
  check_like_system(info, fd);
  close_file(fd);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_fstat)

TEST(fs_fstat_st_dev) {
  uint64_t dev;
  create_text("file");
  CHECK_OK(SYNC(uv_fs_symlink, "file", "link", 0));
  CHECK_OK(SYNC_ON_LOOP(uv_fs_stat, "file"));
  dev = fs_req.statbuf.st_dev;
  CHECK_OK(SYNC_ON_LOOP(uv_fs_stat, "link"));
  CHECK_EQ(fs_req.statbuf.st_dev, dev);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_fstat_st_dev)

TEST(fs_fstat_stdio) {
  int fd;
  for (fd = 0; fd <= 2; fd++)
    CHECK_OK(SYNC(uv_fs_fstat, fd));
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_fstat_stdio)

TEST(fs_stat_missing_path) {
  CHECK_ERR(UV_ENOENT, SYNC(uv_fs_stat, "missing"));
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_stat_missing_path)

/* ---- More than a queue of the system holds ---- */

static int stat_calls;

static void on_stat(uv_fs_t* req) {
  stat_calls++;
  CHECK_EQ(req->fs_type, UV_FS_STAT);
  CHECK_OK(req->result);
  CHECK_NOT_NULL(req->ptr);
  CHECK((((uv_stat_t*) req->ptr)->st_mode & S_IFMT) == S_IFDIR);
  fs_release(req);
}

TEST(fs_stat_batch_multiple) {
  enum { COUNT = 300 };
  static uv_fs_t reqs[COUNT];
  int i;
  CHECK_OK(SYNC(uv_fs_mkdir, "dir", 0755));
  for (i = 0; i < COUNT; i++)
    CHECK_OK(uv_fs_stat(uv_default_loop(), &reqs[i], "dir", on_stat));
  CHECK_EQ(stat_calls, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(stat_calls, COUNT);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_stat_batch_multiple)

/* ---- File systems ---- */

static int statfs_calls;

static void check_statfs(uv_fs_t* req) {
  const uv_statfs_t* info = req->ptr;
  CHECK_EQ(req->fs_type, UV_FS_STATFS);
  CHECK_OK(req->result);
  CHECK_NOT_NULL(info);
#ifdef __linux__
  CHECK_GT(info->f_type, 0);
#endif
  CHECK_GT(info->f_bsize, 0);
  CHECK_GT(info->f_frsize, 0);
  CHECK_GT(info->f_blocks, 0);
  CHECK_LE(info->f_bfree, info->f_blocks);
  CHECK_LE(info->f_bavail, info->f_bfree);
  CHECK_LE(info->f_ffree, info->f_files);
  fs_release(req);
  statfs_calls++;
}

TEST(fs_statfs) {
  uv_loop_t* loop = uv_default_loop();
  uv_fs_t req;
  uv_fs_t other;
  CHECK_GE(uv_fs_open(NULL, &req, "file", O_RDWR | O_CREAT, 0600, NULL), 0);
  uv_fs_req_cleanup(&req);
  CHECK_OK(uv_fs_close(NULL, &req, (uv_file) req.result, NULL));
  CHECK_OK(req.result);
  uv_fs_req_cleanup(&req);

  CHECK_OK(uv_fs_statfs(NULL, &req, ".", NULL));
  check_statfs(&req);
  CHECK_OK(uv_fs_statfs(NULL, &req, "file", NULL));
  check_statfs(&req);
  CHECK_EQ(statfs_calls, 2);

  CHECK_OK(uv_fs_statfs(loop, &req, ".", check_statfs));
  CHECK_OK(uv_fs_statfs(loop, &other, "file", check_statfs));
  CHECK_EQ(statfs_calls, 2);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(statfs_calls, 4);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_statfs)

TEST(fs_get_system_error) {
  CHECK_ERR(UV_ENOENT, SYNC(uv_fs_statfs, "missing"));
  CHECK_EQ(uv_fs_get_system_error(&fs_req), ENOENT);
  fs_finish();
}
