/* uv_cancel on file system requests, in the pool and in io_uring. */
#include "blocked_pool.h"
#include "test.h"

#include <unistd.h>

/* What is cancelled for sure; io_uring may be faster with the rest. */
static const uv_fs_type certain[] = {
  UV_FS_CHMOD,   UV_FS_CHOWN,    UV_FS_FCHMOD,   UV_FS_FCHOWN,   UV_FS_FUTIME,
  UV_FS_SCANDIR, UV_FS_READLINK, UV_FS_REALPATH, UV_FS_SENDFILE, UV_FS_UTIME,
};

enum { REQUESTS = 26 };

static uv_fs_t reqs[REQUESTS];
static int callbacks[REQUESTS];
static int timer_calls;

static int is_certain(const uv_fs_t* req) {
  size_t i;
  for (i = 0; i < sizeof(certain) / sizeof(certain[0]); i++)
    if (certain[i] == req->fs_type)
      return 1;
  return 0;
}

static void on_fs(uv_fs_t* req) {
  CHECK_EQ(timer_calls > 0 || !is_certain(req), 1);
  callbacks[req - reqs]++;
  if (is_certain(req))
    CHECK_ERR(UV_ECANCELED, req->result);
  uv_fs_req_cleanup(req);
}

static void cancel_all(uv_timer_t* timer) {
  int i;
  timer_calls++;
  uv_close((uv_handle_t*) timer, NULL);
  for (i = 0; i < REQUESTS; i++) {
    int status = uv_cancel((uv_req_t*) &reqs[i]);
    if (is_certain(&reqs[i]))
      CHECK_OK(status);
  }
  unblock_pool();
}

TEST(threadpool_cancel_fs, UNPRIVILEGED) {
  uv_loop_t* loop = uv_default_loop();
  uv_buf_t empty = uv_buf_init(NULL, 0);
  uv_timer_t timer;
  uv_fs_t* req = reqs;
  int i;

  block_pool(loop);
  CHECK_OK(uv_fs_chmod(loop, req++, "/", 0, on_fs));
  CHECK_OK(uv_fs_chown(loop, req++, "/", 0, 0, on_fs));
  CHECK_OK(uv_fs_close(loop, req++, 0, on_fs));
  CHECK_OK(uv_fs_fchmod(loop, req++, 0, 0, on_fs));
  CHECK_OK(uv_fs_fchown(loop, req++, 0, 0, 0, on_fs));
  CHECK_OK(uv_fs_fdatasync(loop, req++, 0, on_fs));
  CHECK_OK(uv_fs_fstat(loop, req++, 0, on_fs));
  CHECK_OK(uv_fs_fsync(loop, req++, 0, on_fs));
  CHECK_OK(uv_fs_ftruncate(loop, req++, 0, 0, on_fs));
  CHECK_OK(uv_fs_futime(loop, req++, 0, 0, 0, on_fs));
  CHECK_OK(uv_fs_link(loop, req++, "/", "/", on_fs));
  CHECK_OK(uv_fs_lstat(loop, req++, "/", on_fs));
  CHECK_OK(uv_fs_mkdir(loop, req++, "/", 0, on_fs));
  CHECK_OK(uv_fs_mkdir(loop, req++, "/", 0, on_fs));
  CHECK_OK(uv_fs_open(loop, req++, "/", 0, 0, on_fs));
  CHECK_OK(uv_fs_read(loop, req++, -1, &empty, 1, 0, on_fs));
  CHECK_OK(uv_fs_scandir(loop, req++, "/", 0, on_fs));
  CHECK_OK(uv_fs_readlink(loop, req++, "/", on_fs));
  CHECK_OK(uv_fs_realpath(loop, req++, "/", on_fs));
  CHECK_OK(uv_fs_rename(loop, req++, "/", "/", on_fs));
  CHECK_OK(uv_fs_sendfile(loop, req++, 0, 0, 0, 0, on_fs));
  CHECK_OK(uv_fs_stat(loop, req++, "/", on_fs));
  CHECK_OK(uv_fs_symlink(loop, req++, "/", "/", 0, on_fs));
  CHECK_OK(uv_fs_unlink(loop, req++, "/", on_fs));
  CHECK_OK(uv_fs_utime(loop, req++, "/", 0, 0, on_fs));
  CHECK_OK(uv_fs_write(loop, req++, -1, &empty, 1, 0, on_fs));
  CHECK_EQ(req - reqs, REQUESTS);

  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, cancel_all, 10, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  for (i = 0; i < REQUESTS; i++)
    CHECK_EQ(callbacks[i], 1);
  CHECK_EQ(timer_calls, 1);
  forget_pool();
  /* A file opened before it could be cancelled stays open; so may others. */
  rebase_open_fds();
  finish_loop(loop);
}

TEST_IO_URING_VARIANT(threadpool_cancel_fs, UNPRIVILEGED)

/* ---- A read of an empty pipe ---- */

static int pipe_ends[2];
static uv_fs_t read_req;
static int cancel_status, read_calls;

static void on_read(uv_fs_t* req) {
  read_calls++;
  CHECK_EQ(timer_calls, 1);
  CHECK_ERR(cancel_status == 0 ? UV_ECANCELED : 0, req->result);
  uv_fs_req_cleanup(req);
}

static void cancel_read(uv_timer_t* timer) {
  timer_calls++;
  uv_close((uv_handle_t*) timer, NULL);
  cancel_status = uv_cancel((uv_req_t*) &read_req);
  if (cancel_status != 0) {
    /* A thread of the pool is reading: only the end of the data ends that. */
    CHECK_ERR(UV_EBUSY, cancel_status);
    CHECK_EQ(close(pipe_ends[1]), 0);
  }
}

TEST(threadpool_cancel_fs_iouring_sync_cancel, IO_URING) {
  uv_loop_t* loop = uv_default_loop();
  char byte;
  uv_buf_t buf = uv_buf_init(&byte, 1);
  uv_timer_t timer;
  CHECK_EQ(pipe(pipe_ends), 0);
  CHECK_OK(uv_fs_read(loop, &read_req, pipe_ends[0], &buf, 1, -1, on_read));
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_OK(uv_timer_start(&timer, cancel_read, 10, 0));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(read_calls, 1);
  CHECK_EQ(close(pipe_ends[0]), 0);
  if (cancel_status == 0)
    CHECK_EQ(close(pipe_ends[1]), 0);
  finish_loop(loop);
  if (cancel_status != 0)
    SKIP("the read was not made through io_uring");
}
