/* Connecting to a path, with and without somebody behind it. */
#include "pipes.h"

enum { CLIENTS = 10 };

static int connects;
static int connections;

/* ---- Nobody behind the path ---- */

static uv_pipe_t lonely;
static uv_connect_t lonely_req;
static uv_prepare_t prepare;
static int expected_status;

static void on_failed_connect(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req, &lonely_req);
  CHECK_ERR(expected_status, status);
  connects++;
  CLOSE(req->handle);
  if (uv_is_active((uv_handle_t*) &prepare))
    CLOSE(&prepare);
}

static void fail_to_connect(const char* path, int error) {
  expected_status = error;
  CHECK_OK(uv_pipe_init(uv_default_loop(), &lonely, 0));
  uv_pipe_connect(&lonely_req, &lonely, path, on_failed_connect);
  CHECK_EQ(connects, 0);
}

static void run_to_failure(int closes) {
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connects, 1);
  CHECK_EQ(close_calls, closes);
  finish_loop(uv_default_loop());
}

TEST(pipe_connect_bad_name) {
  fail_to_connect("/nowhere/at/all/pipe", UV_ENOENT);
  run_to_failure(1);
}

TEST(pipe_connect_to_file) {
  write_file("empty", "", 0);
#ifdef __linux__
  fail_to_connect("empty", UV_ECONNREFUSED);
#else
  fail_to_connect("empty", UV_ENOTSOCK);
#endif
  run_to_failure(1);
}

static void on_prepare(uv_prepare_t* handle) {
  CHECK_PTR_EQ(handle, &prepare);
  fail_to_connect("nothing here", UV_ENOENT);
}

TEST(pipe_connect_on_prepare) {
  CHECK_OK(uv_prepare_init(uv_default_loop(), &prepare));
  CHECK_OK(uv_prepare_start(&prepare, on_prepare));
  run_to_failure(2);
}

/* ---- Many clients ---- */

static uv_pipe_t server;
static uv_pipe_t clients[CLIENTS];
static uv_pipe_t peers[CLIENTS];
static uv_connect_t requests[CLIENTS];
static int clients_are_closed;

static void maybe_end(void) {
  if (connects != CLIENTS || connections != CLIENTS)
    return;
  if (clients_are_closed)
    CLOSE(&server);
  else
    uv_stop(uv_default_loop());
}

static void on_connect(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req->handle, &clients[req - requests]);
  CHECK_ERR(clients_are_closed ? UV_ECANCELED : 0, status);
  connects++;
  maybe_end();
}

static void on_connection(uv_stream_t* stream, int status) {
  CHECK_PTR_EQ(stream, &server);
  CHECK_OK(status);
  CHECK_LT(connections, CLIENTS);
  pipe_accept(stream, &peers[connections]);
  if (clients_are_closed)
    uv_close((uv_handle_t*) &peers[connections], NULL);
  connections++;
  maybe_end();
}

static void connect_many(void) {
  const char* path = fresh_pipe_path();
  int i;
  pipe_serve(uv_default_loop(), &server, path, 128, on_connection);
  for (i = 0; i < CLIENTS; i++) {
    CHECK_OK(uv_pipe_init(uv_default_loop(), &clients[i], 0));
    uv_pipe_connect(&requests[i], &clients[i], path, on_connect);
    if (clients_are_closed)
      uv_close((uv_handle_t*) &clients[i], NULL);
  }
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  CHECK_EQ(connects, CLIENTS);
  CHECK_EQ(connections, CLIENTS);
  finish_loop(uv_default_loop());
}

TEST(pipe_connect_multiple) {
  connect_many();
}

TEST(pipe_connect_close_multiple) {
  clients_are_closed = 1;
  connect_many();
}

/* ---- A server that is closed by its client's callback ---- */

static void on_connect_close_both(uv_connect_t* req, int status) {
  CHECK_OK(status);
  connects++;
  CLOSE(req->handle);
  CLOSE(&server);
}

static void on_connection_ignored(uv_stream_t* stream, int status) {
  CHECK_PTR_EQ(stream, &server);
  CHECK_OK(status);
}

TEST(pipe_server_close) {
  const char* path = fresh_pipe_path();
  pipe_serve(uv_default_loop(), &server, path, 0, on_connection_ignored);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &clients[0], 0));
  uv_pipe_connect(&requests[0], &clients[0], path, on_connect_close_both);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connects, 1);
  CHECK_EQ(close_calls, 2);
  finish_loop(uv_default_loop());
}

/* ---- A program that marks its handle as readable before it connects ---- */

static void on_marked_write(uv_write_t* req, int status) {
  CHECK_OK(status);
  CLOSE(req->handle);
  CLOSE(&server);
}

static void on_marked_connect(uv_connect_t* req, int status) {
  static uv_write_t write;
  uv_buf_t buf = uv_buf_init("x", 1);
  CHECK_OK(status);
  connects++;
  CHECK_EQ(uv_is_readable(req->handle), 1);
  CHECK_EQ(uv_is_writable(req->handle), 1);
  CHECK_OK(uv_write(&write, req->handle, &buf, 1, on_marked_write));
}

TEST(pipe_connect_marked_readable) {
  const char* path = fresh_pipe_path();
  pipe_serve(uv_default_loop(), &server, path, 1, on_connection_ignored);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &clients[0], 0));
  clients[0].flags |= 0x4000; /* as uvloop does, to read from the writing end of a pipe */
  uv_pipe_connect(&requests[0], &clients[0], path, on_marked_connect);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connects, 1);
  CHECK_EQ(close_calls, 2);
  finish_loop(uv_default_loop());
}
