/* Connections that nobody answers, and a server whose address is in use. */
#include "../torture.h"

static uv_tcp_t first, second, client;
static uv_connect_t connect_req;

static void on_connection(uv_stream_t* stream, int status) {
  (void) stream;
  (void) status;
  wrong("nobody connects");
}

static void on_connect(uv_connect_t* req, int status) {
  told(req);
  must(status < 0);
  if (status != UV_ECONNREFUSED)
    (void) bad(status);
  close_it(&client);
}

SCENARIO(tcp_refused) {
  struct sockaddr_in addr = loopback(0);
  int status;
  if (bad(uv_tcp_init(loop, &first)) ||
      bad(uv_tcp_bind(&first, (struct sockaddr*) &addr, 0)))
    return;
  addr = loopback(port_of_tcp(&first));
  if (given_up() || bad(uv_listen((uv_stream_t*) &first, 8, on_connection)) ||
      bad(uv_tcp_init(loop, &second)))
    return;
  status = uv_tcp_bind(&second, (struct sockaddr*) &addr, 0);
  if (status == 0)
    status = uv_listen((uv_stream_t*) &second, 8, on_connection);
  if (status != UV_EADDRINUSE) {
    must(status != 0 || anything_failed());
    if (bad(status))
      return;
  }
  close_it(&first);
  close_it(&second);
  run();
  /* Nobody listens there any more. */
  if (bad(uv_tcp_init(loop, &client)) ||
      asked(&connect_req, uv_tcp_connect(&connect_req, &client,
                                         (struct sockaddr*) &addr, on_connect)))
    return;
  run();
}
