/* Bytes over a channel: very many in both directions, and none. */
#include "channel.h"

enum { WRITES = 256, BUFS = 3, BUF_SIZE = 8192,
       TOTAL = WRITES * BUFS * BUF_SIZE, FILLER = 42 };

static uv_write_t requests[WRITES];
static uv_shutdown_t shutdown_req;
static char data[BUF_SIZE];
static size_t bytes_written;
static size_t bytes_read;
static int shutdowns;

static void on_write(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  bytes_written += BUFS * BUF_SIZE;
}

static void on_shutdown(uv_shutdown_t* req, int status) {
  CHECK(status == 0 || status == UV_ENOTCONN);
  shutdowns++;
  CLOSE(req->handle);
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  ssize_t i;
  CHECK_GE(nread, 0);
  for (i = 0; i < nread; i++)
    CHECK_EQ(buf->base[i], FILLER);
  bytes_read += (size_t) nread;
  CHECK_LE(bytes_read, TOTAL);
  if (bytes_read < TOTAL)
    return;
  CHECK_OK(uv_read_stop(stream));
  CHECK_OK(uv_shutdown(&shutdown_req, stream, on_shutdown));
}

static void start_traffic(void) {
  uv_buf_t bufs[BUFS];
  int i;
  memset(data, FILLER, sizeof(data));
  for (i = 0; i < BUFS; i++)
    bufs[i] = uv_buf_init(data, sizeof(data));
  for (i = 0; i < WRITES; i++)
    CHECK_OK(uv_write(&requests[i], STREAM(&channel), bufs, BUFS, on_write));
  CHECK_OK(uv_read_start(STREAM(&channel), alloc_shared, on_read));
}

static void check_traffic(void) {
  CHECK_EQ(bytes_read, TOTAL);
  CHECK_EQ(bytes_written, TOTAL);
  CHECK_EQ(shutdowns, 1);
  CHECK_EQ(close_calls, 1);
}

HELPER(ipc_heavy_traffic) {
  int status;
  open_channel(1);
  start_traffic();
  status = end_child();
  check_traffic();
  return status;
}

TEST(ipc_heavy_traffic_deadlock_bug) {
  start_child("ipc_heavy_traffic", NULL);
  start_traffic();
  run_to_exit();
  check_traffic();
  finish_loop(uv_default_loop());
}

/* ---- Nothing ---- */

static int writes;

static void on_empty_write(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &requests[0]);
  CHECK_OK(status);
  writes++;
  CLOSE(req->handle);
}

HELPER(ipc_writes_nothing) {
  uv_buf_t empty = uv_buf_init(NULL, 0);
  int status;
  open_channel(0);
  CHECK_OK(uv_write(&requests[0], STREAM(&channel), &empty, 1,
                    on_empty_write));
  CHECK_EQ(writes, 0);
  status = end_child();
  CHECK_EQ(writes, 1);
  return status;
}

TEST(ipc_send_zero) {
  start_child("ipc_writes_nothing", NULL);
  CHECK_OK(uv_read_start(STREAM(&channel), alloc_shared, close_at_eof));
  run_to_exit();
  CHECK_EQ(eofs, 1);
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
}
