/* Many clients at once: each sends a line, is answered, and goes. */
#include "../torture.h"

enum { CLIENTS = 16 };

struct client {
  uv_tcp_t handle;
  uv_connect_t connect;
  uv_write_t write;
};

static uv_tcp_t server;
static struct client clients[CLIENTS];
static uv_tcp_t served[CLIENTS];
static uv_write_t answers[CLIENTS];
static int accepted;
static int ended;

static void on_written(uv_write_t* req, int status) {
  told(req);
  (void) bad(status);
}

static void on_line(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  int index = (int) ((uv_tcp_t*) stream - served);
  uv_buf_t answer = uv_buf_init("answer\n", 7);
  (void) buf;
  if (got == UV_EOF)
    close_it(stream);
  else if (got < 0)
    (void) bad(got);
  else if (got > 0)
    (void) asked(&answers[index], uv_write(&answers[index], stream, &answer, 1,
                                           on_written));
}

static void on_connection(uv_stream_t* stream, int status) {
  uv_tcp_t* one = &served[accepted];
  if (bad(status) || given_up())
    return;
  must(accepted < CLIENTS);
  accepted++;
  if (bad(uv_tcp_init(loop, one)) ||
      bad(uv_accept(stream, (uv_stream_t*) one)) ||
      bad(uv_read_start((uv_stream_t*) one, alloc_static, on_line)))
    return;
  if (accepted == CLIENTS)
    close_it(&server);
}

static void on_answer(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got < 0 && bad(got))
    return;
  if (got > 0) {
    ended++;
    close_it(stream);
  }
}

static void on_connect(uv_connect_t* req, int status) {
  struct client* client = req->data;
  uv_buf_t line = uv_buf_init("a line\n", 7);
  uv_stream_t* stream = (uv_stream_t*) &client->handle;
  told(req);
  if (bad(status) ||
      asked(&client->write, uv_write(&client->write, stream, &line, 1,
                                     on_written)))
    return;
  (void) bad(uv_read_start(stream, alloc_static, on_answer));
}

SCENARIO(tcp_crowd) {
  struct sockaddr_in addr = loopback(0);
  int i;
  if (bad(uv_tcp_init(loop, &server)) ||
      bad(uv_tcp_bind(&server, (struct sockaddr*) &addr, 0)) ||
      bad(uv_listen((uv_stream_t*) &server, CLIENTS, on_connection)))
    return;
  addr = loopback(port_of_tcp(&server));
  for (i = 0; i < CLIENTS; i++) {
    struct client* client = &clients[i];
    client->connect.data = client;
    if (given_up() || bad(uv_tcp_init(loop, &client->handle)) ||
        asked(&client->connect,
              uv_tcp_connect(&client->connect, &client->handle,
                             (struct sockaddr*) &addr, on_connect)))
      return;
  }
  run();
  usually(ended == CLIENTS);
}
