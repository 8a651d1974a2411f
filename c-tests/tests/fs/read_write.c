/* Reading and writing with one buffer, several and none. */
#include "fs.h"

static void write_nothing(int more_flags) {
  uv_buf_t buf = uv_buf_init(NULL, 0);
  uv_file fd = open_file("file", O_WRONLY | O_CREAT | O_TRUNC | more_flags,
                         0600);
  CHECK_EQ(SYNC(uv_fs_write, fd, &buf, 1, -1), 0);
  close_file(fd);
}

TEST(fs_file_write_null_buffer) {
  write_nothing(0);
  write_nothing(UV_FS_O_FILEMAP);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_file_write_null_buffer)

TEST(fs_read_write_null_arguments) {
  uv_loop_t* loop = uv_default_loop();
  uv_buf_t buf;
  memset(&buf, 0, sizeof(buf));

  CHECK_ERR(UV_EINVAL, uv_fs_read(NULL, fs_fresh(), 0, NULL, 0, -1, NULL));
  CHECK_ERR(UV_EINVAL, uv_fs_write(NULL, fs_fresh(), 0, NULL, 0, -1, NULL));
  CHECK_NULL(fs_req.path);
  CHECK_NULL(fs_req.ptr);
  CHECK_NULL(fs_req.new_path);
  CHECK_NULL(fs_req.bufs);
  CHECK_ERR(UV_EINVAL, uv_fs_read(NULL, fs_fresh(), 0, &buf, 0, -1, NULL));
  CHECK_ERR(UV_EINVAL, uv_fs_write(NULL, fs_fresh(), 0, &buf, 0, -1, NULL));
  CHECK_NULL(fs_req.path);
  CHECK_NULL(fs_req.ptr);
  CHECK_NULL(fs_req.new_path);
  CHECK_NULL(fs_req.bufs);

  CHECK_ERR(UV_EINVAL, uv_fs_read(loop, fs_fresh(), 0, NULL, 0, -1, fs_never));
  CHECK_ERR(UV_EINVAL, uv_fs_write(loop, fs_fresh(), 0, NULL, 0, -1, fs_never));
  CHECK_ERR(UV_EINVAL, uv_fs_read(loop, fs_fresh(), 0, &buf, 0, -1, fs_never));
  CHECK_ERR(UV_EINVAL, uv_fs_write(loop, fs_fresh(), 0, &buf, 0, -1, fs_never));
  CHECK_EQ(uv_loop_alive(loop), 0);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_read_write_null_arguments)

static void read_past_the_end(int more_flags) {
  uv_file fd;
  create_text("file");
  fd = open_file("file", O_RDONLY | more_flags, 0);
  check_read(fd, -1, TEXT, TEXT_SIZE);
  uv_fs_req_cleanup(&fs_req);
  check_read(fd, fs_req.result, "", 0);
  close_file(fd);
}

TEST(fs_read_file_eof) {
  read_past_the_end(0);
  read_past_the_end(UV_FS_O_FILEMAP);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_read_file_eof)

/* ---- Several buffers ---- */

enum { FILE_SIZE = 446, LARGE = 256, SMALL = 128 };

static void read_bufs(int more_flags) {
  char large[2 * LARGE];
  char small[2 * SMALL];
  uv_buf_t bufs[4];
  uv_file fd = open_file("file", O_RDONLY | more_flags, 0);
  bufs[0] = uv_buf_init(large, LARGE);
  bufs[1] = uv_buf_init(large + LARGE, LARGE);
  bufs[2] = uv_buf_init(small, SMALL);
  bufs[3] = uv_buf_init(small + SMALL, SMALL);

  CHECK_ERR(UV_EINVAL, uv_fs_read(NULL, fs_fresh(), fd, NULL, 0, 0, NULL));
  CHECK_ERR(UV_EINVAL, uv_fs_read(NULL, fs_fresh(), fd, NULL, 1, 0, NULL));
  CHECK_ERR(UV_EINVAL, uv_fs_read(NULL, fs_fresh(), fd, bufs, 0, 0, NULL));

  CHECK_EQ(SYNC(uv_fs_read, fd, bufs, 2, 0), FILE_SIZE);
  CHECK_EQ(SYNC(uv_fs_read, fd, bufs + 2, 2, LARGE), FILE_SIZE - LARGE);
  CHECK_MEM_EQ(large + LARGE, small, FILE_SIZE - LARGE);
  close_file(fd);
}

TEST(fs_read_bufs) {
  char data[FILE_SIZE];
  int i;
  for (i = 0; i < FILE_SIZE; i++)
    data[i] = (char) ('a' + i * 7 % 26);
  write_file("file", data, sizeof(data));
  read_bufs(0);
  read_bufs(UV_FS_O_FILEMAP);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_read_bufs)

static char second_text[] = "and some more.";
enum { SECOND_SIZE = sizeof(second_text), BOTH = TEXT_SIZE + SECOND_SIZE };

static void read_both(uv_file fd, int64_t offset) {
  char first[TEXT_SIZE] = { 0 };
  char second[SECOND_SIZE] = { 0 };
  uv_buf_t bufs[2];
  bufs[0] = uv_buf_init(first, sizeof(first));
  bufs[1] = uv_buf_init(second, sizeof(second));
  CHECK_EQ(SYNC(uv_fs_read, fd, bufs, 2, offset), BOTH);
  CHECK_STR_EQ(first, TEXT);
  CHECK_STR_EQ(second, second_text);
}

static void write_and_read_two(int more_flags) {
  char text[] = TEXT;
  uv_buf_t bufs[2];
  uv_file fd = open_file("file", O_WRONLY | O_CREAT | more_flags, 0600);
  bufs[0] = uv_buf_init(text, TEXT_SIZE);
  bufs[1] = uv_buf_init(second_text, SECOND_SIZE);
  CHECK_EQ(SYNC(uv_fs_write, fd, bufs, 2, 0), BOTH);
  close_file(fd);

  fd = open_file("file", O_RDONLY | more_flags, 0);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
  read_both(fd, -1);
  check_read(fd, -1, "", 0);
  read_both(fd, 0);
  check_read(fd, BOTH, "", 0);
  close_file(fd);
}

TEST(fs_write_multiple_bufs) {
  CHECK_EQ(SECOND_SIZE, 15);
  write_and_read_two(0);
  CHECK_OK(SYNC(uv_fs_unlink, "file"));
  write_and_read_two(UV_FS_O_FILEMAP);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_write_multiple_bufs)
