/* Links of both kinds, and where they lead. */
#include "fs.h"

TEST(fs_link) {
  create_text("file");
  CHECK_OK(SYNC(uv_fs_link, "file", "link"));
  check_file("link", O_RDWR, TEXT, TEXT_SIZE);
  CHECK_OK(ASYNC(UV_FS_LINK, uv_fs_link, "file", "second"));
  check_file("second", O_RDWR, TEXT, TEXT_SIZE);
  CHECK_EQ(stat_of("file").st_nlink, 3);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_link)

TEST(fs_readlink) {
  CHECK_ERR(UV_ENOENT, ASYNC(UV_FS_READLINK, uv_fs_readlink, "missing"));
  CHECK_NULL(fs_req.ptr);
  CHECK_ERR(UV_ENOENT, SYNC(uv_fs_readlink, "missing"));
  CHECK_NULL(fs_req.ptr);
  create_text("file");
  CHECK_ERR(UV_EINVAL, SYNC(uv_fs_readlink, "file"));
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_readlink)

TEST(fs_realpath) {
  CHECK_ERR(UV_ENOENT, ASYNC(UV_FS_REALPATH, uv_fs_realpath, "missing"));
  CHECK_NULL(fs_req.ptr);
  CHECK_ERR(UV_ENOENT, SYNC(uv_fs_realpath, "missing"));
  CHECK_NULL(fs_req.ptr);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_realpath)

TEST(fs_symlink) {
  create_text("file");
  CHECK_OK(SYNC(uv_fs_symlink, "file", "link", 0));
  check_file("link", O_RDWR, TEXT, TEXT_SIZE);
  CHECK_OK(SYNC(uv_fs_symlink, "link", "to-link", 0));
  CHECK_OK(SYNC(uv_fs_readlink, "to-link"));
  CHECK_STR_EQ(fs_req.ptr, "link");
  CHECK_OK(SYNC(uv_fs_realpath, "to-link"));
  CHECK_STR_EQ(fs_req.ptr, absolute("file"));

  CHECK_OK(ASYNC(UV_FS_SYMLINK, uv_fs_symlink, "file", "second", 0));
  check_file("second", O_RDWR, TEXT, TEXT_SIZE);
  CHECK_OK(SYNC(uv_fs_symlink, "second", "to-second", 0));
  CHECK_OK(ASYNC(UV_FS_READLINK, uv_fs_readlink, "to-second"));
  CHECK_STR_EQ(fs_req.ptr, "second");
  CHECK_OK(ASYNC(UV_FS_REALPATH, uv_fs_realpath, "file"));
  CHECK_STR_EQ(fs_req.ptr, absolute("file"));
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_symlink)

/* Two files, in any order. */
static void check_two_entries(const char* path) {
  uv_dirent_t entry;
  int seen_one = 0;
  int seen_two = 0;
  int i;
  CHECK_EQ(SYNC(uv_fs_scandir, path, 0), 2);
  for (i = 0; i < 2; i++) {
    CHECK_OK(uv_fs_scandir_next(&fs_req, &entry));
    CHECK(entry.type == UV_DIRENT_FILE || entry.type == UV_DIRENT_UNKNOWN);
    seen_one += strcmp(entry.name, "one") == 0;
    seen_two += strcmp(entry.name, "two") == 0;
  }
  CHECK_ERR(UV_EOF, uv_fs_scandir_next(&fs_req, &entry));
  CHECK_EQ(seen_one, 1);
  CHECK_EQ(seen_two, 1);
}

TEST(fs_symlink_dir) {
  CHECK_OK(SYNC(uv_fs_mkdir, "dir", 0777));
  CHECK_OK(SYNC(uv_fs_symlink, "dir", "link", UV_FS_SYMLINK_DIR));
  CHECK_OK(SYNC(uv_fs_stat, "link"));
  CHECK((fs_req.statbuf.st_mode & S_IFMT) == S_IFDIR);
  CHECK_OK(SYNC(uv_fs_lstat, "link"));
  CHECK((fs_req.statbuf.st_mode & S_IFMT) == S_IFLNK);
  CHECK_EQ(fs_req.statbuf.st_size, strlen("dir"));
  CHECK_OK(SYNC(uv_fs_readlink, "link"));
  CHECK_STR_EQ(fs_req.ptr, "dir");
  CHECK_OK(SYNC(uv_fs_realpath, "link"));
  CHECK_STR_EQ(fs_req.ptr, absolute("dir"));

  create_text("dir/one");
  create_text("dir/two");
  check_two_entries("link");
  CHECK_OK(SYNC(uv_fs_unlink, "link"));
  CHECK_ERR(UV_ENOENT, SYNC(uv_fs_scandir, "link", 0));
  check_two_entries("dir");
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_symlink_dir)
