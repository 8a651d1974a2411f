/* Files of more than 4 GiB, nearly all of it holes: sizes and offsets have 64
 * bits on 32-bit systems, too. */
#include "cached.h"
#include "fs.h"

#define FAR ((int64_t) 5 << 30)

static void write_and_read(uv_file fd) {
  char both[2 * TEXT_SIZE];
  uv_buf_t bufs[] = { uv_buf_init(both, 5), uv_buf_init(both + 5, 21) };
  CHECK_EQ(write_text(fd, FAR), TEXT_SIZE);
  memcpy(both, TEXT, TEXT_SIZE);
  memcpy(both + TEXT_SIZE, TEXT, TEXT_SIZE);
  CHECK_EQ(ASYNC(UV_FS_WRITE, uv_fs_write, fd, bufs, 2, FAR + TEXT_SIZE),
           sizeof(both));
  CHECK_OK(SYNC(uv_fs_fstat, fd));
  CHECK_EQ(fs_req.statbuf.st_size, FAR + 3 * TEXT_SIZE);

  check_read(fd, FAR + 2 * TEXT_SIZE, TEXT, TEXT_SIZE);
  memset(both, 0, sizeof(both));
  CHECK_EQ(ASYNC(UV_FS_READ, uv_fs_read, fd, bufs, 2, FAR + TEXT_SIZE),
           sizeof(both));
  CHECK_MEM_EQ(both, TEXT "\0" TEXT, sizeof(both));
  CHECK_EQ(ASYNC(UV_FS_READ, uv_fs_read, fd, bufs, 1, FAR + 3), 5);
  CHECK_MEM_EQ(both, &TEXT[3], 5);
  CHECK_EQ(ASYNC(UV_FS_READ, uv_fs_read, fd, bufs, 2, FAR + 2 * TEXT_SIZE),
           TEXT_SIZE);
}

TEST_BOTH_WAYS(fs_large_file) {
  uv_file fd = open_file("file", O_RDWR | O_CREAT, 0600);
  uv_file small = open_file("small", O_RDWR | O_CREAT, 0600);
  write_and_read(fd);

  CHECK_EQ(ASYNC(UV_FS_SENDFILE, uv_fs_sendfile, small, fd, FAR, TEXT_SIZE),
           TEXT_SIZE);
  check_read(small, 0, TEXT, TEXT_SIZE);

  CHECK_OK(ASYNC(UV_FS_FTRUNCATE, uv_fs_ftruncate, fd, FAR + 4));
  check_read(fd, FAR, TEXT, 4);
  close_file(fd);

  /* At the file's position, which is beyond 4 GiB from the beginning. */
  fd = open_file("file", O_RDWR | O_APPEND, 0);
  CHECK_EQ(write_text(fd, -1), TEXT_SIZE);
  CHECK_EQ(stat_of("file").st_size, FAR + 4 + TEXT_SIZE);
  check_read(fd, -1, "", 0);
  CHECK_OK(ASYNC(UV_FS_LSTAT, uv_fs_lstat, "file"));
  CHECK_EQ(fs_req.statbuf.st_size, FAR + 4 + TEXT_SIZE);
  close_file(fd);
  close_file(small);
  fs_finish();
}

TEST(fs_large_temporary_file) {
  uv_file fd = (uv_file) SYNC(uv_fs_mkstemp, "test_file_XXXXXX");
  CHECK_GE(fd, 0);
  write_and_read(fd);
  close_file(fd);
  fs_finish();
}
