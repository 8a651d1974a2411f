/* Setting the times of files. */
#include "fs.h"

/* uv_fs_utime, uv_fs_futime and uv_fs_lutime on the same file or link. */
struct subject {
  const char* path;
  uv_file fd; /* for futime, or -1 */
  int is_link;
};

static struct subject subject;

static ssize_t set_times(double atime, double mtime) {
  if (subject.fd >= 0)
    return SYNC(uv_fs_futime, subject.fd, atime, mtime);
  if (subject.is_link)
    return SYNC(uv_fs_lutime, subject.path, atime, mtime);
  return SYNC(uv_fs_utime, subject.path, atime, mtime);
}

static ssize_t set_times_later(double atime, double mtime) {
  if (subject.fd >= 0)
    return ASYNC(UV_FS_FUTIME, uv_fs_futime, subject.fd, atime, mtime);
  if (subject.is_link)
    return ASYNC(UV_FS_LUTIME, uv_fs_lutime, subject.path, atime, mtime);
  return ASYNC(UV_FS_UTIME, uv_fs_utime, subject.path, atime, mtime);
}

/* Some file systems keep whole seconds only. */
static void check_time(uv_timespec_t time, double expected) {
  double seconds = (double) time.tv_sec + (double) time.tv_nsec / 1e9;
  if (expected == UV_FS_UTIME_NOW) {
    CHECK_GT(time.tv_sec, 1739710000);
    return;
  }
  CHECK_GE(time.tv_nsec, 0);
  if (time.tv_nsec != 0 || expected == (double) (int64_t) expected)
    CHECK(seconds == expected);
  else
    CHECK(time.tv_sec == (int64_t) expected ||
          (expected < 0 && time.tv_sec == (int64_t) expected - 1));
}

static void check_times(double atime, double mtime) {
  uv_fs_t req;
  int status = subject.is_link ? uv_fs_lstat(NULL, &req, subject.path, NULL)
                               : uv_fs_stat(NULL, &req, subject.path, NULL);
  CHECK_OK(status);
  check_time(req.statbuf.st_atim, atime);
  check_time(req.statbuf.st_mtim, mtime);
  fs_release(&req);
}

static double set_to;

static void check_set(uv_fs_t* req) {
  CHECK_OK(req->result);
  check_times(set_to, set_to);
}

static void set_and_check(double later) {
  const double start = 400497753.25;
  CHECK_OK(set_times(start, start));
  check_times(start, start);
  CHECK_OK(set_times(UV_FS_UTIME_OMIT, UV_FS_UTIME_OMIT));
  check_times(start, start);
  CHECK_OK(set_times(UV_FS_UTIME_NOW, UV_FS_UTIME_OMIT));
  check_times(UV_FS_UTIME_NOW, start);
  CHECK_OK(set_times(start, start));
  check_times(start, start);
  CHECK_OK(set_times(UV_FS_UTIME_OMIT, UV_FS_UTIME_NOW));
  check_times(start, UV_FS_UTIME_NOW);

  set_to = later;
  fs_in_callback = check_set;
  CHECK_OK(set_times_later(later, later));
  if (subject.fd >= 0)
    close_file(subject.fd);
  fs_finish();
}

static void choose(const char* path, uv_file fd, int is_link) {
  subject.path = path;
  subject.fd = fd;
  subject.is_link = is_link;
}

TEST(fs_utime) {
  create_text("file");
  choose("file", -1, 0);
  set_and_check(1291404900.25);
}

TEST_IO_URING_VARIANT(fs_utime)

TEST(fs_futime) {
  create_text("file");
  choose("file", open_file("file", O_RDWR, 0), 0);
  set_and_check(1291404900);
}

TEST_IO_URING_VARIANT(fs_futime)

TEST(fs_lutime) {
  create_text("file");
  CHECK_OK(SYNC(uv_fs_utime, "file", 1000, 1000));
  CHECK_OK(SYNC(uv_fs_symlink, "file", "link", 0));
  choose("link", -1, 1);
  set_and_check(1291404900);
  CHECK_EQ(stat_of("file").st_mtim.tv_sec, 1000);
}

TEST_IO_URING_VARIANT(fs_lutime)

TEST(fs_utime_round) {
  const double before_1970 = -14245440.25;
  create_text("file");
  choose("file", -1, 0);
  CHECK_OK(set_times(before_1970, before_1970));
  check_times(before_1970, before_1970);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_utime_round)
