/* A listening socket that two processes share, and a connection that one
 * accepts and another uses. */
#include "channel.h"

static uv_tcp_t server;
static uv_tcp_t connection;
static uv_write_t channel_req;
static uv_write_t tcp_req;
static int accepted;
static int channel_reads;
static int channel_writes;

/* ---- ipc_listen_before_write, ipc_listen_after_write: the child ---- */

static void on_reported(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &channel_req);
  CHECK_OK(status);
  channel_writes++;
  CLOSE(&server);
  CLOSE(&channel);
}

static void on_child_connection(uv_stream_t* stream, int status) {
  CHECK_OK(status);
  CHECK_PTR_EQ(stream, &server);
  if (accepted != 0)
    return;
  accepted++;
  tcp_accept(stream, &connection);
  CLOSE(&connection);
  CHECK_OK(send_handle(&channel_req, &channel, "accepted_connection\n", NULL,
                       on_reported));
}

static void child_listens(void) {
  CHECK_OK(uv_listen(STREAM(&server), 128, on_child_connection));
}

HELPER(ipc_shares_server) {
  struct sockaddr_in address = any4(0);
  int listens_before = strcmp(argv[2], "before") == 0;
  uv_write_t req;
  int status;
  open_channel(1);
  CHECK_OK(uv_tcp_init(uv_default_loop(), &server));
  CHECK_OK(uv_tcp_bind(&server, ADDR(&address), 0));
  if (listens_before)
    child_listens();
  CHECK_OK(send_handle(&req, &channel, "hello\n", &server, NULL));
  if (!listens_before)
    child_listens();
  status = end_child();
  CHECK_EQ(accepted, 1);
  CHECK_EQ(channel_writes, 1);
  CHECK_EQ(close_calls, 3);
  return status;
}

/* ---- The parent ---- */

enum { CLIENTS = 100 };

static uv_tcp_t clients[CLIENTS];
static uv_connect_t connect_reqs[CLIENTS];
static int connects;
static int remote_accepted;

static void on_connect(uv_connect_t* req, int status) {
  (void) status;
  connects++;
  uv_close((uv_handle_t*) req->handle, NULL);
}

static void on_parent_connection(uv_stream_t* stream, int status) {
  CHECK_OK(status);
  CHECK_PTR_EQ(stream, &server);
  accepted++;
  tcp_accept(stream, &connection);
  CLOSE(&connection);
  CLOSE(stream);
}

static void take_server(void) {
  int port;
  int i;
  CHECK_EQ(uv_pipe_pending_type(&channel), UV_TCP);
  CHECK_OK(uv_tcp_init(uv_default_loop(), &server));
  CHECK_OK(uv_accept(STREAM(&channel), STREAM(&server)));
  CHECK_OK(uv_listen(STREAM(&server), 128, on_parent_connection));
  CHECK_OK(write_text(&channel, &channel_req, "foobar\n", NULL));
  port = tcp_port(&server);
  for (i = 0; i < CLIENTS; i++)
    tcp_client(uv_default_loop(), &clients[i], &connect_reqs[i], port,
               on_connect);
}

static void on_server_or_report(uv_stream_t* stream, ssize_t nread,
                                const uv_buf_t* buf) {
  CHECK_PTR_EQ(stream, &channel);
  if (uv_pipe_pending_count(&channel) > 0) {
    CHECK_EQ(uv_pipe_pending_count(&channel), 1);
    CHECK_EQ(channel_reads, 0);
    channel_reads++;
    check_text(nread, buf, "hello\n");
    take_server();
    return;
  }
  CHECK_EQ(channel_reads, 1);
  CHECK_EQ(uv_pipe_pending_type(&channel), UV_UNKNOWN_HANDLE);
  check_text(nread, buf, "accepted_connection\n");
  remote_accepted++;
  CLOSE(&channel);
}

static void share_server(const char* when) {
  start_child("ipc_shares_server", when);
  CHECK_OK(uv_read_start(STREAM(&channel), alloc_shared,
                         on_server_or_report));
  run_to_exit();
  CHECK_EQ(channel_reads, 1);
  CHECK_EQ(accepted, 1);
  CHECK_EQ(remote_accepted, 1);
  CHECK_EQ(connects, CLIENTS);
  CHECK_EQ(close_calls, 3);
  finish_loop(uv_default_loop());
}

TEST(ipc_listen_before_write) {
  share_server("before");
}

TEST(ipc_listen_after_write) {
  share_server("after");
}

/* ---- ipc_tcp_connection: the child ---- */

static uv_tcp_t client;
static uv_connect_t connect_req;
static int tcp_reads;
static int tcp_writes;

static void on_again_written(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &tcp_req);
  CHECK_OK(status);
  tcp_writes++;
  CLOSE(&client);
  CLOSE(&channel);
  CLOSE(&server);
}

static void on_world(uv_stream_t* stream, ssize_t nread,
                     const uv_buf_t* buf) {
  CHECK_PTR_EQ(stream, &client);
  check_text(nread, buf, "world\n");
  tcp_reads++;
  CHECK_OK(write_text(&client, &tcp_req, "hello again\n", on_again_written));
}

static void on_client_connected(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req, &connect_req);
  CHECK_OK(status);
  CHECK_OK(uv_read_start(req->handle, alloc_shared, on_world));
}

static void on_connection_to_pass(uv_stream_t* stream, int status) {
  CHECK_OK(status);
  tcp_accept(stream, &connection);
  CHECK_OK(send_handle(&channel_req, &channel, "hello\n", &connection, NULL));
  CHECK_OK(uv_read_start(STREAM(&connection), never_alloc, never_read));
  CLOSE(&connection);
}

HELPER(ipc_passes_connection) {
  int port;
  int status;
  open_channel(1);
  port = tcp_serve(uv_default_loop(), &server, 128, on_connection_to_pass);
  tcp_client(uv_default_loop(), &client, &connect_req, port,
             on_client_connected);
  status = end_child();
  CHECK_EQ(tcp_reads, 1);
  CHECK_EQ(tcp_writes, 1);
  CHECK_EQ(close_calls, 4);
  return status;
}

/* ---- The parent ---- */

static void on_world_written(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &tcp_req);
  CHECK_OK(status);
  CHECK_PTR_EQ(req->handle, &connection);
  tcp_writes++;
}

static void on_hello_again(uv_stream_t* stream, ssize_t nread,
                           const uv_buf_t* buf) {
  CHECK_PTR_EQ(stream, &connection);
  check_text(nread, buf, "hello again\n");
  tcp_reads++;
  CLOSE(&connection);
  CLOSE(&channel);
}

static void on_passed_connection(uv_stream_t* stream, ssize_t nread,
                                 const uv_buf_t* buf) {
  CHECK_PTR_EQ(stream, &channel);
  if (nread == UV_EOF) {
    /* The child ends while its last words are on the way. */
    CHECK_EQ(channel_reads, 1);
    return;
  }
  CHECK_EQ(uv_pipe_pending_count(&channel), 1);
  CHECK_EQ(uv_pipe_pending_type(&channel), UV_TCP);
  check_text(nread, buf, "hello\n");
  channel_reads++;
  tcp_accept(stream, &connection);
  CHECK_OK(write_text(&connection, &tcp_req, "world\n", on_world_written));
  CHECK_OK(uv_read_start(STREAM(&connection), alloc_shared, on_hello_again));
}

TEST(ipc_tcp_connection) {
  start_child("ipc_passes_connection", NULL);
  CHECK_OK(uv_read_start(STREAM(&channel), alloc_shared,
                         on_passed_connection));
  run_to_exit();
  CHECK_EQ(channel_reads, 1);
  CHECK_EQ(tcp_writes, 1);
  CHECK_EQ(tcp_reads, 1);
  CHECK_EQ(close_calls, 2);
  finish_loop(uv_default_loop());
}
