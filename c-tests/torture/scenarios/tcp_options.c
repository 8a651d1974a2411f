/* Everything that is asked of a TCP socket besides bytes; a reset at the end. */
#include "../torture.h"

static uv_tcp_t server, served, client;
static uv_connect_t connect_req;
static int reset_seen;

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got == UV_ECONNRESET) {
    reset_seen = 1;
    close_it(stream);
  } else if (got < 0) {
    (void) bad(got);
  }
}

static void on_connection(uv_stream_t* stream, int status) {
  struct sockaddr_storage addr;
  int length = sizeof(addr);
  uv_buf_t greeting = uv_buf_init("hello", 5);
  if (bad(status) || given_up() || bad(uv_tcp_init(loop, &served)) ||
      bad(uv_accept(stream, (uv_stream_t*) &served)) ||
      bad(uv_tcp_getpeername(&served, (struct sockaddr*) &addr, &length)) ||
      bad(uv_read_start((uv_stream_t*) &served, alloc_static, on_read)) ||
      bad(uv_try_write((uv_stream_t*) &served, &greeting, 1)))
    return;
  close_it(stream);
}

/* The server has the connection, or has dropped it. */
static void on_greeting(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) stream;
  (void) buf;
  if (got < 0 && bad(got))
    return;
  if (got > 0 && !bad(uv_tcp_close_reset(&client, on_closed)))
    note_closing((uv_handle_t*) &client);
}

static void on_connect(uv_connect_t* req, int status) {
  int size = 0;
  uv_os_fd_t fd;
  told(req);
  if (bad(status) || bad(uv_tcp_nodelay(&client, 1)) ||
      bad(uv_tcp_keepalive(&client, 1, 60)) ||
      bad(uv_tcp_keepalive_ex(&client, 1, 60, 5, 3)) ||
      bad(uv_send_buffer_size((uv_handle_t*) &client, &size)) ||
      bad(uv_recv_buffer_size((uv_handle_t*) &client, &size)) ||
      bad(uv_fileno((uv_handle_t*) &client, &fd)))
    return;
  (void) bad(uv_read_start((uv_stream_t*) &client, alloc_static, on_greeting));
}

SCENARIO(tcp_options) {
  struct sockaddr_in addr = loopback(0);
  if (bad(uv_tcp_init_ex(loop, &server, AF_INET)) ||
      bad(uv_tcp_simultaneous_accepts(&server, 1)) ||
      bad(uv_tcp_bind(&server, (struct sockaddr*) &addr, 0)) ||
      bad(uv_listen((uv_stream_t*) &server, 8, on_connection)))
    return;
  addr = loopback(port_of_tcp(&server));
  if (given_up() || bad(uv_tcp_init(loop, &client)) ||
      asked(&connect_req, uv_tcp_connect(&connect_req, &client,
                                         (struct sockaddr*) &addr, on_connect)))
    return;
  run();
  usually(reset_seen);
}
