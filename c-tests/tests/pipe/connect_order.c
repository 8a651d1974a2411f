/* When the end of a connection attempt is told, and what it says by then. The
 * system connects pipes at once. */
#include "pipes.h"

enum { CLIENTS = 2 };

static uv_pipe_t server;
static uv_pipe_t clients[CLIENTS];
static uv_pipe_t peer;
static uv_connect_t requests[CLIENTS];
static int connects;
static int connections;
static int statuses[CLIENTS];

static void on_connect(uv_connect_t* req, int status) {
  statuses[req - requests] = status;
  connects++;
  CLOSE(req->handle);
}

static void connect_clients(const char* path, int count, uv_connect_cb cb) {
  int i;
  for (i = 0; i < count; i++) {
    CHECK_OK(uv_pipe_init(uv_default_loop(), &clients[i], 0));
    uv_pipe_connect(&requests[i], &clients[i], path, cb);
  }
}

/* ---- The server hears first, as it could have been asked first ---- */

static void on_connection_before(uv_stream_t* stream, int status) {
  CHECK_OK(status);
  CHECK_EQ(connects, 0);
  connections++;
  pipe_accept(stream, &peer);
  CLOSE(&peer);
  CLOSE(stream);
}

static void serve_and_connect(uv_connection_cb cb, int count) {
  const char* path = fresh_pipe_path();
  pipe_serve(uv_default_loop(), &server, path, 8, cb);
  connect_clients(path, count, on_connect);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connects, count);
  CHECK_EQ(connections, 1);
}

TEST(pipe_connect_is_told_after_the_connection) {
  serve_and_connect(on_connection_before, 1);
  CHECK_OK(statuses[0]);
  finish_loop(uv_default_loop());
}

TEST(pipe_connect_and_read_is_told_after_the_connection) {
  const char* path = fresh_pipe_path();
  pipe_serve(uv_default_loop(), &server, path, 8, on_connection_before);
  connect_clients(path, 1, on_connect);
  CHECK_OK(uv_read_start(STREAM(&clients[0]), alloc_shared, never_read));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connects, 1);
  CHECK_EQ(connections, 1);
  CHECK_OK(statuses[0]);
  finish_loop(uv_default_loop());
}

/* ---- Signals are told last ---- */

static uv_signal_t signaled;
static uv_async_t async;
static int asyncs;

static void on_signal(uv_signal_t* handle, int signum) {
  (void) signum;
  CHECK_EQ(connects, 1);
  CLOSE(handle);
}

static void on_async(uv_async_t* handle) {
  CHECK_EQ(connections, 1);
  CHECK_EQ(connects, 0);
  asyncs++;
  CLOSE(handle);
}

TEST(pipe_connect_is_told_between_sends_and_signals) {
  const char* path = fresh_pipe_path();
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_signal_init(loop, &signaled));
  CHECK_OK(uv_signal_start(&signaled, on_signal, SIGUSR1));
  CHECK_OK(uv_async_init(loop, &async, on_async));
  pipe_serve(loop, &server, path, 8, on_connection_before);
  connect_clients(path, 1, on_connect);
  CHECK_OK(uv_async_send(&async));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(asyncs, 1);
  finish_loop(loop);
}

/* ---- Reading is asked for by the callback right before ---- */

static void on_connection_read_other(uv_stream_t* stream, int status) {
  on_connection_before(stream, status);
  CHECK_OK(uv_read_start(STREAM(&clients[0]), alloc_shared, never_read));
}

TEST(pipe_connect_is_told_in_the_turn_in_which_it_is_due) {
  const char* path = fresh_pipe_path();
  uv_metrics_t metrics;
  pipe_serve(uv_default_loop(), &server, path, 8, on_connection_read_other);
  connect_clients(path, 1, on_connect);
  uv_run(uv_default_loop(), UV_RUN_ONCE);
  CHECK_EQ(connections, 1);
  CHECK_EQ(connects, 1);
  CHECK_OK(uv_metrics_info(uv_default_loop(), &metrics));
  CHECK_EQ(metrics.events, 2);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  finish_loop(uv_default_loop());
}

/* The second client waits in the queue of a server that is closed. */
TEST(pipe_connect_to_a_server_that_closes_meanwhile) {
  serve_and_connect(on_connection_before, 2);
  CHECK_OK(statuses[0]);
  CHECK_ERR(UV_ECONNRESET, statuses[1]);
  finish_loop(uv_default_loop());
}

/* ---- Reading before there is a connection ---- */

static int written;
static int received;

static void on_write(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  CHECK_EQ(connects, 1);
  written++;
}

static void on_peer_read(uv_stream_t* stream, ssize_t nread,
                         const uv_buf_t* buf) {
  (void) buf;
  CHECK_GT(nread, 0);
  received += (int) nread;
  CLOSE(stream);
  CLOSE(&clients[0]);
  CLOSE(&server);
}

static void on_connection_read(uv_stream_t* stream, int status) {
  CHECK_OK(status);
  connections++;
  pipe_accept(stream, &peer);
  CHECK_OK(uv_read_start(STREAM(&peer), alloc_shared, on_peer_read));
}

static void on_connect_stay(uv_connect_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  connects++;
}

TEST(pipe_read_before_connecting_and_write_meanwhile) {
  const char* path = fresh_pipe_path();
  uv_write_t write;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK_GE(fd, 0);
  pipe_serve(uv_default_loop(), &server, path, 8, on_connection_read);
  pipe_take(uv_default_loop(), &clients[0], fd);
  CHECK_OK(uv_read_start(STREAM(&clients[0]), alloc_shared, never_read));
  uv_pipe_connect(&requests[0], &clients[0], path, on_connect_stay);
  CHECK_OK(write_text(&clients[0], &write, "hello", on_write));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(written, 1);
  CHECK_EQ(received, 5);
  finish_loop(uv_default_loop());
}
