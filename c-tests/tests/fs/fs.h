/* What the tests of file system calls share: one request that is checked and
 * released between calls, and short forms of calling in both ways. */
#ifndef UV_TESTS_FS_H
#define UV_TESTS_FS_H

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Calls ----
 * All use `fs_req`, which keeps what the last call left until the next one.
 * SYNC and ASYNC return its result; wrong arguments, which a call refuses
 * without a result, are given to it directly, with fs_fresh() as the request. */

static uv_fs_t fs_req;
static int fs_calls;
static int fs_used;
/* What ASYNC does in the callback, if anything; forgotten after one call. */
static void (*fs_in_callback)(uv_fs_t* req);

/* Without a loop. */
#define SYNC(function, ...)                                                    \
  fs_synced(function(NULL, fs_fresh(), __VA_ARGS__, NULL))
/* With a loop, but without a callback: that is synchronous, too. */
#define SYNC_ON_LOOP(function, ...)                                            \
  fs_synced(function(uv_default_loop(), fs_fresh(), __VA_ARGS__, NULL))
/* With a callback; runs the loop until it is dry. */
#define ASYNC(type, function, ...)                                             \
  fs_awaited(type, function(uv_default_loop(), fs_fresh(), __VA_ARGS__,        \
                            fs_on_done))

/* A result stays after cleanup, while nothing else does. */
static inline void fs_release(uv_fs_t* req) {
  ssize_t result = req->result;
  uv_fs_req_cleanup(req);
  CHECK_EQ(req->result, result);
  CHECK_NULL(req->ptr);
  CHECK_NULL(req->path);
}

/* Requests need no preparation, so this one holds nothing useful. */
static inline uv_fs_t* fs_fresh(void) {
  if (fs_used)
    fs_release(&fs_req);
  memset(&fs_req, 0xDB, sizeof(fs_req));
  fs_req.data = &fs_calls;
  fs_used = 1;
  fs_calls = 0;
  return &fs_req;
}

static inline ssize_t fs_synced(int returned) {
  CHECK_EQ(returned, fs_req.result);
  return fs_req.result;
}

static inline void fs_on_done(uv_fs_t* req) {
  CHECK_PTR_EQ(req, &fs_req);
  CHECK_PTR_EQ(req->loop, uv_default_loop());
  CHECK_PTR_EQ(req->data, &fs_calls);
  fs_calls++;
  if (fs_in_callback != NULL)
    fs_in_callback(req);
}

static inline ssize_t fs_awaited(uv_fs_type type, int started) {
  CHECK_OK(started);
  CHECK_EQ(fs_calls, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(fs_calls, 1);
  CHECK_EQ(fs_req.fs_type, type);
  CHECK_EQ(uv_fs_get_type(&fs_req), type);
  fs_in_callback = NULL;
  return fs_req.result;
}

static inline void fs_never(uv_fs_t* req) {
  FAIL("callback of request %p", (void*) req);
}

/* Nothing keeps the loop alive and nothing is left on it. */
static inline void fs_finish(void) {
  CHECK_EQ(uv_run(uv_default_loop(), UV_RUN_DEFAULT), 0);
  if (fs_used)
    fs_release(&fs_req);
  finish_loop(uv_default_loop());
}

/* ---- Files ---- */

/* Twelve characters and their end. */
#define TEXT "some content"
enum { TEXT_SIZE = sizeof(TEXT) };

static inline uv_file open_file(const char* path, int flags, int mode) {
  uv_file fd = (uv_file) SYNC(uv_fs_open, path, flags, mode);
  CHECK_GE(fd, 0);
  return fd;
}

static inline void close_file(uv_file fd) {
  CHECK_OK(SYNC_ON_LOOP(uv_fs_close, fd));
}

static inline ssize_t write_text(uv_file fd, int64_t offset) {
  char text[] = TEXT;
  uv_buf_t buf = uv_buf_init(text, TEXT_SIZE);
  return SYNC(uv_fs_write, fd, &buf, 1, offset);
}

static inline void create_text(const char* path) {
  uv_file fd = open_file(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK_EQ(write_text(fd, -1), TEXT_SIZE);
  close_file(fd);
}

/* Reading at this offset into a larger buffer gives just these bytes. */
static inline void check_read(uv_file fd, int64_t offset, const void* data,
                              size_t size) {
  char space[32] = { 0 };
  uv_buf_t buf = uv_buf_init(space, sizeof(space));
  CHECK_LT(size, sizeof(space));
  CHECK_EQ(SYNC(uv_fs_read, fd, &buf, 1, offset), size);
  CHECK_MEM_EQ(space, data, size);
  CHECK_EQ(space[size], 0);
}

static inline void check_file(const char* path, int flags, const void* data,
                              size_t size) {
  uv_file fd = open_file(path, flags, 0);
  check_read(fd, 0, data, size);
  close_file(fd);
}

/* Safe within callbacks: it leaves fs_req alone. */
static inline uv_stat_t stat_of(const char* path) {
  uv_fs_t req;
  uv_stat_t result;
  CHECK_OK(uv_fs_stat(NULL, &req, path, NULL));
  CHECK_OK(req.result);
  result = req.statbuf;
  fs_release(&req);
  return result;
}

static inline int mode_of(const char* path) {
  return (int) (stat_of(path).st_mode & 0777);
}

/* The absolute path of a file in the test's directory. */
static inline const char* absolute(const char* name) {
  static char path[4096];
  size_t size = sizeof(path);
  CHECK_OK(uv_cwd(path, &size));
  snprintf(path + size, sizeof(path) - size, "/%s", name);
  return path;
}

#endif
