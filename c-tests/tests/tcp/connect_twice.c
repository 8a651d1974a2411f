/* One connection attempt at a time. */
#include "../stream/streams.h"

static uv_connect_t first, second;
static int connect_calls;

static void on_cancelled(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req, &first);
  CHECK_EQ(status, UV_ECANCELED);
  connect_calls++;
}

TEST(tcp_connect_twice) {
  struct silent_port silent = silent_port4();
  struct sockaddr_in address = loopback4(silent.port);
  uv_tcp_t client;
  CHECK_OK(uv_tcp_init(uv_default_loop(), &client));
  CHECK_OK(uv_tcp_connect(&first, &client, ADDR(&address), on_cancelled));
  CHECK_EQ(uv_tcp_connect(&second, &client, ADDR(&address), never_connect),
           UV_EALREADY);
  CLOSE(&client);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(close_calls, 1);
  silent_port_close(&silent);
  finish_loop(uv_default_loop());
}

static void ignore_connection(uv_stream_t* server, int status) {
  (void) server;
  CHECK_OK(status);
}

static void on_connected(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req, &first);
  CHECK_OK(status);
  connect_calls++;
  CLOSE(req->handle);
}

/* The connection is made, but its callback is still to come. */
TEST(tcp_connect_twice_before_the_callback) {
  struct sockaddr_in address;
  uv_tcp_t server, client;
  int port = tcp_serve(uv_default_loop(), &server, 8, ignore_connection);
  uv_unref((uv_handle_t*) &server);
  tcp_client(uv_default_loop(), &client, &first, port, on_connected);
  address = loopback4(port);
  CHECK_EQ(uv_tcp_connect(&second, &client, ADDR(&address), never_connect),
           UV_EALREADY);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connect_calls, 1);
  finish_loop(uv_default_loop());
}
