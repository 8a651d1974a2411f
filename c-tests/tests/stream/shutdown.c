/* uv_shutdown: its callback, its order with reads, ends and closes. */
#include "streams.h"

static uv_tcp_t tcp;
static uv_pipe_t named_pipe;
static uv_timer_t timer;
static uv_connect_t connect_req;
static uv_shutdown_t shutdown_req;
static int connect_calls;
static int shutdown_calls;
static int timer_calls;
static int timer_close_calls;
static int bytes_read;

static void on_connect(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req, &connect_req);
  CHECK_OK(status);
  connect_calls++;
}

static void connect_and_run(uv_connect_cb cb) {
  run_echo_client(&tcp, &connect_req, cb);
  CHECK_EQ(connect_calls, 1);
}

/* ---- shutdown_close_tcp, shutdown_close_pipe ---- */

static void on_shutdown_or_cancel(uv_shutdown_t* req, int status) {
  CHECK_PTR_EQ(req, &shutdown_req);
  CHECK(status == 0 || status == UV_ECANCELED);
  CHECK_EQ(close_calls, 0);
  shutdown_calls++;
}

static void on_connect_shutdown_close(uv_connect_t* req, int status) {
  uv_handle_t* handle = (uv_handle_t*) req->handle;
  on_connect(req, status);
  CHECK_OK(uv_shutdown(&shutdown_req, req->handle, on_shutdown_or_cancel));
  CHECK_EQ(uv_is_closing(handle), 0);
  CLOSE(handle);
  CHECK_EQ(uv_is_closing(handle), 1);
  CHECK_EQ(shutdown_calls, 0);
}

TEST(shutdown_close_tcp) {
  connect_and_run(on_connect_shutdown_close);
  CHECK_EQ(shutdown_calls, 1);
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
}

TEST(shutdown_close_pipe) {
  const char* path = fresh_pipe_path();
  struct echo_server server = echo_server_start(path);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &named_pipe, 0));
  uv_pipe_connect(&connect_req, &named_pipe, path, on_connect_shutdown_close);
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(shutdown_calls, 1);
  CHECK_EQ(close_calls, 1);
  echo_server_stop(&server);
  finish_loop(uv_default_loop());
}

/* ---- not_writable_after_shutdown ---- */

static void on_shutdown_close(uv_shutdown_t* req, int status) {
  CHECK_PTR_EQ(req, &shutdown_req);
  CHECK_OK(status);
  shutdown_calls++;
  CLOSE(req->handle);
}

static void on_connect_not_writable(uv_connect_t* req, int status) {
  on_connect(req, status);
  CHECK_OK(uv_shutdown(&shutdown_req, req->handle, on_shutdown_close));
  CHECK_EQ(uv_is_writable(req->handle), 0);
  CHECK_EQ(shutdown_calls, 0);
}

TEST(not_writable_after_shutdown) {
  connect_and_run(on_connect_not_writable);
  CHECK_EQ(shutdown_calls, 1);
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
}

/* ---- shutdown_twice ---- */

static void on_connect_shutdown_twice(uv_connect_t* req, int status) {
  static uv_shutdown_t second;
  on_connect(req, status);
  CHECK_OK(uv_shutdown(&shutdown_req, req->handle, on_shutdown_close));
  CHECK_ERR(UV_ENOTCONN, uv_shutdown(&second, req->handle, never_shutdown));
}

TEST(shutdown_twice) {
  connect_and_run(on_connect_shutdown_twice);
  CHECK_EQ(shutdown_calls, 1);
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
}

/* ---- shutdown_eof ---- */

static void start_reading(uv_stream_t* stream, uv_read_cb cb) {
  CHECK_OK(uv_read_start(stream, alloc_shared, cb));
  CHECK_ERR(UV_EALREADY, uv_read_start(stream, alloc_shared, cb));
  CHECK_ERR(UV_EINVAL, uv_read_start(NULL, alloc_shared, cb));
  CHECK_ERR(UV_EINVAL, uv_read_start(stream, NULL, cb));
  CHECK_ERR(UV_EINVAL, uv_read_start(stream, alloc_shared, NULL));
}

static void count_timer_close(uv_handle_t* handle) {
  CHECK_PTR_EQ(handle, &timer);
  timer_close_calls++;
}

static void on_timer_close(uv_timer_t* handle) {
  timer_calls++;
  CHECK_EQ(eofs, 1);
  CHECK_EQ(close_calls, 0);
  CHECK_EQ(uv_is_closing((uv_handle_t*) &tcp), 0);
  uv_close((uv_handle_t*) handle, count_timer_close);
  CLOSE(&tcp);
}

/* The text comes once and in one piece, then the end. */
static void check_echo(uv_stream_t* stream, ssize_t nread,
                       const uv_buf_t* buf, const char* text) {
  CHECK_PTR_EQ(stream, &tcp);
  CHECK_EQ(eofs, 0);
  if (nread > 0) {
    CHECK_EQ(nread, strlen(text));
    CHECK_MEM_EQ(buf->base, text, strlen(text));
    CHECK_EQ(bytes_read, 0);
    bytes_read += (int) nread;
  } else if (nread < 0) {
    CHECK_ERR(UV_EOF, nread);
    CHECK_EQ(bytes_read, strlen(text));
    eofs++;
  }
}

static void on_read_q(uv_stream_t* stream, ssize_t nread,
                      const uv_buf_t* buf) {
  check_echo(stream, nread, buf, "Q");
  if (nread >= 0)
    return;
  CHECK_EQ(shutdown_calls, 1);
  /* Time to close the handle, which must not happen by itself. */
  CHECK_OK(uv_timer_init(stream->loop, &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer_close, 100, 0));
}

static void on_shutdown_first(uv_shutdown_t* req, int status) {
  CHECK_PTR_EQ(req, &shutdown_req);
  CHECK_OK(status);
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(eofs, 0);
  CHECK_EQ(timer_calls, 0);
  CHECK_EQ(close_calls, 0);
  shutdown_calls++;
}

static void on_connect_send_q(uv_connect_t* req, int status) {
  static uv_write_t write_req;
  on_connect(req, status);
  start_reading(req->handle, on_read_q);
  CHECK_OK(write_text(req->handle, &write_req, "Q", NULL));
  CHECK_OK(uv_shutdown(&shutdown_req, req->handle, on_shutdown_first));
  CHECK_EQ(shutdown_calls, 0);
}

TEST(shutdown_eof) {
  connect_and_run(on_connect_send_q);
  CHECK_EQ(bytes_read, 1);
  CHECK_EQ(shutdown_calls, 1);
  CHECK_EQ(eofs, 1);
  CHECK_EQ(timer_calls, 1);
  CHECK_EQ(close_calls, 1);
  CHECK_EQ(timer_close_calls, 1);
  finish_loop(uv_default_loop());
}

/* ---- shutdown_simultaneous ---- */

static void on_shutdown_both(uv_shutdown_t* req, int status) {
  CHECK_PTR_EQ(req, &shutdown_req);
  CHECK_OK(status);
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(close_calls, 0);
  shutdown_calls++;
}

static void on_read_qqss(uv_stream_t* stream, ssize_t nread,
                         const uv_buf_t* buf) {
  check_echo(stream, nread, buf, "QQSS");
  if (nread > 0)
    CHECK_OK(uv_shutdown(&shutdown_req, stream, on_shutdown_both));
}

static void on_connect_send_qqss(uv_connect_t* req, int status) {
  uv_buf_t buf = uv_buf_init("QQSS", 4);
  on_connect(req, status);
  start_reading(req->handle, on_read_qqss);
  CHECK_EQ(uv_try_write(req->handle, &buf, 1), 4);
}

/* Nobody closes the handle: with both sides shut down it is idle, and the loop
 * ends. */
TEST(shutdown_simultaneous) {
  connect_and_run(on_connect_send_qqss);
  CHECK_EQ(bytes_read, 4);
  CHECK_EQ(shutdown_calls, 1);
  CHECK_EQ(eofs, 1);
  CHECK_EQ(close_calls, 0);
  CHECK_EQ(uv_is_active((uv_handle_t*) &tcp), 0);
  finish_loop(uv_default_loop());
}
