/* Listing directories with one request. */
#include "fs.h"

TEST(fs_scandir_empty_dir) {
  uv_dirent_t entry;
  CHECK_OK(SYNC(uv_fs_mkdir, "empty", 0777));
  CHECK_EQ(SYNC(uv_fs_scandir, "empty/", 0), 0);
  CHECK_NULL(fs_req.ptr);
  CHECK_ERR(UV_EOF, uv_fs_scandir_next(&fs_req, &entry));
  CHECK_EQ(ASYNC(UV_FS_SCANDIR, uv_fs_scandir, "empty/", 0), 0);
  CHECK_NULL(fs_req.ptr);
  CHECK_ERR(UV_EOF, uv_fs_scandir_next(&fs_req, &entry));
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_scandir_empty_dir)

TEST(fs_scandir_non_existent_dir) {
  uv_dirent_t entry;
  CHECK_ERR(UV_ENOENT, SYNC(uv_fs_scandir, "missing/", 0));
  CHECK_EQ(fs_req.fs_type, UV_FS_SCANDIR);
  CHECK_NULL(fs_req.ptr);
  CHECK_ERR(UV_ENOENT, uv_fs_scandir_next(&fs_req, &entry));
  CHECK_ERR(UV_ENOENT, ASYNC(UV_FS_SCANDIR, uv_fs_scandir, "missing/", 0));
  CHECK_NULL(fs_req.ptr);
  CHECK_ERR(UV_ENOENT, uv_fs_scandir_next(&fs_req, &entry));
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_scandir_non_existent_dir)

TEST(fs_scandir_file) {
  write_file("file", "", 0);
  CHECK_ERR(UV_ENOTDIR, SYNC(uv_fs_scandir, "file", 0));
  CHECK_ERR(UV_ENOTDIR, ASYNC(UV_FS_SCANDIR, uv_fs_scandir, "file", 0));
  CHECK_NULL(fs_req.ptr);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_scandir_file)

TEST(fs_scandir_early_exit) {
  uv_dirent_t entry;
  CHECK_OK(SYNC(uv_fs_mkdir, "one", 0777));
  CHECK_OK(SYNC(uv_fs_mkdir, "many", 0777));
  write_file("one/a", "", 0);
  write_file("many/a", "", 0);
  write_file("many/b", "", 0);
  write_file("many/c", "", 0);
  CHECK_EQ(SYNC(uv_fs_scandir, "one", 0), 1);
  CHECK_OK(uv_fs_scandir_next(&fs_req, &entry));
  CHECK_EQ(SYNC(uv_fs_scandir, "many", 0), 3);
  CHECK_OK(uv_fs_scandir_next(&fs_req, &entry));
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_scandir_early_exit)

/* ---- A directory from its creation to its end ---- */

/* Exactly the two files, in any order. */
static void check_entries(void) {
  uv_dirent_t entry;
  int seen_one = 0;
  int seen_two = 0;
  CHECK_EQ(fs_req.result, 2);
  CHECK_NOT_NULL(fs_req.ptr);
  while (uv_fs_scandir_next(&fs_req, &entry) != UV_EOF) {
    CHECK(entry.type == UV_DIRENT_FILE || entry.type == UV_DIRENT_UNKNOWN);
    if (strcmp(entry.name, "one") == 0)
      seen_one++;
    else if (strcmp(entry.name, "two") == 0)
      seen_two++;
    else
      FAIL("entry '%s'", entry.name);
  }
  CHECK_EQ(seen_one, 1);
  CHECK_EQ(seen_two, 1);
}

TEST(fs_async_dir) {
  CHECK_OK(ASYNC(UV_FS_MKDIR, uv_fs_mkdir, "dir", 0755));
  CHECK_STR_EQ(fs_req.path, "dir");
  create_text("dir/one");
  create_text("dir/two");

  CHECK_EQ(ASYNC(UV_FS_SCANDIR, uv_fs_scandir, "dir", 0), 2);
  check_entries();
  CHECK_EQ(SYNC(uv_fs_scandir, "dir", 0), 2);
  check_entries();

  CHECK_OK(ASYNC(UV_FS_STAT, uv_fs_stat, "dir"));
  CHECK_NOT_NULL(fs_req.ptr);
  CHECK_OK(ASYNC(UV_FS_STAT, uv_fs_stat, "dir/"));
  CHECK_NOT_NULL(fs_req.ptr);
  CHECK_OK(ASYNC(UV_FS_LSTAT, uv_fs_lstat, "dir"));
  CHECK_NOT_NULL(fs_req.ptr);
  CHECK_OK(ASYNC(UV_FS_LSTAT, uv_fs_lstat, "dir/"));
  CHECK_NOT_NULL(fs_req.ptr);

  CHECK_OK(ASYNC(UV_FS_UNLINK, uv_fs_unlink, "dir/one"));
  CHECK_OK(ASYNC(UV_FS_UNLINK, uv_fs_unlink, "dir/two"));
  CHECK_OK(ASYNC(UV_FS_RMDIR, uv_fs_rmdir, "dir"));
  CHECK_STR_EQ(fs_req.path, "dir");
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_async_dir)

/* There is nothing in it, and nothing more, as for the C library's readdir. */
TEST(fs_scandir_of_a_directory_that_was_removed) {
  uv_dir_t* dir;
  uv_dirent_t entries[1];
  char path[64];
  int fd;
  CHECK_OK(SYNC(uv_fs_mkdir, "gone", 0777));
  fd = open("gone", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CHECK_GE(fd, 0);
  CHECK_OK(SYNC(uv_fs_rmdir, "gone"));
  snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
  CHECK_EQ(SYNC(uv_fs_scandir, path, 0), 0);
  CHECK_EQ(ASYNC(UV_FS_SCANDIR, uv_fs_scandir, path, 0), 0);
  CHECK_OK(SYNC(uv_fs_opendir, path));
  dir = fs_req.ptr;
  dir->dirents = entries;
  dir->nentries = 1;
  CHECK_EQ(SYNC(uv_fs_readdir, dir), 0);
  CHECK_OK(SYNC(uv_fs_closedir, dir));
  CHECK_OK(close(fd));
  fs_finish();
}
