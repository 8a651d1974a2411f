/* A file from its creation to its end, in calls and in a chain of callbacks. */
#include "fs.h"

enum { SHORT_SIZE = 7 };

/* ---- Synchronous ---- */

static void live(int more_flags) {
  char space[32] = { 0 };
  uv_buf_t buf = uv_buf_init(space, sizeof(space));
  uv_file fd = open_file("file", O_WRONLY | O_CREAT | more_flags, 0600);
  CHECK_EQ(write_text(fd, -1), TEXT_SIZE);
  CHECK_OK(SYNC(uv_fs_close, fd));
  CHECK_ERR(UV_EBADF, SYNC(uv_fs_close, fd));

  fd = (uv_file) SYNC_ON_LOOP(uv_fs_open, "file", O_RDWR | more_flags, 0);
  CHECK_GE(fd, 0);
  CHECK_EQ(SYNC_ON_LOOP(uv_fs_read, fd, &buf, 1, -1), TEXT_SIZE);
  CHECK_STR_EQ(space, TEXT);
  CHECK_OK(SYNC(uv_fs_ftruncate, fd, SHORT_SIZE));
  CHECK_OK(SYNC(uv_fs_close, fd));

  CHECK_OK(SYNC(uv_fs_rename, "file", "renamed"));
  fd = open_file("renamed", O_RDONLY | more_flags, 0);
  check_read(fd, -1, TEXT, SHORT_SIZE);
  CHECK_OK(SYNC(uv_fs_close, fd));
  CHECK_OK(SYNC_ON_LOOP(uv_fs_unlink, "renamed"));
}

TEST(fs_file_sync) {
  live(0);
  live(UV_FS_O_FILEMAP);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_file_sync)

/* ---- Asynchronous ---- */

static const struct {
  uv_fs_type type;
  int result; /* -1 stands for a descriptor */
  int is_last; /* of the chain */
} steps[] = {
  { UV_FS_OPEN, -1, 0 },
  { UV_FS_WRITE, TEXT_SIZE, 0 },
  { UV_FS_FDATASYNC, 0, 0 },
  { UV_FS_FSYNC, 0, 0 },
  { UV_FS_CLOSE, 0, 1 },
  { UV_FS_RENAME, 0, 1 },
  { UV_FS_OPEN, -1, 0 },
  { UV_FS_READ, TEXT_SIZE, 0 },
  { UV_FS_FTRUNCATE, 0, 0 },
  { UV_FS_CLOSE, 0, 1 },
  { UV_FS_OPEN, -1, 0 },
  { UV_FS_READ, SHORT_SIZE, 0 },
  { UV_FS_CLOSE, 0, 0 },
  { UV_FS_UNLINK, 0, 1 },
};

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

static uv_fs_t reqs[STEPS];
static int current;
static uv_file file;
static char space[32];

static void on_step(uv_fs_t* req);

static void start_step(void) {
  uv_loop_t* loop = uv_default_loop();
  uv_fs_t* req = &reqs[current];
  uv_buf_t buf = uv_buf_init(space, sizeof(space));
  int flags = current == 0   ? O_WRONLY | O_CREAT
              : current == 6 ? O_RDWR
                             : O_RDONLY;
  int status = -1;
  switch (steps[current].type) {
    case UV_FS_OPEN:
      status = uv_fs_open(loop, req, current == 0 ? "file" : "renamed", flags,
                          0600, on_step);
      break;
    case UV_FS_WRITE:
      memcpy(space, TEXT, TEXT_SIZE);
      buf.len = TEXT_SIZE;
      status = uv_fs_write(loop, req, file, &buf, 1, -1, on_step);
      break;
    case UV_FS_READ:
      memset(space, 0, sizeof(space));
      status = uv_fs_read(loop, req, file, &buf, 1, -1, on_step);
      break;
    case UV_FS_FDATASYNC:
      status = uv_fs_fdatasync(loop, req, file, on_step);
      break;
    case UV_FS_FSYNC:
      status = uv_fs_fsync(loop, req, file, on_step);
      break;
    case UV_FS_FTRUNCATE:
      status = uv_fs_ftruncate(loop, req, file, SHORT_SIZE, on_step);
      break;
    case UV_FS_CLOSE:
      status = uv_fs_close(loop, req, file, on_step);
      break;
    case UV_FS_RENAME:
      status = uv_fs_rename(loop, req, "file", "renamed", on_step);
      break;
    case UV_FS_UNLINK:
      status = uv_fs_unlink(loop, req, "renamed", on_step);
      break;
    default:
      FAIL("no step");
  }
  CHECK_OK(status);
}

static void on_step(uv_fs_t* req) {
  int at = current++;
  CHECK_PTR_EQ(req, &reqs[at]);
  CHECK_EQ(req->fs_type, steps[at].type);
  if (steps[at].result == -1) {
    CHECK_STR_EQ(req->path, at == 0 ? "file" : "renamed");
    CHECK_GE(req->result, 0);
    file = (uv_file) req->result;
  } else {
    CHECK_EQ(req->result, steps[at].result);
  }
  fs_release(req);
  if (req->fs_type == UV_FS_READ) {
    CHECK_MEM_EQ(space, TEXT, (size_t) req->result);
    CHECK_EQ(space[req->result], 0);
  }
  if (!steps[at].is_last)
    start_step();
}

TEST(fs_file_async) {
  int ends = 0;
  while (current < STEPS) {
    int start = current;
    while (!steps[ends].is_last)
      ends++;
    start_step();
    CHECK_EQ(current, start);
    CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
    CHECK_EQ(current, ++ends);
  }
  CHECK_EQ(access("renamed", F_OK), -1);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_file_async)
