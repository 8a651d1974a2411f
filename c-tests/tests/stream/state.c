/* Whether a stream is readable and writable, after errors and ends; and that
 * no callback runs inside the call that causes it. */
#include "streams.h"

static uv_tcp_t client;
static uv_timer_t timer;
static uv_connect_t connect_req;
static uv_write_t write_req;
static uv_shutdown_t shutdown_req;
static int connect_calls;
static int write_calls;
static int read_calls;
static int shutdown_calls;
static int timer_calls;
static int bytes_read;

static void connect_and_run(uv_connect_cb cb) {
  run_echo_client(&client, &connect_req, cb);
  CHECK_EQ(connect_calls, 1);
}

static void count_write(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &write_req);
  CHECK_OK(status);
  write_calls++;
}

static void check_state(void* stream, int readable_and_writable) {
  CHECK_EQ(uv_is_readable(stream), readable_and_writable);
  CHECK_EQ(uv_is_writable(stream), readable_and_writable);
}

/* ---- not_readable_nor_writable_on_read_error ---- */

static void on_read_error(uv_stream_t* stream, ssize_t nread,
                          const uv_buf_t* buf) {
  (void) buf;
  CHECK_LT(nread, 0);
  CHECK_NE(nread, UV_EOF);
  check_state(stream, 0);
  read_calls++;
  CLOSE(stream);
}

static void on_connect_ask_reset(uv_connect_t* req, int status) {
  CHECK_OK(status);
  connect_calls++;
  CHECK_OK(uv_read_start(req->handle, alloc_shared, on_read_error));
  CHECK_OK(write_text(req->handle, &write_req, "QSH", count_write));
}

TEST(not_readable_nor_writable_on_read_error) {
  connect_and_run(on_connect_ask_reset);
  CHECK_EQ(write_calls, 1);
  CHECK_EQ(read_calls, 1);
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
}

/* ---- readable_on_eof ---- */

static void on_read_eof(uv_stream_t* stream, ssize_t nread,
                        const uv_buf_t* buf) {
  (void) buf;
  if (nread == 0)
    return;
  CHECK_ERR(UV_EOF, nread);
  CHECK_EQ(write_calls, 1);
  check_state(stream, 1);
  if (++read_calls == 1) {
    CHECK_OK(uv_read_start(stream, alloc_shared, on_read_eof));
    return;
  }
  CLOSE(stream);
  check_state(stream, 0);
}

static void on_connect_ask_close(uv_connect_t* req, int status) {
  CHECK_OK(status);
  connect_calls++;
  check_state(req->handle, 1);
  CHECK_OK(uv_read_start(req->handle, alloc_shared, on_read_eof));
  CHECK_OK(write_text(req->handle, &write_req, "QS", count_write));
}

TEST(readable_on_eof) {
  connect_and_run(on_connect_ask_close);
  CHECK_EQ(read_calls, 2);
  CHECK_EQ(write_calls, 1);
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
}

/* ---- callback_stack ---- */

static const char message[] = "One after the other, never one in the other!!!";

enum { MESSAGE = sizeof(message) - 1 };

/* How many calls into the library are under way. */
static int nesting;

#define NEST(call)                                                             \
  do {                                                                         \
    nesting++;                                                                 \
    call;                                                                      \
    nesting--;                                                                 \
  } while (0)

static void on_nested_close(uv_handle_t* handle) {
  CHECK_EQ(nesting, 0);
  count_close(handle);
}

static void on_nested_shutdown(uv_shutdown_t* req, int status) {
  CHECK_EQ(nesting, 0);
  CHECK_PTR_EQ(req, &shutdown_req);
  CHECK_OK(status);
  shutdown_calls++;
}

static void on_nested_read(uv_stream_t* stream, ssize_t nread,
                           const uv_buf_t* buf) {
  (void) buf;
  CHECK_EQ(nesting, 0);
  if (nread == 0)
    return;
  if (nread < 0) {
    CHECK_ERR(UV_EOF, nread);
    CHECK_EQ(bytes_read, MESSAGE);
    NEST(uv_close((uv_handle_t*) stream, on_nested_close));
    return;
  }
  bytes_read += (int) nread;
  if (bytes_read == MESSAGE)
    NEST(CHECK_OK(uv_shutdown(&shutdown_req, stream, on_nested_shutdown)));
}

static void on_nested_timer(uv_timer_t* handle) {
  CHECK_EQ(nesting, 0);
  CHECK_PTR_EQ(handle, &timer);
  timer_calls++;
  NEST(CHECK_OK(uv_read_start(STREAM(&client), alloc_shared, on_nested_read)));
  NEST(uv_close((uv_handle_t*) handle, on_nested_close));
}

/* Leaves the echo the time to arrive, so that it can be read at once. */
static void on_nested_write(uv_write_t* req, int status) {
  CHECK_EQ(nesting, 0);
  CHECK_PTR_EQ(req, &write_req);
  CHECK_OK(status);
  write_calls++;
  NEST(CHECK_OK(uv_timer_init(uv_default_loop(), &timer)));
  NEST(CHECK_OK(uv_timer_start(&timer, on_nested_timer, 100, 0)));
}

static void on_nested_connect(uv_connect_t* req, int status) {
  CHECK_EQ(nesting, 0);
  CHECK_PTR_EQ(req, &connect_req);
  CHECK_OK(status);
  connect_calls++;
  NEST(CHECK_OK(write_text(req->handle, &write_req, message,
                           on_nested_write)));
}

TEST(callback_stack) {
  struct echo_server server = echo_server_start("127.0.0.1");
  CHECK_EQ(MESSAGE, 46);
  NEST(tcp_client(uv_default_loop(), &client, &connect_req, server.port,
                  on_nested_connect));
  run_dry();
  CHECK_EQ(nesting, 0);
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(write_calls, 1);
  CHECK_EQ(timer_calls, 1);
  CHECK_EQ(bytes_read, MESSAGE);
  CHECK_EQ(shutdown_calls, 1);
  CHECK_EQ(close_calls, 2);
  echo_server_stop(&server);
  finish_loop(uv_default_loop());
}
