/* Closing a connection, and how the other end learns of it. */
#include "../stream/streams.h"

enum { WRITES = 32 };

static uv_tcp_t server;
static uv_tcp_t client;
static uv_tcp_t peer;
static uv_timer_t timer;
static uv_connect_t connect_req;
static int connection_calls;
static int connect_calls;
static int write_calls;
static int read_calls;
static int alloc_calls;

/* Listens without keeping the loop running. */
static int serve_unreferenced(uv_connection_cb cb) {
  int port = tcp_serve(uv_default_loop(), &server, 128, cb);
  uv_unref((uv_handle_t*) &server);
  return port;
}

/* ---- tcp_close ---- */

static void ignore_connection(uv_stream_t* listener, int status) {
  (void) listener;
  CHECK_OK(status);
}

static void on_write_before_close(uv_write_t* req, int status) {
  (void) status;
  CHECK_PTR_EQ(req->handle, &client);
  CHECK_EQ(close_calls, 0);
  write_calls++;
  free(req);
}

static void on_connected_write_close(uv_connect_t* req, int status) {
  int i;
  CHECK_PTR_EQ(req, &connect_req);
  CHECK_OK(status);
  connect_calls++;
  for (i = 0; i < WRITES; i++) {
    uv_write_t* write_req = malloc(sizeof(*write_req));
    CHECK_NOT_NULL(write_req);
    CHECK_OK(write_text(req->handle, write_req, "PING",
                        on_write_before_close));
  }
  CHECK_EQ(write_calls, 0);
  CLOSE(req->handle);
}

TEST(tcp_close) {
  int port = serve_unreferenced(ignore_connection);
  tcp_client(uv_default_loop(), &client, &connect_req, port,
             on_connected_write_close);
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(write_calls, WRITES);
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
}

/* ---- tcp_close_after_read_timeout ---- */

static void alloc_eight_bytes(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char bytes[8];
  (void) handle, (void) size;
  *buf = uv_buf_init(bytes, sizeof(bytes));
}

static void on_peer_read(uv_stream_t* stream, ssize_t nread,
                         const uv_buf_t* buf) {
  (void) buf;
  CHECK_ERR(UV_EOF, nread);
  read_calls++;
  CLOSE(stream);
}

static void on_connection_read(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  connection_calls++;
  tcp_accept(listener, &peer);
  CHECK_OK(uv_read_start(STREAM(&peer), alloc_shared, on_peer_read));
}

static void on_timer_give_up(uv_timer_t* handle) {
  CHECK_EQ(read_calls, 0);
  CHECK_OK(uv_read_stop(STREAM(&client)));
  CLOSE(&client);
  CLOSE(handle);
}

static void on_connected_read(uv_connect_t* req, int status) {
  CHECK_OK(status);
  connect_calls++;
  CHECK_OK(uv_read_start(req->handle, alloc_eight_bytes, never_read));
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer_give_up, 200, 0));
}

TEST(tcp_close_after_read_timeout) {
  int port = serve_unreferenced(on_connection_read);
  tcp_client(uv_default_loop(), &client, &connect_req, port,
             on_connected_read);
  run_dry();
  CHECK_EQ(connection_calls, 1);
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(read_calls, 1);
  CHECK_EQ(close_calls, 3);
  finish_loop(uv_default_loop());
}

/* ---- tcp_rst ---- */

static void alloc_counted(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  alloc_calls++;
  alloc_shared(handle, size, buf);
}

static void on_reset(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  (void) buf;
  CHECK_ERR(UV_ECONNRESET, nread);
  read_calls++;
  CLOSE(stream);
}

static void on_connected_ask_reset(uv_connect_t* req, int status) {
  uv_buf_t buf = uv_buf_init("QSH", 3);
  CHECK_PTR_EQ(req, &connect_req);
  CHECK_OK(status);
  connect_calls++;
  CHECK_OK(uv_read_start(req->handle, alloc_counted, on_reset));
  CHECK_EQ(uv_try_write(req->handle, &buf, 1), 3);
}

TEST(tcp_rst) {
  struct echo_server echo = echo_server_start("127.0.0.1");
  tcp_client(uv_default_loop(), &client, &connect_req, echo.port,
             on_connected_ask_reset);
  run_dry();
  CHECK_EQ(alloc_calls, 1);
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(read_calls, 1);
  CHECK_EQ(close_calls, 1);
  echo_server_stop(&echo);
  finish_loop(uv_default_loop());
}
