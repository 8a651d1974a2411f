/* uv_cancel of writes that wait for a reader. */
#include "pipes.h"

enum {
  WRITES = 100,
  CANCELED = 5,
  CHUNK = 16 * 1024,
  LARGE = 1024 * 1024
};

static uv_pipe_t reader;
static uv_pipe_t writer;
static uv_write_t requests[WRITES];
static int callbacks;
static int cancellations;
static int ending;

static void finish(void) {
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(close_calls, 2);
  finish_loop(uv_default_loop());
}

/* One buffer each for even requests, four for odd ones. */
static void queue_writes(uv_write_cb cb) {
  static char chunk[CHUNK];
  uv_buf_t bufs[4];
  int i;
  for (i = 0; i < 4; i++)
    bufs[i] = uv_buf_init(chunk, sizeof(chunk));
  for (i = 0; i < WRITES; i++)
    CHECK_OK(uv_write(&requests[i], STREAM(&writer), bufs, i % 2 ? 4 : 1, cb));
  CHECK_EQ(callbacks, 0);
}

/* ---- The last few ---- */

static void on_write(uv_write_t* req, int status) {
  callbacks++;
  if (ending) {
    CHECK_LT(req - requests, WRITES - CANCELED);
    CHECK_NE(status, 0);
    return;
  }
  if (req - requests < WRITES - CANCELED) {
    /* The first ones that fit into the pipe. */
    CHECK_OK(status);
    return;
  }
  CHECK_ERR(UV_ECANCELED, status);
  CHECK_EQ(close_calls, 0);
  if (++cancellations < CANCELED)
    return;
  ending = 1;
  CLOSE(&writer);
  CLOSE(&reader);
}

static void cancel_last(void) {
  int i;
  queue_writes(on_write);
  for (i = WRITES - CANCELED; i < WRITES; i++)
    CHECK_OK(uv_cancel((uv_req_t*) &requests[i]));
  CHECK_EQ(callbacks, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(cancellations, CANCELED);
  CHECK_EQ(callbacks, WRITES);
  finish();
}

TEST(pipe_write_cancel) {
  pipe_pair(uv_default_loop(), &reader, &writer, 0);
  cancel_last();
}

TEST(pipe_write_cancel_overlapped) {
  pipe_pair(uv_default_loop(), &reader, &writer, UV_NONBLOCK_PIPE);
  cancel_last();
}

static int established;

static void on_connect(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req->handle, &writer);
  CHECK_OK(status);
  established++;
}

static void on_connection(uv_stream_t* server, int status) {
  CHECK_OK(status);
  pipe_accept(server, &reader);
  established++;
}

TEST(pipe_write_cancel_ipc) {
  const char* path = fresh_pipe_path();
  uv_connect_t req;
  uv_pipe_t server;
  pipe_serve(uv_default_loop(), &server, path, 1, on_connection);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &writer, 1));
  uv_pipe_connect(&req, &writer, path, on_connect);
  run_until(uv_default_loop(), &established, 2);
  uv_close((uv_handle_t*) &server, NULL);
  cancel_last();
}

/* ---- All ---- */

static int seen[WRITES];

static void on_any_write(uv_write_t* req, int status) {
  callbacks++;
  CHECK_EQ(seen[req - requests]++, 0);
  cancellations += status == UV_ECANCELED;
}

static void cancel_all(int flags) {
  int i;
  pipe_pair(uv_default_loop(), &reader, &writer, flags);
  queue_writes(on_any_write);
  for (i = 0; i < WRITES; i++)
    uv_cancel((uv_req_t*) &requests[i]);
  CHECK_EQ(callbacks, 0);
  CLOSE(&writer);
  CLOSE(&reader);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(callbacks, WRITES);
  CHECK_GT(cancellations, 0);
  finish();
}

TEST(pipe_write_cancel_all) {
  cancel_all(0);
}

TEST(pipe_write_cancel_all_overlapped) {
  cancel_all(UV_NONBLOCK_PIPE);
}

/* ---- After the close ---- */

static void on_canceled_write(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &requests[0]);
  CHECK_ERR(UV_ECANCELED, status);
  callbacks++;
}

TEST(pipe_write_cancel_after_close) {
  char* data = calloc(1, LARGE);
  uv_buf_t buf = uv_buf_init(data, LARGE);
  CHECK_NOT_NULL(data);
  pipe_pair(uv_default_loop(), &reader, &writer, 0);
  CHECK_OK(uv_write(&requests[0], STREAM(&writer), &buf, 1,
                    on_canceled_write));
  CLOSE(&writer);
  CHECK_ERR(UV_EBUSY, uv_cancel((uv_req_t*) &requests[0]));
  CHECK_EQ(callbacks, 0);
  CLOSE(&reader);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(callbacks, 1);
  free(data);
  finish();
}
