/* Copies of whole files and of parts: uv_fs_copyfile and uv_fs_sendfile. */
#include "fs.h"

static void create_sized(const char* path, size_t size, int mode) {
  char data[8192];
  size_t i;
  CHECK_LE(size, sizeof(data));
  for (i = 0; i < size; i++)
    data[i] = (char) (i * 31 % 251);
  unlink(path);
  write_file(path, data, size);
  CHECK_EQ(chmod(path, (mode_t) mode), 0);
}

/* The last call was a successful copy of "from" to "to". */
static void check_copied(void) {
  uv_stat_t from = stat_of("from");
  uv_stat_t to = stat_of("to");
  char* from_data = read_file("from", NULL);
  char* to_data = read_file("to", NULL);
  CHECK_EQ(fs_req.fs_type, UV_FS_COPYFILE);
  CHECK_OK(fs_req.result);
  CHECK_EQ(from.st_size, to.st_size);
  CHECK_EQ(from.st_mode, to.st_mode);
  CHECK_EQ(from.st_uid, to.st_uid);
  CHECK_EQ(from.st_gid, to.st_gid);
  CHECK_MEM_EQ(from_data, to_data, (size_t) from.st_size);
  free(from_data);
  free(to_data);
}

static void copy_and_check(size_t size, int mode) {
  create_sized("from", size, mode);
  CHECK_OK(SYNC(uv_fs_copyfile, "from", "to", 0));
  check_copied();
}

TEST(fs_copyfile) {
  uv_loop_t* loop = uv_default_loop();
  int denied = geteuid() == 0 ? 0 : UV_EACCES;
  create_sized("from", 7, 0644);
  CHECK_ERR(UV_EINVAL, uv_fs_copyfile(NULL, fs_fresh(), "from", "to", -1,
                                      NULL));
  CHECK_ERR(UV_EINVAL, uv_fs_copyfile(loop, fs_fresh(), "from", "to", -1,
                                      fs_never));
  CHECK_EQ(uv_run(loop, UV_RUN_DEFAULT), 0);
  CHECK_ERR(UV_ENOENT, SYNC(uv_fs_copyfile, "missing", "to", 0));
  CHECK_EQ(access("to", F_OK), -1);

  create_sized("same", 12, 0644);
  CHECK_OK(SYNC(uv_fs_copyfile, "same", "same", 0));
  CHECK_EQ(stat_of("same").st_size, 12);

  copy_and_check(7, 0644);
  CHECK_ERR(UV_EEXIST,
            SYNC(uv_fs_copyfile, "from", "to", UV_FS_COPYFILE_EXCL));
  CHECK_EQ(unlink("to"), 0);
  copy_and_check(0, 0600);
  CHECK_EQ(unlink("to"), 0);
  copy_and_check(12, 0640);    /* to a new file */
  copy_and_check(100, 0640);   /* over a shorter one */
  copy_and_check(1, 0640);     /* over a longer one */
  copy_and_check(8192, 0640);
  CHECK_EQ(unlink("to"), 0);

  CHECK_OK(ASYNC(UV_FS_COPYFILE, uv_fs_copyfile, "from", "to", 0));
  check_copied();
  CHECK_EQ(unlink("to"), 0);
  CHECK_OK(SYNC(uv_fs_copyfile, "from", "to", UV_FS_COPYFILE_FICLONE));
  check_copied();
  CHECK_EQ(unlink("to"), 0);
  CHECK_LE(SYNC(uv_fs_copyfile, "from", "to", UV_FS_COPYFILE_FICLONE_FORCE),
           0);
  if (fs_req.result == 0)
    check_copied();

  create_sized("to", 3, 0444);
  CHECK_ERR(denied, SYNC(uv_fs_copyfile, "from", "to", 0));
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_copyfile)
TEST_ENTRY(fs_copyfile_unprivileged, test_fs_copyfile, UNPRIVILEGED,
           COVERS("fs_copyfile"))

/* ---- From one descriptor to another ---- */

enum { START = 6, HOLE = 65536, END = 4, WHOLE = START + HOLE + END };

static void send_all_but_one(int expected) {
  uv_file from = open_file("from", O_RDWR, 0);
  uv_file to = open_file("to", O_RDWR | O_CREAT, 0600);
  CHECK_EQ(ASYNC(UV_FS_SENDFILE, uv_fs_sendfile, to, from, 1, 131072),
           expected);
  CHECK_EQ(stat_of("to").st_size, expected);
  close_file(from);
  close_file(to);
}

TEST(fs_async_sendfile) {
  char* data;
  size_t size;
  FILE* file = fopen("from", "wb");
  CHECK_NOT_NULL(file);
  CHECK_EQ(fwrite("begin\n", 1, START, file), START);
  CHECK_EQ(fseek(file, HOLE, SEEK_CUR), 0);
  CHECK_EQ(fwrite("end\n", 1, END, file), END);
  CHECK_EQ(fclose(file), 0);
  CHECK_EQ(stat_of("from").st_size, WHOLE);

  send_all_but_one(WHOLE - 1);
  data = read_file("to", &size);
  CHECK_EQ(size, WHOLE - 1);
  CHECK_MEM_EQ(data, "egin\n\0", START);
  CHECK_MEM_EQ(data + size - END, "end\n", END);
  free(data);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_async_sendfile)

TEST(fs_async_sendfile_nodata) {
  write_file("from", "", 0);
  send_all_but_one(0);
  CHECK_EQ(stat_of("from").st_size, 0);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_async_sendfile_nodata)

TEST(fs_sendfile_of_nothing_looks_at_the_descriptors) {
  uv_file from, write_only;
  write_file("from", "some", 4);
  from = open_file("from", O_RDONLY, 0);
  write_only = open_file("to", O_WRONLY | O_CREAT, 0600);
  CHECK_EQ(SYNC(uv_fs_sendfile, write_only, from, 0, 0), 0);
  CHECK_ERR(UV_EBADF, SYNC(uv_fs_sendfile, write_only, write_only, 0, 0));
  CHECK_ERR(UV_EBADF, SYNC(uv_fs_sendfile, from, from, 0, 0));
  CHECK_ERR(UV_EBADF, SYNC(uv_fs_sendfile, -1, from, 0, 0));
  close_file(from);
  close_file(write_only);
  fs_finish();
}

/* A place before the beginning is none, and not the position of the input. */
TEST(fs_sendfile_from_before_the_beginning) {
  static const int64_t offsets[] = { -1, -3, -10, -100, INT64_MIN };
  size_t i;
  int fds[2];
  int from;
  int to;
  ssize_t at_the_end;
  create_sized("from", 10, 0600);
  from = open("from", O_RDONLY | O_CLOEXEC);
  to = open("to", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  CHECK_GE(from, 0);
  CHECK_GE(to, 0);
  CHECK_EQ(lseek(from, 3, SEEK_SET), 3);
  CHECK_EQ(pipe(fds), 0);
  for (i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
    int64_t offset = offsets[i];
    int expected = offset == -1 || offset == -3 || offset == -10 ? UV_EOVERFLOW : UV_EINVAL;
    ssize_t result = SYNC(uv_fs_sendfile, to, from, offset, 20);
    if (result != UV_EINVAL) /* older systems, and other calls, say that */
      CHECK_ERR(expected, result);
    CHECK_ERR(UV_EINVAL, SYNC(uv_fs_sendfile, to, fds[0], offset, 20));
    CHECK_EQ(lseek(from, 0, SEEK_CUR), 3);
    CHECK_EQ(lseek(to, 0, SEEK_END), 0);
  }
  /* So far after the end there is nothing, or no place. */
  at_the_end = SYNC(uv_fs_sendfile, to, from, INT64_MAX, 20);
  if (at_the_end != UV_EINVAL)
    CHECK_EQ(at_the_end, 0);
  CHECK_EQ(close(from), 0);
  CHECK_EQ(close(to), 0);
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(close(fds[1]), 0);
  finish_loop(uv_default_loop());
}
