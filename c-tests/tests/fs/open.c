/* Opening, closing, renaming and the position in a file. */
#include "fs.h"

TEST(fs_file_noent) {
  CHECK_ERR(UV_ENOENT, SYNC(uv_fs_open, "missing", O_RDONLY, 0));
  CHECK_ERR(UV_ENOENT, ASYNC(UV_FS_OPEN, uv_fs_open, "missing", O_RDONLY, 0));
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_file_noent)

TEST(fs_file_nametoolong) {
  enum { LENGTH = 65536 };
  char* name = malloc(LENGTH + 1);
  CHECK_NOT_NULL(name);
  memset(name, 'a', LENGTH);
  name[LENGTH] = '\0';
  CHECK_ERR(UV_ENAMETOOLONG, SYNC(uv_fs_open, name, O_RDONLY, 0));
  CHECK_ERR(UV_ENAMETOOLONG, ASYNC(UV_FS_OPEN, uv_fs_open, name, O_RDONLY, 0));
  fs_finish();
  free(name);
}

TEST_IO_URING_VARIANT(fs_file_nametoolong)

TEST(fs_file_loop) {
  CHECK_OK(SYNC(uv_fs_symlink, "itself", "itself", 0));
  CHECK_ERR(UV_ELOOP, SYNC(uv_fs_open, "itself", O_RDONLY, 0));
  CHECK_ERR(UV_ELOOP, ASYNC(UV_FS_OPEN, uv_fs_open, "itself", O_RDONLY, 0));
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_file_loop)

TEST(fs_open_dir) {
  uv_file fd = (uv_file) SYNC(uv_fs_open, ".", O_RDONLY, 0);
  CHECK_GE(fd, 0);
  CHECK_NULL(fs_req.ptr);
  close_file(fd);

  fd = (uv_file) ASYNC(UV_FS_OPEN, uv_fs_open, ".", O_RDONLY, 0);
  CHECK_GE(fd, 0);
  CHECK_NULL(fs_req.ptr);
  CHECK_STR_EQ(fs_req.path, ".");
  close_file(fd);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_open_dir)

TEST(fs_read_dir) {
  char bytes[2];
  uv_buf_t buf = uv_buf_init(bytes, sizeof(bytes));
  uv_file fd;
  CHECK_OK(ASYNC(UV_FS_MKDIR, uv_fs_mkdir, "dir", 0755));
  CHECK_STR_EQ(fs_req.path, "dir");
  fd = (uv_file) SYNC_ON_LOOP(uv_fs_open, "dir", O_RDONLY | O_DIRECTORY, 0);
  CHECK_GE(fd, 0);
  CHECK_ERR(UV_EISDIR, SYNC(uv_fs_read, fd, &buf, 1, 0));
  close_file(fd);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_read_dir)

static void append(int more_flags) {
  uv_file fd = open_file("file", O_WRONLY | O_CREAT | O_TRUNC | more_flags,
                         0600);
  CHECK_EQ(write_text(fd, -1), TEXT_SIZE);
  close_file(fd);
  fd = open_file("file", O_RDWR | O_APPEND | more_flags, 0);
  CHECK_EQ(write_text(fd, -1), TEXT_SIZE);
  close_file(fd);
  check_file("file", O_RDONLY | more_flags, TEXT "\0" TEXT, 2 * TEXT_SIZE);
}

TEST(fs_file_open_append) {
  append(0);
  append(UV_FS_O_FILEMAP);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_file_open_append)

TEST(fs_file_pos_after_op_with_offset) {
  uv_file fd = (uv_file) SYNC_ON_LOOP(uv_fs_open, "file", O_RDWR | O_CREAT,
                                      0600);
  CHECK_GT(fd, 0);
  CHECK_EQ(write_text(fd, 0), TEXT_SIZE);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
  check_read(fd, 0, TEXT, TEXT_SIZE);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
  close_file(fd);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_file_pos_after_op_with_offset)

TEST(fs_rename_to_existing_file) {
  create_text("from");
  close_file(open_file("to", O_WRONLY | O_CREAT, 0600));
  CHECK_OK(SYNC(uv_fs_rename, "from", "to"));
  check_file("to", O_RDONLY, TEXT, TEXT_SIZE);
  CHECK_EQ(access("from", F_OK), -1);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_rename_to_existing_file)

TEST(fs_posix_delete) {
  uv_file fd;
  CHECK_OK(SYNC(uv_fs_mkdir, "dir", 0700));
  fd = open_file("dir/file", O_WRONLY | O_CREAT, 0600);
#ifdef __linux__
  CHECK_ERR(UV_ENOTEMPTY, SYNC(uv_fs_rmdir, "dir"));
  CHECK_ERR(UV_ENOTDIR, SYNC(uv_fs_rmdir, "dir/file"));
#else
  CHECK(SYNC(uv_fs_rmdir, "dir") == UV_ENOTEMPTY ||
        fs_req.result == UV_EEXIST);
  CHECK(SYNC(uv_fs_rmdir, "dir/file") == UV_ENOTDIR ||
        fs_req.result == UV_ENOENT);
#endif
  CHECK_OK(SYNC(uv_fs_unlink, "dir/file"));
  CHECK_OK(SYNC(uv_fs_rmdir, "dir"));
  close_file(fd);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_posix_delete)

static uv_file open_and_check_handle(uv_os_fd_t* handle) {
  uv_file fd;
  unlink("file");
  fd = open_file("file", O_RDWR | O_CREAT, 0600);
  *handle = uv_get_osfhandle(fd);
  CHECK_GE(*handle, 0);
#ifndef _WIN32
  CHECK_EQ(*handle, fd);
#endif
  return fd;
}

TEST(get_osfhandle_valid_handle) {
  uv_os_fd_t handle;
  close_file(open_and_check_handle(&handle));
  CHECK_EQ(unlink("file"), 0);
  fs_finish();
}

TEST(open_osfhandle_valid_handle) {
  uv_os_fd_t handle;
  uv_file fd = open_and_check_handle(&handle);
  CHECK_EQ(uv_open_osfhandle(handle), fd);
  close_file(fd);
  CHECK_EQ(unlink("file"), 0);
  fs_finish();
}
