/* An echo server and a client that queues many writes, then shuts down. */
#include "../torture.h"

enum { WRITES = 12, SIZE = 40000 };

static uv_tcp_t server, served, client;
static uv_connect_t connect_req;
static uv_shutdown_t shut, shut_back;
static uv_write_t writes[WRITES];
static char data[SIZE];
static size_t came_back;

struct echo {
  uv_write_t req;
  char* base;
};

static void on_shut(uv_shutdown_t* req, int status) {
  told(req);
  if (bad(status))
    return;
  if (req == &shut_back)
    close_it(&served);
}

static void on_echoed(uv_write_t* req, int status) {
  struct echo* echo = (struct echo*) req;
  told(req);
  free(echo->base);
  free(echo);
  (void) bad(status);
}

static void on_request(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  struct echo* echo;
  uv_buf_t answer;
  if (got <= 0)
    free(buf->base);
  if (got == UV_EOF) {
    (void) asked(&shut_back, uv_shutdown(&shut_back, stream, on_shut));
    return;
  }
  if (got <= 0) {
    (void) bad(got);
    return;
  }
  echo = malloc(sizeof(*echo));
  echo->base = buf->base;
  answer = uv_buf_init(buf->base, (unsigned) got);
  if (asked(&echo->req, uv_write(&echo->req, stream, &answer, 1, on_echoed))) {
    free(echo->base);
    free(echo);
  }
}

static void on_connection(uv_stream_t* stream, int status) {
  if (bad(status) || given_up() || bad(uv_tcp_init(loop, &served)) ||
      bad(uv_accept(stream, (uv_stream_t*) &served)))
    return;
  close_it(&server);
  (void) bad(uv_read_start((uv_stream_t*) &served, alloc_block, on_request));
}

static void on_answer(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got > 0) {
    came_back += (size_t) got;
  } else if (got == UV_EOF) {
    usually(came_back == WRITES * SIZE);
    close_it(stream);
  } else {
    (void) bad(got);
  }
}

static void on_written(uv_write_t* req, int status) {
  told(req);
  (void) bad(status);
}

static void on_connect(uv_connect_t* req, int status) {
  uv_buf_t bufs[2];
  int i;
  told(req);
  if (bad(status))
    return;
  bufs[0] = uv_buf_init(data, SIZE / 4);
  bufs[1] = uv_buf_init(data + SIZE / 4, SIZE - SIZE / 4);
  for (i = 0; i < WRITES; i++)
    if (asked(&writes[i], uv_write(&writes[i], (uv_stream_t*) &client, bufs, 2,
                                   on_written)))
      return;
  if (asked(&shut, uv_shutdown(&shut, (uv_stream_t*) &client, on_shut)))
    return;
  (void) bad(uv_read_start((uv_stream_t*) &client, alloc_static, on_answer));
}

SCENARIO(tcp_echo) {
  struct sockaddr_in addr = loopback(0);
  if (bad(uv_tcp_init(loop, &server)) ||
      bad(uv_tcp_bind(&server, (struct sockaddr*) &addr, 0)) ||
      bad(uv_listen((uv_stream_t*) &server, 8, on_connection)))
    return;
  addr = loopback(port_of_tcp(&server));
  if (given_up() || bad(uv_tcp_init(loop, &client)) ||
      asked(&connect_req, uv_tcp_connect(&connect_req, &client,
                                         (struct sockaddr*) &addr, on_connect)))
    return;
  run();
}
