/* uv_tcp_close_reset: on either end, and after a shutdown of either kind. */
#include "../stream/streams.h"

enum { WRITES = 4, SENT = WRITES * 4 };

static uv_tcp_t server;
static uv_tcp_t client;
static uv_tcp_t peer;
static uv_connect_t connect_req;
static uv_shutdown_t shutdown_req;
static uv_write_t write_reqs[WRITES];
static uv_tcp_t* resetting;
static int accepted;
static int connected;
static int write_calls;
static int shutdown_calls;
static int client_eofs;
static int received;

/* What happens to the end that is to be reset. */
static void (*reset)(void);

static void on_reset_close(uv_handle_t* handle) {
  CHECK_PTR_EQ(handle, resetting);
  count_close(handle);
}

static void on_shutdown(uv_shutdown_t* req, int status) {
  (void) status;
  CHECK_PTR_EQ(req, &shutdown_req);
  CHECK_PTR_EQ(req->handle, resetting);
  shutdown_calls++;
}

static void reset_only(void) {
  CHECK_OK(uv_tcp_close_reset(resetting, on_reset_close));
  CHECK_ERR(UV_ENOTCONN,
            uv_shutdown(&shutdown_req, STREAM(resetting), never_shutdown));
}

static void reset_after_shutdown(void) {
  CHECK_OK(uv_shutdown(&shutdown_req, STREAM(resetting), on_shutdown));
  CHECK_ERR(UV_EINVAL, uv_tcp_close_reset(resetting, never_close));
  CHECK_EQ(uv_is_closing((uv_handle_t*) resetting), 0);
}

static void reset_after_socket_shutdown(void) {
  uv_os_fd_t fd = -1;
  CHECK_OK(uv_fileno((uv_handle_t*) resetting, &fd));
  CHECK_NE(fd, -1);
  CHECK_EQ(shutdown(fd, SHUT_RDWR), 0);
  reset_only();
}

static void on_write(uv_write_t* req, int status) {
  (void) req, (void) status;
  CHECK_EQ(close_calls, 0);
  write_calls++;
}

/* The client closes at the end of the input only: after a reset the handle is
 * left open, and must not keep the loop running. */
static void on_client_read(uv_stream_t* stream, ssize_t nread,
                           const uv_buf_t* buf) {
  (void) buf;
  CHECK_LE(nread, 0);
  if (nread != UV_EOF)
    return;
  client_eofs++;
  uv_close((uv_handle_t*) stream, NULL);
}

static void on_peer_read(uv_stream_t* stream, ssize_t nread,
                         const uv_buf_t* buf) {
  (void) buf;
  if (nread < 0) {
    uv_close((uv_handle_t*) stream, NULL);
    return;
  }
  received += (int) nread;
  if (resetting != &peer || received < SENT)
    return;
  CHECK_EQ(received, SENT);
  reset();
  uv_close((uv_handle_t*) &server, NULL);
}

/* The listener may go when the client was reset, but not before it was
 * accepted: the kernel would reset the connection by itself. */
static void close_server_of_client(void) {
  if (resetting == &client && connected && accepted)
    uv_close((uv_handle_t*) &server, NULL);
}

static void on_connection(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  tcp_accept(listener, &peer);
  CHECK_OK(uv_read_start(STREAM(&peer), alloc_shared, on_peer_read));
  accepted++;
  close_server_of_client();
}

static void on_connect(uv_connect_t* req, int status) {
  int i;
  CHECK_OK(status);
  CHECK_OK(uv_read_start(req->handle, alloc_shared, on_client_read));
  for (i = 0; i < WRITES; i++)
    CHECK_OK(write_text(req->handle, &write_reqs[i], "PING", on_write));
  if (resetting == &client)
    reset();
  connected++;
  close_server_of_client();
}

static void check_reset(uv_tcp_t* end, void (*how)(void), int shutdowns,
                        int closes) {
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection);
  resetting = end;
  reset = how;
  tcp_client(uv_default_loop(), &client, &connect_req, port, on_connect);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(accepted, 1);
  CHECK_EQ(connected, 1);
  CHECK_EQ(write_calls, WRITES);
  CHECK_EQ(shutdown_calls, shutdowns);
  CHECK_EQ(close_calls, closes);
  /* A connection that was shut down instead ends in good order. */
  CHECK_EQ(client_eofs, shutdowns);
  finish_loop(uv_default_loop());
}

TEST(tcp_close_reset_client) {
  check_reset(&client, reset_only, 0, 1);
}

TEST(tcp_close_reset_client_after_shutdown) {
  check_reset(&client, reset_after_shutdown, 1, 0);
}

TEST(tcp_close_reset_accepted) {
  check_reset(&peer, reset_only, 0, 1);
}

TEST(tcp_close_reset_accepted_after_shutdown) {
  check_reset(&peer, reset_after_shutdown, 1, 0);
}

/* What the client sees depends on which of FIN and RST it reads first. */
TEST(tcp_close_reset_accepted_after_socket_shutdown) {
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection);
  resetting = &peer;
  reset = reset_after_socket_shutdown;
  tcp_client(uv_default_loop(), &client, &connect_req, port, on_connect);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(accepted, 1);
  CHECK_EQ(connected, 1);
  CHECK_EQ(write_calls, WRITES);
  CHECK_EQ(shutdown_calls, 0);
  CHECK_EQ(close_calls, 1);
  finish_loop(uv_default_loop());
}

/* ---- The reset is there before the client has heard that it is connected ---- */

static int refused;

static void on_connection_reset(uv_stream_t* stream, int status) {
  CHECK_OK(status);
  CHECK_EQ(refused, 0);
  tcp_accept(stream, &peer);
  CHECK_OK(uv_tcp_close_reset(&peer, count_close));
  CLOSE(stream);
}

static void on_refused(uv_connect_t* req, int status) {
  CHECK_ERR(UV_ECONNRESET, status);
  refused++;
  CLOSE(req->handle);
}

TEST(tcp_close_reset_before_the_client_is_told) {
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection_reset);
  tcp_client(uv_default_loop(), &client, &connect_req, port, on_refused);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(refused, 1);
  finish_loop(uv_default_loop());
}
