/* Names that can be bound, and listening on what is or is not bound. */
#include "pipes.h"

static void finish(int closes) {
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close_calls, closes);
  finish_loop(uv_default_loop());
}

/* Asks for so many instances first, unless that is 0. */
static void bind_path_twice(int instances, int listen_too) {
  uv_pipe_t pipes[2];
  const char* path = fresh_pipe_path();
  int i;
  for (i = 0; i < 2; i++) {
    CHECK_OK(uv_pipe_init(uv_default_loop(), &pipes[i], 0));
    if (instances != 0)
      uv_pipe_pending_instances(&pipes[i], instances);
    CHECK_ERR(i == 0 ? 0 : UV_EADDRINUSE, uv_pipe_bind(&pipes[i], path));
  }
  if (listen_too) {
    CHECK_OK(uv_listen(STREAM(&pipes[0]), SOMAXCONN, NULL));
    CHECK_ERR(UV_EINVAL, uv_listen(STREAM(&pipes[1]), SOMAXCONN, NULL));
  }
  CLOSE(&pipes[0]);
  CLOSE(&pipes[1]);
  finish(2);
}

TEST(pipe_bind_error_addrinuse) {
  bind_path_twice(0, 1);
}

TEST(pipe_bind_error_addrinuse_pending_instances) {
  bind_path_twice(32, 0);
}

TEST(pipe_bind_error_addrnotavail) {
  uv_pipe_t pipe;
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pipe, 0));
  CHECK_ERR(UV_EACCES, uv_pipe_bind(&pipe, "/nowhere/at/all/pipe"));
  CLOSE(&pipe);
  finish(1);
}

TEST(pipe_bind_error_inval) {
  uv_pipe_t pipe;
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pipe, 0));
  CHECK_OK(uv_pipe_bind(&pipe, fresh_pipe_path()));
  CHECK_ERR(UV_EINVAL, uv_pipe_bind(&pipe, fresh_pipe_path()));
  CLOSE(&pipe);
  finish(1);
}

TEST(pipe_bind_or_listen_error_after_close) {
  uv_pipe_t pipe;
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pipe, 0));
  CLOSE(&pipe);
  CHECK_ERR(UV_EINVAL, uv_pipe_bind(&pipe, fresh_pipe_path()));
  CHECK_ERR(UV_EINVAL, uv_listen(STREAM(&pipe), SOMAXCONN, never_connection));
  finish(1);
}

TEST(pipe_listen_without_bind) {
  uv_pipe_t pipe;
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pipe, 0));
  CHECK_ERR(UV_EINVAL, uv_listen(STREAM(&pipe), SOMAXCONN, NULL));
  CLOSE(&pipe);
  finish(1);
}

TEST(pipe_pending_instances) {
  uv_pipe_t pipe;
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pipe, 0));
  uv_pipe_pending_instances(&pipe, 8);
  CHECK_OK(uv_pipe_bind(&pipe, fresh_pipe_path()));
  uv_pipe_pending_instances(&pipe, 16);
  CHECK_OK(uv_listen(STREAM(&pipe), 128, never_connection));
  CLOSE(&pipe);
  finish(1);
}

/* ---- Names of the wrong length ---- */

static int refused;

static void on_refused(uv_connect_t* req, int status) {
  CHECK_ERR(UV_EINVAL, status);
  refused++;
  CLOSE(req->handle);
}

TEST(pipe_overlong_path) {
  char path[512];
  uv_pipe_t pipe;
  uv_connect_t req;
  memset(path, '@', sizeof(path));
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pipe, 0));
  CHECK_ERR(UV_EINVAL, uv_pipe_bind2(&pipe, path, sizeof(path),
                                     UV_PIPE_NO_TRUNCATE));
  CHECK_ERR(UV_EINVAL, uv_pipe_connect2(&req, &pipe, path, sizeof(path),
                                        UV_PIPE_NO_TRUNCATE, never_connect));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  uv_pipe_connect(&req, &pipe, "", on_refused);
  CHECK_EQ(refused, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(refused, 1);
  finish(1);
}

/* ---- Permissions ---- */

static mode_t mode_of(const char* path) {
  uv_fs_t req;
  mode_t mode;
  CHECK_OK(uv_fs_stat(NULL, &req, path, NULL));
  mode = (mode_t) req.statbuf.st_mode;
  uv_fs_req_cleanup(&req);
  return mode;
}

TEST(pipe_set_chmod) {
  const mode_t readable = 0444;
  const mode_t writable = 0222;
  const char* path = fresh_pipe_path();
  uv_pipe_t pipe;
  int status;
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pipe, 0));
  CHECK_OK(uv_pipe_bind(&pipe, path));

  status = uv_pipe_chmod(&pipe, UV_READABLE);
  if (status == UV_EPERM)
    SKIP("modes of sockets cannot be changed here");
  CHECK_OK(status);
  CHECK_EQ(mode_of(path) & readable, readable);
  CHECK_OK(uv_pipe_chmod(&pipe, UV_WRITABLE));
  CHECK_EQ(mode_of(path) & writable, writable);
  CHECK_OK(uv_pipe_chmod(&pipe, UV_READABLE | UV_WRITABLE));
  CHECK_EQ(mode_of(path) & (readable | writable), readable | writable);

  CHECK_ERR(UV_EBADF, uv_pipe_chmod(NULL, UV_READABLE));
  CHECK_ERR(UV_EINVAL, uv_pipe_chmod(&pipe, 12345678));
  CLOSE(&pipe);
  CHECK_ERR(UV_EBADF, uv_pipe_chmod(&pipe, UV_READABLE));
  finish(1);
}
