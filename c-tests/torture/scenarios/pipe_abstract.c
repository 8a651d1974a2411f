/* An abstract name, uv_pipe_connect, and one that nobody has. */
#include "../torture.h"

static uv_pipe_t server, served, client, lonely;
static uv_connect_t connect_req, lonely_req;
static int accepted;

/* The client is served, or its connection is dropped: both end it. */
static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got == UV_EOF) {
    usually(accepted);
    close_it(stream);
    close_it(&server);
  } else if (got < 0) {
    (void) bad(got);
  }
}

static void on_connection(uv_stream_t* stream, int status) {
  if (bad(status) || given_up() || bad(uv_pipe_init(loop, &served, 0)) ||
      bad(uv_accept(stream, (uv_stream_t*) &served)))
    return;
  accepted = 1;
  close_it(&served);
}

static void on_connect(uv_connect_t* req, int status) {
  told(req);
  if (!bad(status))
    (void) bad(uv_read_start(req->handle, alloc_static, on_read));
}

static void on_lonely(uv_connect_t* req, int status) {
  told(req);
  must(status < 0);
  if (status != UV_ENOENT)
    (void) bad(status);
  close_it(req->handle);
}

SCENARIO(pipe_abstract) {
  char name[64];
  size_t length;
  memcpy(name, "\0uv-torture-", 12);
  length = 12;
  {
    unsigned pid = (unsigned) getpid();
    while (pid > 0) {
      name[length++] = (char) ('0' + pid % 10);
      pid /= 10;
    }
  }
  if (bad(uv_pipe_init(loop, &server, 0)) ||
      bad(uv_pipe_bind2(&server, name, length, 0)) ||
      bad(uv_listen((uv_stream_t*) &server, 8, on_connection)) ||
      bad(uv_pipe_init(loop, &client, 0)) ||
      asked(&connect_req, uv_pipe_connect2(&connect_req, &client, name, length,
                                           0, on_connect)) ||
      bad(uv_pipe_init(loop, &lonely, 0)))
    return;
  note_asked(__FILE__, __LINE__, &lonely_req);
  uv_pipe_connect(&lonely_req, &lonely, "no such pipe", on_lonely);
  run();
}
