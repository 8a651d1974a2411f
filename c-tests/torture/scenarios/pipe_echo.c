/* A named pipe: bound, listened on, connected to, written both ways. */
#include "../torture.h"

enum { SIZE = 300000 };

static uv_pipe_t server, served, client;
static uv_connect_t connect_req;
static uv_write_t write_req, answer_req;
static char data[SIZE];
static size_t received;
static int answered;

static void on_written(uv_write_t* req, int status) {
  told(req);
  (void) bad(status);
}

static void on_data(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  uv_buf_t answer = uv_buf_init("thanks", 6);
  (void) buf;
  if (got == UV_EOF) {
    close_it(stream);
  } else if (got < 0) {
    (void) bad(got);
  } else {
    received += (size_t) got;
    if (received == SIZE)
      (void) asked(&answer_req, uv_write(&answer_req, stream, &answer, 1,
                                         on_written));
  }
}

static void on_connection(uv_stream_t* stream, int status) {
  char name[256];
  size_t size = sizeof(name);
  if (bad(status) || given_up() || bad(uv_pipe_init(loop, &served, 0)) ||
      bad(uv_accept(stream, (uv_stream_t*) &served)) ||
      bad(uv_pipe_getsockname(&served, name, &size)) ||
      bad(uv_read_start((uv_stream_t*) &served, alloc_static, on_data)))
    return;
  close_it(&server);
}

static void on_answer(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got < 0) {
    (void) bad(got);
  } else if (got > 0) {
    answered = 1;
    close_it(stream);
  }
}

static void on_connect(uv_connect_t* req, int status) {
  uv_buf_t buf = uv_buf_init(data, SIZE);
  char name[256];
  size_t size = sizeof(name);
  told(req);
  if (bad(status) || bad(uv_pipe_getpeername(&client, name, &size)) ||
      asked(&write_req, uv_write(&write_req, (uv_stream_t*) &client, &buf, 1,
                                 on_written)))
    return;
  (void) bad(uv_read_start((uv_stream_t*) &client, alloc_static, on_answer));
}

SCENARIO(pipe_echo) {
  if (bad(uv_pipe_init(loop, &server, 0)) ||
      bad(uv_pipe_bind(&server, "the.pipe")) ||
      bad(uv_pipe_chmod(&server, UV_READABLE | UV_WRITABLE)) ||
      bad(uv_listen((uv_stream_t*) &server, 8, on_connection)) ||
      bad(uv_pipe_init(loop, &client, 0)) ||
      asked(&connect_req, uv_pipe_connect2(&connect_req, &client, "the.pipe", 8,
                                           0, on_connect)))
    return;
  run();
  usually(answered);
}
