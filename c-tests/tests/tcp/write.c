/* Writing to a peer in this process: sizes of the queue, order, cancelling,
 * half-open connections. */
#include "../stream/streams.h"

static uv_tcp_t server;
static uv_tcp_t client;
static uv_tcp_t peer;
static uv_timer_t timer;
static uv_connect_t connect_req;
static int connect_calls;
static int connection_calls;
static int write_calls;
static int read_calls;

static void on_connect(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req, &connect_req);
  CHECK_OK(status);
  connect_calls++;
}

static void close_all(void) {
  CLOSE(&client);
  CLOSE(&server);
  CLOSE(&peer);
}

static void check_one_of_each(void) {
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(connection_calls, 1);
  CHECK_EQ(close_calls, 3);
}

static void on_connection_accept(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  connection_calls++;
  tcp_accept(listener, &peer);
}

/* ---- tcp_write_in_a_row ---- */

enum { BIG = 10 * 1024 * 1024 };

static char* big;

static void alloc_small(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char small[1024];
  (void) handle, (void) size;
  *buf = uv_buf_init(small, sizeof(small));
}

static void on_peer_read(uv_stream_t* stream, ssize_t nread,
                         const uv_buf_t* buf) {
  (void) stream, (void) buf;
  CHECK_GE(nread, 0);
}

static void on_connection_drain(uv_stream_t* listener, int status) {
  on_connection_accept(listener, status);
  CHECK_OK(uv_read_start(STREAM(&peer), alloc_small, on_peer_read));
}

static void on_row_write(uv_write_t* req, int status) {
  CHECK_OK(status);
  CHECK_EQ(uv_stream_get_write_queue_size(req->handle), 0);
  if (++write_calls == 2)
    close_all();
}

static void on_connect_write_row(uv_connect_t* req, int status) {
  static uv_write_t big_req;
  static uv_write_t small_req;
  uv_buf_t buf = uv_buf_init(big, BIG);
  size_t queued;
  on_connect(req, status);
  CHECK_OK(uv_write(&big_req, req->handle, &buf, 1, on_row_write));
  queued = uv_stream_get_write_queue_size(req->handle);
  CHECK_GT(queued, 0);
  CHECK_OK(write_text(req->handle, &small_req, "x", on_row_write));
  CHECK_EQ(uv_stream_get_write_queue_size(req->handle), queued + 1);
  CHECK_EQ(write_calls, 0);
}

TEST(tcp_write_in_a_row) {
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection_drain);
  big = calloc(1, BIG);
  CHECK_NOT_NULL(big);
  tcp_client(uv_default_loop(), &client, &connect_req, port,
             on_connect_write_row);
  run_dry();
  check_one_of_each();
  CHECK_EQ(write_calls, 2);
  free(big);
  finish_loop(uv_default_loop());
}

/* ---- tcp_write_in_read_cb_backend_timeout ---- */

static uv_write_t ping_req;
static uv_write_t pong_req;
static int pongs_written;

static void ignore_read(uv_stream_t* stream, ssize_t nread,
                        const uv_buf_t* buf) {
  (void) stream, (void) nread, (void) buf;
}

static void count_write(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  write_calls++;
}

static void on_pong_written(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &pong_req);
  CHECK_OK(status);
  pongs_written++;
}

static void on_ping_read(uv_stream_t* stream, ssize_t nread,
                         const uv_buf_t* buf) {
  (void) buf;
  CHECK_EQ(nread, 4);
  read_calls++;
  CHECK_OK(write_text(stream, &pong_req, "PONG", on_pong_written));
  CHECK_EQ(stream->write_queue_size, 0);
}

static void on_connection_answer(uv_stream_t* listener, int status) {
  on_connection_accept(listener, status);
  CHECK_OK(uv_read_start(STREAM(&peer), alloc_shared, on_ping_read));
}

static void on_connect_ask(uv_connect_t* req, int status) {
  on_connect(req, status);
  CHECK_OK(uv_read_start(req->handle, alloc_shared, ignore_read));
  CHECK_OK(write_text(req->handle, &ping_req, "PING", count_write));
}

TEST(tcp_write_in_read_cb_backend_timeout) {
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection_answer);
  tcp_client(uv_default_loop(), &client, &connect_req, port, on_connect_ask);
  while (pongs_written == 0)
    CHECK_EQ(uv_run(uv_default_loop(), UV_RUN_ONCE), 1);
  CHECK_EQ(uv_backend_timeout(uv_default_loop()), -1);
  CHECK_EQ(pongs_written, 1);
  CHECK_EQ(read_calls, 1);
  close_all();
  run_dry();
  check_one_of_each();
  finish_loop(uv_default_loop());
}

/* ---- tcp_write_nwritten ---- */

static void on_nwritten(uv_write_t* req, int status) {
  CHECK_OK(status);
  CHECK_EQ(uv_write_nwritten(req), 1024);
  write_calls++;
}

/* Closes once both ends have had their turn. */
static void close_after_write(uv_check_t* check) {
  if (write_calls == 0 || connection_calls == 0)
    return;
  close_all();
  uv_close((uv_handle_t*) check, NULL);
}

static void on_connect_write_kilobyte(uv_connect_t* req, int status) {
  static uv_write_t write_req;
  static char kilobyte[1024];
  uv_buf_t buf = uv_buf_init(kilobyte, sizeof(kilobyte));
  on_connect(req, status);
  CHECK_OK(uv_write(&write_req, req->handle, &buf, 1, on_nwritten));
}

TEST(tcp_write_nwritten) {
  uv_check_t check;
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection_accept);
  CHECK_OK(uv_check_init(uv_default_loop(), &check));
  CHECK_OK(uv_check_start(&check, close_after_write));
  tcp_client(uv_default_loop(), &client, &connect_req, port,
             on_connect_write_kilobyte);
  run_dry();
  check_one_of_each();
  CHECK_EQ(write_calls, 1);
  finish_loop(uv_default_loop());
}

/* ---- tcp_write_queue_order ---- */

enum { QUEUED = 10000 };

static uv_write_t queued_reqs[QUEUED];
static int written;
static int canceled;
static int failed;

static void on_queued_write(uv_write_t* req, int status) {
  /* In the order of the calls, whatever the outcome. */
  CHECK_PTR_EQ(req, &queued_reqs[written + canceled + failed]);
  if (status == 0)
    written++;
  else if (status == UV_ECANCELED)
    canceled++;
  else
    failed++;
}

static void on_timer_close_all(uv_timer_t* handle) {
  uv_close((uv_handle_t*) handle, NULL);
  close_all();
}

/* Once both ends know of the connection. */
static void start_closing_timer(void) {
  if (connect_calls == 0 || connection_calls == 0)
    return;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, on_timer_close_all, 200, 0));
}

static void on_connect_queue(uv_connect_t* req, int status) {
  static char kilobyte[1024];
  uv_buf_t buf = uv_buf_init(kilobyte, sizeof(kilobyte));
  int size = 16 * 1024;
  int i;
  on_connect(req, status);
  CHECK_OK(uv_send_buffer_size((uv_handle_t*) req->handle, &size));
  for (i = 0; i < QUEUED; i++)
    CHECK_OK(uv_write(&queued_reqs[i], req->handle, &buf, 1,
                      on_queued_write));
  start_closing_timer();
}

static void on_connection_start_timer(uv_stream_t* listener, int status) {
  on_connection_accept(listener, status);
  start_closing_timer();
}

TEST(tcp_write_queue_order) {
  int port = tcp_serve(uv_default_loop(), &server, 128,
                       on_connection_start_timer);
  tcp_client(uv_default_loop(), &client, &connect_req, port,
             on_connect_queue);
  run_dry();
  check_one_of_each();
  CHECK_GT(written, 0);
  CHECK_GT(canceled, 0);
  CHECK_EQ(written + canceled + failed, QUEUED);
  finish_loop(uv_default_loop());
}

/* ---- tcp_write_to_half_open_connection ---- */

static void on_half_open_read(uv_stream_t* stream, ssize_t nread,
                              const uv_buf_t* buf) {
  (void) buf;
  if (nread == 0)
    return;
  CHECK(nread == UV_EOF || nread == UV_ECONNRESET);
  read_calls++;
  CLOSE(&server);
  CLOSE(stream);
}

static void on_connection_write(uv_stream_t* listener, int status) {
  static uv_write_t write_req;
  on_connection_accept(listener, status);
  CHECK_OK(uv_read_start(STREAM(&peer), alloc_shared, on_half_open_read));
  CHECK_OK(write_text(&peer, &write_req, "hello\n", count_write));
}

static void on_connect_close(uv_connect_t* req, int status) {
  on_connect(req, status);
  CLOSE(req->handle);
}

TEST(tcp_write_to_half_open_connection) {
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection_write);
  tcp_client(uv_default_loop(), &client, &connect_req, port,
             on_connect_close);
  run_dry();
  check_one_of_each();
  CHECK_EQ(write_calls, 1);
  CHECK_EQ(read_calls, 1);
  finish_loop(uv_default_loop());
}
