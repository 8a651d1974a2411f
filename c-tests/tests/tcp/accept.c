/* Listening and accepting: late accepts, repeated uv_listen, addresses of both
 * ends, several listeners on a port, descriptors that run out or come back. */
#include "../stream/streams.h"

#include <sys/resource.h>

static uv_tcp_t server;
static uv_tcp_t client;
static uv_tcp_t peer;
static uv_connect_t connect_req;
static int connection_calls;
static int connect_calls;
static int server_port;

static void on_connected_close(uv_connect_t* req, int status) {
  CHECK_OK(status);
  connect_calls++;
  CLOSE(req->handle);
}

/* ---- delayed_accept ---- */

enum { ACCEPT_DELAY_MS = 200 };

static int accepts;

static void on_timer_accept(uv_timer_t* timer) {
  uv_tcp_t* accepted = timer->data;
  tcp_accept(STREAM(&server), accepted);
  CLOSE(accepted);
  CLOSE(timer);
  if (++accepts == 2)
    CLOSE(&server);
}

static void on_connection_wait(uv_stream_t* listener, int status) {
  static uv_timer_t timers[2];
  static uv_tcp_t accepted[2];
  uv_timer_t* timer;
  CHECK_OK(status);
  CHECK_LT(connection_calls, 2);
  /* The second one is reported only when the first was accepted. */
  CHECK_EQ(accepts, connection_calls);
  timer = &timers[connection_calls];
  timer->data = &accepted[connection_calls++];
  CHECK_OK(uv_timer_init(listener->loop, timer));
  CHECK_OK(uv_timer_start(timer, on_timer_accept, ACCEPT_DELAY_MS, 0));
}

static void on_connected_read(uv_connect_t* req, int status) {
  CHECK_OK(status);
  connect_calls++;
  CHECK_OK(uv_read_start(req->handle, alloc_shared, close_at_eof));
}

TEST(delayed_accept) {
  uv_tcp_t clients[2];
  uv_connect_t reqs[2];
  uint64_t began = now_ms();
  int port = tcp_serve(uv_default_loop(), &server, 128, on_connection_wait);
  tcp_client(uv_default_loop(), &clients[0], &reqs[0], port,
             on_connected_read);
  tcp_client(uv_default_loop(), &clients[1], &reqs[1], port,
             on_connected_read);
  run_dry();
  CHECK_EQ(connection_calls, 2);
  CHECK_EQ(accepts, 2);
  CHECK_EQ(connect_calls, 2);
  CHECK_EQ(eofs, 2);
  CHECK_EQ(close_calls, 7);
  CHECK_GE(now_ms() - began, 2 * ACCEPT_DELAY_MS - 10);
  finish_loop(uv_default_loop());
}

/* ---- multiple_listen ---- */

static void on_connection_close_server(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  connection_calls++;
  CLOSE(listener);
}

TEST(multiple_listen) {
  int port = tcp_serve(uv_default_loop(), &server, 128,
                       on_connection_close_server);
  CHECK_OK(uv_listen(STREAM(&server), 128, on_connection_close_server));
  tcp_client(uv_default_loop(), &client, &connect_req, port,
             on_connected_close);
  run_dry();
  CHECK_EQ(connection_calls, 1);
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(close_calls, 2);
  finish_loop(uv_default_loop());
}

/* ---- getsockname_tcp ---- */

static int own_names;
static int peer_names;
static int client_port;

/* The port, when the address is `ip`. */
static int check_name(const struct sockaddr_storage* address, int length,
                      const char* ip) {
  const struct sockaddr_in* in4 = (const struct sockaddr_in*) address;
  char text[INET6_ADDRSTRLEN];
  CHECK_EQ(length, sizeof(*in4));
  CHECK_EQ(in4->sin_family, AF_INET);
  CHECK_OK(uv_ip4_name(in4, text, sizeof(text)));
  CHECK_STR_EQ(text, ip);
  return ntohs(in4->sin_port);
}

static int own_name(void* handle, const char* ip) {
  struct sockaddr_storage address;
  int length = sizeof(address);
  CHECK_OK(uv_tcp_getsockname(handle, ADDR(&address), &length));
  own_names++;
  return check_name(&address, length, ip);
}

static int peer_name(void* handle, const char* ip) {
  struct sockaddr_storage address;
  int length = sizeof(address);
  CHECK_OK(uv_tcp_getpeername(handle, ADDR(&address), &length));
  peer_names++;
  return check_name(&address, length, ip);
}

static void ignore_shutdown(uv_shutdown_t* req, int status) {
  (void) req, (void) status;
}

static void on_read_shut_down(uv_stream_t* stream, ssize_t nread,
                              const uv_buf_t* buf) {
  static uv_shutdown_t req;
  (void) buf;
  if (nread == 0)
    return;
  CHECK_ERR(UV_EOF, nread);
  CHECK_OK(uv_shutdown(&req, stream, ignore_shutdown));
  CLOSE(stream);
  CLOSE(&server);
}

static void on_connection_names(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  connection_calls++;
  tcp_accept(listener, &peer);
  CHECK_EQ(own_name(&peer, "127.0.0.1"), server_port);
  CHECK_EQ(peer_name(&peer, "127.0.0.1"), client_port);
  CHECK_OK(uv_read_start(STREAM(&peer), alloc_shared, on_read_shut_down));
}

static void on_connected_names(uv_connect_t* req, int status) {
  CHECK_OK(status);
  connect_calls++;
  CHECK_GT(own_name(req->handle, "127.0.0.1"), 0);
  CHECK_EQ(peer_name(req->handle, "127.0.0.1"), server_port);
  CLOSE(req->handle);
}

TEST(getsockname_tcp) {
  struct sockaddr_storage address;
  int length = sizeof(address);
  server_port = tcp_serve(uv_default_loop(), &server, 128,
                          on_connection_names);
  CHECK_EQ(own_name(&server, "0.0.0.0"), server_port);
  CHECK_ERR(UV_ENOTCONN, uv_tcp_getpeername(&server, ADDR(&address), &length));
  tcp_client(uv_default_loop(), &client, &connect_req, server_port,
             on_connected_names);
  CHECK_OK(uv_tcp_getsockname(&client, ADDR(&address), &length));
  CHECK_EQ(address.ss_family, AF_INET);
  client_port = tcp_port(&client);
  CHECK_GT(client_port, 0);
  run_dry();
  CHECK_EQ(connection_calls, 1);
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(own_names, 3);
  CHECK_EQ(peer_names, 2);
  CHECK_EQ(close_calls, 3);
  finish_loop(uv_default_loop());
}

/* ---- emfile ---- */

static void on_connected_close_all(uv_connect_t* req, int status) {
  CHECK_OK(status);
  connect_calls++;
  CLOSE(req->handle);
  CLOSE(&server);
}

TEST(emfile) {
  enum { LIMIT = 32 };
  struct rlimit limit = { LIMIT, LIMIT };
  struct sockaddr_in address;
  int copies[LIMIT];
  int count = 0;
  int fd;

  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    CHECK_EQ(errno, EPERM);
    SKIP("the limit of descriptors cannot be lowered");
  }
  address = loopback4(0);
  CHECK_OK(uv_tcp_init(uv_default_loop(), &server));
  CHECK_OK(uv_tcp_init(uv_default_loop(), &client));
  CHECK_OK(uv_tcp_bind(&server, ADDR(&address), 0));
  CHECK_OK(uv_listen(STREAM(&server), 8, never_connection));
  address = loopback4(tcp_port(&server));

  while ((fd = dup(0)) >= 0)
    copies[count++] = fd;
  CHECK_EQ(errno, EMFILE);
  /* The client takes the last one; none is left for the server's side. */
  CHECK_GT(count, 0);
  CHECK_EQ(copies[count - 1], LIMIT - 1);
  CHECK_EQ(close(copies[--count]), 0);
  CHECK_OK(uv_tcp_connect(&connect_req, &client, ADDR(&address),
                          on_connected_close_all));
  run_dry();
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(close_calls, 2);
  while (count > 0)
    CHECK_EQ(close(copies[--count]), 0);
  finish_loop(uv_default_loop());
}

/* ---- tcp_close_accept ---- */

static uv_tcp_t outgoing[2];
static uv_tcp_t incoming[2];
static uv_tcp_t late;
static int write_calls;
static int read_calls;

static void on_late_connect(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req->handle, &late);
  CHECK_NE(status, 0);
  CHECK_EQ(read_calls, 1);
  connect_calls++;
  CLOSE(&late);
  CLOSE(late.data);
}

/* Closes the other end and the listener, and makes a socket that reuses one of
 * the descriptors while an event of the other end may still be at hand. */
static void on_first_read(uv_stream_t* stream, ssize_t nread,
                          const uv_buf_t* buf) {
  static uv_connect_t req;
  struct sockaddr_in address = loopback4(server_port);
  (void) buf;
  CHECK_EQ(nread, 1);
  read_calls++;
  CHECK_OK(uv_read_stop(stream));
  CLOSE(stream == STREAM(&incoming[0]) ? &incoming[1] : &incoming[0]);
  CLOSE(&server);
  CHECK_OK(uv_tcp_init(stream->loop, &late));
  late.data = stream;
  CHECK_OK(uv_tcp_connect(&req, &late, ADDR(&address), on_late_connect));
  CHECK_OK(uv_read_start(STREAM(&late), alloc_byte, never_read));
}

static void on_connection_collect(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  CHECK_LT(connection_calls, 2);
  tcp_accept(listener, &incoming[connection_calls]);
  if (++connection_calls < 2)
    return;
  CHECK_OK(uv_read_start(STREAM(&incoming[0]), alloc_byte, on_first_read));
  CHECK_OK(uv_read_start(STREAM(&incoming[1]), alloc_byte, on_first_read));
}

static void on_byte_written(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  write_calls++;
}

static void on_connected_write(uv_connect_t* req, int status) {
  static uv_write_t reqs[2];
  CHECK_OK(status);
  CHECK_OK(write_text(req->handle, &reqs[req->handle == STREAM(&outgoing[1])],
                      "x", on_byte_written));
}

TEST(tcp_close_accept) {
  uv_connect_t reqs[2];
  int i;
  server_port = tcp_serve(uv_default_loop(), &server, 2,
                          on_connection_collect);
  for (i = 0; i < 2; i++)
    tcp_client(uv_default_loop(), &outgoing[i], &reqs[i], server_port,
               on_connected_write);
  run_dry();
  CHECK_EQ(connection_calls, 2);
  CHECK_EQ(write_calls, 2);
  CHECK_EQ(read_calls, 1);
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(close_calls, 4);
  finish_loop(uv_default_loop());
}
