/* Reading: buffers refused, stopping and restarting, data that nobody reads,
 * urgent data. */
#include "../stream/streams.h"

static uv_tcp_t server;
static uv_tcp_t client;
static uv_tcp_t peer;
static uv_timer_t timer;
static uv_check_t check;
static uv_idle_t idle;
static uv_connect_t connect_req;
static uv_write_t write_req;
static uv_write_t answer_req;
static int connect_calls;
static int connection_calls;
static int write_calls;
static int read_calls;
static int alloc_calls;

static void count_write(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  write_calls++;
}

static void on_connect(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req, &connect_req);
  CHECK_OK(status);
  connect_calls++;
}

/* ---- tcp_alloc_cb_fail ---- */

static void alloc_nothing(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle, (void) size, (void) buf;
  alloc_calls++;
}

static void on_read_without_buffer(uv_stream_t* stream, ssize_t nread,
                                   const uv_buf_t* buf) {
  CHECK_PTR_EQ(stream, &peer);
  CHECK_ERR(UV_ENOBUFS, nread);
  CHECK_NULL(buf->base);
  CHECK_EQ(buf->len, 0);
  read_calls++;
  CLOSE(&peer);
  CLOSE(&client);
  CLOSE(&server);
}

static void on_connection_no_buffer(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  connection_calls++;
  tcp_accept(listener, &peer);
  CHECK_OK(uv_read_start(STREAM(&peer), alloc_nothing,
                         on_read_without_buffer));
}

static void on_connect_write_seven(uv_connect_t* req, int status) {
  on_connect(req, status);
  CHECK_OK(write_text(req->handle, &write_req, "a hello", count_write));
}

TEST(tcp_alloc_cb_fail) {
  int port = tcp_serve(uv_default_loop(), &server, 128,
                       on_connection_no_buffer);
  tcp_client(uv_default_loop(), &client, &connect_req, port,
             on_connect_write_seven);
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(connection_calls, 1);
  CHECK_EQ(write_calls, 1);
  CHECK_EQ(alloc_calls, 1);
  CHECK_EQ(read_calls, 1);
  CHECK_EQ(close_calls, 3);
  finish_loop(uv_default_loop());
}

/* ---- tcp_read_stop ---- */

static void on_write_close(uv_write_t* req, int status) {
  count_write(req, status);
  CLOSE(&timer);
  CLOSE(&client);
}

static void on_timer_write_and_stop(uv_timer_t* handle) {
  (void) handle;
  CHECK_OK(write_text(&client, &write_req, "PING", on_write_close));
  CHECK_OK(uv_read_stop(STREAM(&client)));
}

static void on_connect_start_reading(uv_connect_t* req, int status) {
  on_connect(req, status);
  CHECK_OK(uv_timer_start(&timer, on_timer_write_and_stop, 50, 0));
  CHECK_OK(uv_read_start(req->handle, never_alloc, never_read));
}

TEST(tcp_read_stop) {
  struct echo_server echo = echo_server_start("127.0.0.1");
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  tcp_client(uv_default_loop(), &client, &connect_req, echo.port,
             on_connect_start_reading);
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(write_calls, 1);
  CHECK_EQ(close_calls, 2);
  echo_server_stop(&echo);
  finish_loop(uv_default_loop());
}

/* ---- tcp_read_stop_start ---- */

static void on_second_read(uv_stream_t* stream, ssize_t nread,
                           const uv_buf_t* buf) {
  (void) buf;
  CHECK_PTR_EQ(stream, &peer);
  read_calls++;
  if (nread >= 0)
    return;
  CLOSE(&peer);
  CLOSE(&server);
}

static void on_first_read(uv_stream_t* stream, ssize_t nread,
                          const uv_buf_t* buf) {
  (void) buf;
  CHECK_GE(nread, 0);
  read_calls++;
  if (nread == 0)
    return;
  CHECK_OK(write_text(stream, &answer_req, "answered", count_write));
  CHECK_OK(uv_read_stop(stream));
  CHECK_OK(uv_read_start(stream, alloc_shared, on_second_read));
}

static void on_connection_read(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  connection_calls++;
  tcp_accept(listener, &peer);
  CHECK_OK(uv_read_start(STREAM(&peer), alloc_shared, on_first_read));
}

static void on_write_close_self(uv_write_t* req, int status) {
  count_write(req, status);
  CLOSE(req->handle);
}

static void on_connect_write_eight(uv_connect_t* req, int status) {
  on_connect(req, status);
  CHECK_OK(write_text(req->handle, &write_req, "question",
                      on_write_close_self));
}

TEST(tcp_read_stop_start) {
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection_read);
  tcp_client(uv_default_loop(), &client, &connect_req, port,
             on_connect_write_eight);
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(connection_calls, 1);
  CHECK_EQ(write_calls, 2);
  CHECK_GE(read_calls, 2);
  CHECK_EQ(close_calls, 3);
  finish_loop(uv_default_loop());
}

/* ---- tcp_unexpected_read ---- */

static int turns;

static void count_turn(uv_check_t* handle) {
  (void) handle;
  turns++;
}

static void on_timer_close_all(uv_timer_t* handle) {
  CLOSE(handle);
  CLOSE(&check);
  CLOSE(&server);
  CLOSE(&client);
  CLOSE(&peer);
}

/* Once both ends know of the connection. */
static void start_waiting(void) {
  if (connect_calls > 0 && connection_calls > 0)
    CHECK_OK(uv_timer_start(&timer, on_timer_close_all, 500, 0));
}

static void on_connection_write(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  connection_calls++;
  tcp_accept(listener, &peer);
  CHECK_OK(uv_read_start(STREAM(&peer), never_alloc, never_read));
  CHECK_OK(write_text(&peer, &write_req, "PING", count_write));
  start_waiting();
}

static void on_connect_wait(uv_connect_t* req, int status) {
  on_connect(req, status);
  start_waiting();
}

TEST(tcp_unexpected_read) {
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection_write);
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_check_init(uv_default_loop(), &check));
  CHECK_OK(uv_check_start(&check, count_turn));
  tcp_client(uv_default_loop(), &client, &connect_req, port, on_connect_wait);
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(connection_calls, 1);
  CHECK_EQ(write_calls, 1);
  CHECK_EQ(close_calls, 5);
  /* Waits instead of turning on what nobody reads. */
  CHECK_GT(turns, 0);
  CHECK_LE(turns, 20);
  finish_loop(uv_default_loop());
}

/* ---- tcp_oob ---- */

enum { TICKS = 10 };

static int ticks;

static void on_idle(uv_idle_t* handle) {
  if (++ticks < TICKS)
    return;
  CLOSE(handle);
  CLOSE(&server);
  CLOSE(&client);
  CLOSE(&peer);
}

static void on_urgent_read(uv_stream_t* stream, ssize_t nread,
                           const uv_buf_t* buf) {
  (void) stream, (void) buf;
  CHECK_GE(nread, 0);
  read_calls++;
  CHECK_OK(uv_idle_start(&idle, on_idle));
}

static void on_connection_send_urgent(uv_stream_t* listener, int status) {
  uv_os_fd_t fd = -1;
  int i;
  CHECK_OK(status);
  connection_calls++;
  tcp_accept(listener, &peer);
  CHECK_OK(uv_read_start(STREAM(&peer), alloc_shared, on_urgent_read));
  CHECK_OK(uv_fileno((uv_handle_t*) &client, &fd));
  CHECK_OK(uv_stream_set_blocking(STREAM(&client), 1));
  for (i = 0; i < 2; i++)
    CHECK_EQ(send(fd, "hello", 5, MSG_OOB), 5);
  CHECK_OK(uv_stream_set_blocking(STREAM(&client), 0));
}

TEST(tcp_oob) {
  struct sockaddr_in address =
      loopback4(tcp_serve(uv_default_loop(), &server, 1,
                          on_connection_send_urgent));
  CHECK_OK(uv_idle_init(uv_default_loop(), &idle));
  CHECK_OK(uv_tcp_init(uv_default_loop(), &client));
  CHECK_OK(uv_tcp_nodelay(&client, 1));
  CHECK_OK(uv_tcp_connect(&connect_req, &client, ADDR(&address), on_connect));
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(connection_calls, 1);
  CHECK_GT(read_calls, 0);
  CHECK_EQ(ticks, TICKS);
  CHECK_EQ(close_calls, 4);
  finish_loop(uv_default_loop());
}
