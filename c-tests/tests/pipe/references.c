/* Pipes without a reference do not keep the loop going; their requests do. */
#include "pipes.h"

static uv_pipe_t handle;
static char payload[32767];
static uv_connect_t connect_req;
static uv_write_t write_req;
static uv_shutdown_t shutdown_req;
static int connects, writes, shutdowns;

static void run_at_once_then_close(void) {
  uv_unref((uv_handle_t*) &handle);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CLOSE(&handle);
  CHECK_EQ(close_calls, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
}

TEST(pipe_ref) {
  CHECK_OK(uv_pipe_init(uv_default_loop(), &handle, 0));
  run_at_once_then_close();
}

TEST(pipe_ref2) {
  CHECK_OK(uv_pipe_init(uv_default_loop(), &handle, 0));
  CHECK_LT(uv_listen(STREAM(&handle), 128, never_connection), 0);
  run_at_once_then_close();
}

static void on_shutdown(uv_shutdown_t* req, int status) {
  CHECK_PTR_EQ(req, &shutdown_req);
  CHECK_OK(status);
  shutdowns++;
}

static void on_write(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &write_req);
  CHECK_OK(status);
  writes++;
  CHECK_OK(uv_shutdown(&shutdown_req, req->handle, on_shutdown));
}

static void connect_then_shutdown(uv_connect_t* req, int status) {
  CHECK_OK(status);
  connects++;
  CHECK_OK(uv_shutdown(&shutdown_req, req->handle, on_shutdown));
}

static void connect_then_write(uv_connect_t* req, int status) {
  uv_buf_t buf = uv_buf_init(payload, sizeof(payload));
  CHECK_OK(status);
  connects++;
  CHECK_OK(uv_write(&write_req, req->handle, &buf, 1, on_write));
}

static void run_requests(uv_connect_cb cb, int expected_writes) {
  const char* path = fresh_pipe_path();
  struct echo_server server = echo_server_start(path);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &handle, 0));
  uv_pipe_connect(&connect_req, &handle, path, cb);
  uv_unref((uv_handle_t*) &handle);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connects, 1);
  CHECK_EQ(writes, expected_writes);
  CHECK_EQ(shutdowns, 1);
  echo_server_stop(&server);
  run_at_once_then_close();
}

TEST(pipe_ref3) {
  run_requests(connect_then_shutdown, 0);
}

TEST(pipe_ref4) {
  run_requests(connect_then_write, 1);
}
