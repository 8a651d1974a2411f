/* uv_try_write: writes at once or not at all. */
#include "../stream/streams.h"

static uv_tcp_t server;
static uv_tcp_t client;
static uv_tcp_t peer;
static uv_connect_t connect_req;
static int connect_calls;
static int connection_calls;
static ssize_t bytes_read;
static ssize_t bytes_written;

/* Tries until the connection takes it. */
static int try_write(char* data, unsigned size) {
  uv_buf_t buf = uv_buf_init(data, size);
  int written;
  do
    written = uv_try_write(STREAM(&client), &buf, 1);
  while (written == UV_EAGAIN);
  return written;
}

/* ---- tcp_try_write ---- */

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  (void) buf;
  if (nread >= 0) {
    bytes_read += nread;
    return;
  }
  CLOSE(stream);
  CLOSE(&server);
}

static void on_connection_read(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  connection_calls++;
  tcp_accept(listener, &peer);
  CHECK_OK(uv_read_start(STREAM(&peer), alloc_shared, on_read));
}

static void on_connect_try(uv_connect_t* req, int status) {
  CHECK_OK(status);
  connect_calls++;
  bytes_written = try_write("PING", 4);
  CHECK_GT(bytes_written, 0);
  CHECK_EQ(try_write("", 0), 0);
  CLOSE(req->handle);
}

TEST(tcp_try_write) {
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection_read);
  tcp_client(uv_default_loop(), &client, &connect_req, port, on_connect_try);
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(connection_calls, 1);
  CHECK_EQ(close_calls, 3);
  CHECK_EQ(bytes_read, bytes_written);
  finish_loop(uv_default_loop());
}

/* ---- tcp_try_write_error ---- */

static void on_peer_closed(uv_handle_t* handle) {
  int status;
  count_close(handle);
  do
    status = try_write("PING", 4);
  while (status >= 0);
  CHECK(status == UV_EPIPE || status == UV_ECONNABORTED ||
        status == UV_ECONNRESET);
  CHECK_EQ(client.write_queue_size, 0);
  CLOSE(&server);
}

/* Once both ends know of the connection. */
static void close_peer(void) {
  if (connect_calls > 0 && connection_calls > 0)
    uv_close((uv_handle_t*) &peer, on_peer_closed);
}

static void on_connection_close(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  connection_calls++;
  tcp_accept(listener, &peer);
  close_peer();
}

static void on_connect(uv_connect_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  connect_calls++;
  close_peer();
}

TEST(tcp_try_write_error) {
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection_close);
  tcp_client(uv_default_loop(), &client, &connect_req, port, on_connect);
  /* The idle client does not keep the loop running. */
  run_dry();
  CHECK_EQ(close_calls, 2);
  CHECK_EQ(uv_is_closing((uv_handle_t*) &client), 0);
  CLOSE(&client);
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(connection_calls, 1);
  CHECK_EQ(close_calls, 3);
  finish_loop(uv_default_loop());
}
