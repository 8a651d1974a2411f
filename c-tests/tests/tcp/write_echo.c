/* Writing to the echo server: a shutdown behind the writes, more buffers than
 * one system call takes, a descriptor closed behind the library's back. */
#include "../stream/streams.h"

static uv_tcp_t client;
static uv_timer_t timer;
static uv_connect_t connect_req;
static uv_shutdown_t shutdown_req;
static uv_write_t write_req;
static int connect_calls;
static int write_calls;
static int shutdown_calls;
static int timer_close_calls;

static void connect_and_run(uv_connect_cb cb) {
  run_echo_client(&client, &connect_req, cb);
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(close_calls, 1);
}

static void on_connect(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req, &connect_req);
  CHECK_OK(status);
  connect_calls++;
}

static void count_write(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  CHECK_EQ(shutdown_calls, 0);
  write_calls++;
}

/* ---- tcp_shutdown_after_write ---- */

static void alloc_small(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char small[64];
  (void) handle, (void) size;
  *buf = uv_buf_init(small, sizeof(small));
}

static void ignore_read(uv_stream_t* stream, ssize_t nread,
                        const uv_buf_t* buf) {
  (void) stream, (void) nread, (void) buf;
}

static void on_shutdown_close(uv_shutdown_t* req, int status) {
  CHECK_PTR_EQ(req, &shutdown_req);
  CHECK_OK(status);
  CHECK_EQ(write_calls, 1);
  shutdown_calls++;
  CLOSE(req->handle);
}

static void count_timer_close(uv_handle_t* handle) {
  CHECK_PTR_EQ(handle, &timer);
  timer_close_calls++;
}

static void on_timer_write(uv_timer_t* handle) {
  uv_close((uv_handle_t*) handle, count_timer_close);
  CHECK_OK(write_text(&client, &write_req, "TEST", count_write));
  CHECK_OK(uv_shutdown(&shutdown_req, STREAM(&client), on_shutdown_close));
}

static void on_connect_wait(uv_connect_t* req, int status) {
  on_connect(req, status);
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer_write, 125, 0));
  CHECK_OK(uv_read_start(req->handle, alloc_small, ignore_read));
}

TEST(tcp_shutdown_after_write) {
  connect_and_run(on_connect_wait);
  CHECK_EQ(write_calls, 1);
  CHECK_EQ(shutdown_calls, 1);
  CHECK_EQ(timer_close_calls, 1);
  finish_loop(uv_default_loop());
}

/* ---- tcp_write_fail ---- */

static void on_failed_write(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &write_req);
  CHECK_ERR(UV_EBADF, status);
  write_calls++;
  CLOSE(req->handle);
}

static void on_connect_close_fd(uv_connect_t* req, int status) {
  uv_os_fd_t fd = -1;
  on_connect(req, status);
  CHECK_OK(uv_fileno((uv_handle_t*) req->handle, &fd));
  CHECK_EQ(close(fd), 0);
  CHECK_OK(write_text(req->handle, &write_req, "hello\n", on_failed_write));
  CHECK_EQ(write_calls, 0);
}

TEST(tcp_write_fail) {
  uv_buf_t buf = uv_buf_init("PING", 4);
  uv_tcp_t unconnected;
  CHECK_OK(uv_tcp_init(uv_default_loop(), &unconnected));
  CHECK_ERR(UV_EINVAL,
            uv_write(&write_req, STREAM(&unconnected), &buf, 0, never_write));
  CHECK_ERR(UV_EINVAL, uv_write(&write_req, STREAM(&unconnected), &buf,
                                (unsigned) -42, never_write));
  connect_and_run(on_connect_close_fd);
  CHECK_EQ(write_calls, 1);
  finish_loop(uv_default_loop());
}

/* ---- tcp_writealot ---- */

enum { A_LOT = 3, BUFS = 4096, BUF_SIZE = 10024, TOTAL = A_LOT * BUFS * BUF_SIZE };

static char* sent;
static size_t received;

static void on_lot_shutdown(uv_shutdown_t* req, int status) {
  CHECK_PTR_EQ(req, &shutdown_req);
  CHECK_OK(status);
  CHECK_EQ(write_calls, A_LOT);
  CHECK_EQ(req->handle->write_queue_size, 0);
  CHECK_EQ(close_calls, 0);
  shutdown_calls++;
}

static void on_lot_read(uv_stream_t* stream, ssize_t nread,
                        const uv_buf_t* buf) {
  (void) buf;
  if (nread >= 0) {
    received += (size_t) nread;
    return;
  }
  CHECK_ERR(UV_EOF, nread);
  CHECK_EQ(received, TOTAL);
  CLOSE(stream);
}

static void on_connect_write_a_lot(uv_connect_t* req, int status) {
  static uv_write_t reqs[A_LOT];
  static uv_buf_t bufs[BUFS];
  char* next = sent;
  int i;
  int j;
  on_connect(req, status);
  for (i = 0; i < A_LOT; i++) {
    for (j = 0; j < BUFS; j++, next += BUF_SIZE)
      bufs[j] = uv_buf_init(next, BUF_SIZE);
    CHECK_OK(uv_write(&reqs[i], req->handle, bufs, BUFS, count_write));
  }
  CHECK_OK(uv_shutdown(&shutdown_req, req->handle, on_lot_shutdown));
  CHECK_OK(uv_read_start(req->handle, alloc_shared, on_lot_read));
}

TEST(tcp_writealot) {
  sent = calloc(1, TOTAL);
  CHECK_NOT_NULL(sent);
  connect_and_run(on_connect_write_a_lot);
  CHECK_EQ(shutdown_calls, 1);
  CHECK_EQ(write_calls, A_LOT);
  CHECK_EQ(received, TOTAL);
  free(sent);
  finish_loop(uv_default_loop());
}
