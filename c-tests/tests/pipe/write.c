/* What a write reports, blocking writes, buffers without content. */
#include "pipes.h"

#include <sys/ioctl.h>

static uv_pipe_t reader;
static uv_pipe_t writer;
static uv_write_t write_req;
static int writes;

static void finish(int closes) {
  CHECK_EQ(close_calls, closes);
  finish_loop(uv_default_loop());
}

/* ---- pipe_write_nwritten ---- */

enum { WRITTEN = 1024 };

static void on_write_counted(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &write_req);
  CHECK_OK(status);
  CHECK_EQ(uv_write_nwritten(req), WRITTEN);
  writes++;
  CLOSE(&writer);
  CLOSE(&reader);
}

TEST(pipe_write_nwritten) {
  static char data[WRITTEN];
  uv_buf_t buf = uv_buf_init(data, sizeof(data));
  pipe_pair(uv_default_loop(), &reader, &writer, 0);
  CHECK_OK(uv_write(&write_req, STREAM(&writer), &buf, 1, on_write_counted));
  CHECK_EQ(writes, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(writes, 1);
  finish(2);
}

/* ---- pipe_write_trailing_empty_buf ---- */

static void on_write_close(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &write_req);
  CHECK_OK(status);
  writes++;
  CLOSE(req->handle);
}

TEST(pipe_write_trailing_empty_buf) {
  uv_buf_t bufs[2] = { uv_buf_init("hello\n", 6), uv_buf_init(NULL, 0) };
  int fd = open("/dev/null", O_WRONLY);
  CHECK_GE(fd, 0);
  pipe_take(uv_default_loop(), &writer, fd);
  CHECK_OK(uv_write(&write_req, STREAM(&writer), bufs, 2, on_write_close));
  CHECK_EQ(writes, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(writes, 1);
  finish(1);
}

/* ---- pipe_set_non_blocking ---- */

enum { CHUNK = 4096, TOTAL = 10 << 20 };

static char chunk[CHUNK];

/* Waits until the writer has filled the pipe, and so cannot but block. */
static void wait_until_full(int fd) {
#ifdef F_GETPIPE_SZ
  int capacity = fcntl(fd, F_GETPIPE_SZ);
  int pending = 0;
  CHECK_GT(capacity, 0);
  while (pending < capacity) {
    uv_sleep(1);
    CHECK_EQ(ioctl(fd, FIONREAD, &pending), 0);
  }
#else
  uv_sleep(100);
#endif
}

/* Counts what uv_fs_read gives until the end of the input. */
static void* drain(void* arg) {
  static char data[CHUNK];
  uv_buf_t buf = uv_buf_init(data, sizeof(data));
  uv_file fd = *(uv_file*) arg;
  uv_fs_t req;
  size_t total = 0;
  ssize_t got;
  wait_until_full(fd);
  do {
    got = uv_fs_read(NULL, &req, fd, &buf, 1, -1, NULL);
    CHECK_EQ(got, req.result);
    uv_fs_req_cleanup(&req);
    CHECK_GE(got, 0);
    total += (size_t) got;
  } while (got > 0);
  CHECK_EQ(total, TOTAL);
  return NULL;
}

TEST(pipe_set_non_blocking) {
  uv_buf_t buf = uv_buf_init(chunk, sizeof(chunk));
  pthread_t thread;
  uv_file fds[2];
  int sent;
  CHECK_OK(uv_pipe(fds, 0, 0));
  pipe_take(uv_default_loop(), &writer, fds[1]);
  CHECK_OK(uv_stream_set_blocking(STREAM(&writer), 1));
  CHECK_EQ(pthread_create(&thread, NULL, drain, &fds[0]), 0);
  for (sent = 0; sent < TOTAL; sent += CHUNK)
    CHECK_EQ(uv_try_write(STREAM(&writer), &buf, 1), CHUNK);
  CLOSE(&writer);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(close(fds[0]), 0);
  finish(1);
}
