/* The echo server that tests start in a process of its own. It sends back what
 * it gets, and at the end of the input shuts its own side down and closes.
 * A chunk that holds one of these asks for something else:
 *   QSH  reset the connection
 *   QSS  echo, then shut down our side
 *   QS   close the connection
 *   Q    stop listening; connections stay */
#include "streams.h"

union any_stream {
  uv_handle_t handle;
  uv_stream_t stream;
  uv_tcp_t tcp;
  uv_pipe_t pipe;
};

struct reply {
  uv_write_t req;
  uv_buf_t buf;
};

static union any_stream server;

static void free_handle(uv_handle_t* handle) {
  free(handle);
}

static void on_shutdown(uv_shutdown_t* req, int status) {
  /* The client may have gone first; its read callback cleans up then. */
  (void) status;
  free(req);
}

static void on_last_shutdown(uv_shutdown_t* req, int status) {
  if (!uv_is_closing((uv_handle_t*) req->handle))
    uv_close((uv_handle_t*) req->handle, free_handle);
  on_shutdown(req, status);
}

static void shut_down(uv_stream_t* stream, uv_shutdown_cb cb) {
  uv_shutdown_t* req = malloc(sizeof(*req));
  CHECK_NOT_NULL(req);
  if (uv_shutdown(req, stream, cb) != 0) {
    /* Shut down by an earlier QSS, or reset. */
    free(req);
    uv_close((uv_handle_t*) stream, free_handle);
  }
}

static void on_reply(uv_write_t* req, int status) {
  struct reply* reply = (struct reply*) req;
  (void) status;
  free(reply->buf.base);
  free(reply);
}

static void echo(uv_stream_t* stream, const uv_buf_t* buf, ssize_t nread) {
  struct reply* reply = malloc(sizeof(*reply));
  CHECK_NOT_NULL(reply);
  reply->buf = uv_buf_init(buf->base, (unsigned) nread);
  CHECK_OK(uv_write(&reply->req, stream, &reply->buf, 1, on_reply));
}

static void on_alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle;
  *buf = uv_buf_init(malloc(size), (unsigned) size);
  CHECK_NOT_NULL(buf->base);
}

static int holds(const uv_buf_t* buf, ssize_t nread, const char* word) {
  return memmem(buf->base, (size_t) nread, word, strlen(word)) != NULL;
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  int half_close;
  if (nread <= 0) {
    free(buf->base);
    if (nread == UV_EOF)
      shut_down(stream, on_last_shutdown);
    else if (nread < 0)
      uv_close((uv_handle_t*) stream, free_handle);
    return;
  }
  half_close = holds(buf, nread, "QSS");
  if (!half_close && holds(buf, nread, "QS")) {
    if (holds(buf, nread, "QSH"))
      CHECK_OK(uv_tcp_close_reset((uv_tcp_t*) stream, free_handle));
    else
      uv_close((uv_handle_t*) stream, free_handle);
    free(buf->base);
    return;
  }
  if (holds(buf, nread, "Q") && !uv_is_closing(&server.handle))
    uv_close(&server.handle, NULL);
  echo(stream, buf, nread);
  if (half_close)
    shut_down(stream, on_shutdown);
}

static void on_connection(uv_stream_t* listener, int status) {
  union any_stream* peer = malloc(sizeof(*peer));
  CHECK_OK(status);
  CHECK_NOT_NULL(peer);
  if (listener->type == UV_TCP)
    CHECK_OK(uv_tcp_init(listener->loop, &peer->tcp));
  else
    CHECK_OK(uv_pipe_init(listener->loop, &peer->pipe, 0));
  CHECK_OK(uv_accept(listener, &peer->stream));
  CHECK_OK(uv_read_start(&peer->stream, on_alloc, on_read));
}

static void open_server(uv_loop_t* loop, const char* where) {
  struct sockaddr_in address;
  struct sockaddr_in6 address6;
  if (where[0] == '/') {
    CHECK_OK(uv_pipe_init(loop, &server.pipe, 0));
    CHECK_OK(uv_pipe_bind(&server.pipe, where));
    return;
  }
  CHECK_OK(uv_tcp_init(loop, &server.tcp));
  if (strchr(where, ':') != NULL) {
    CHECK_OK(uv_ip6_addr(where, 0, &address6));
    CHECK_OK(uv_tcp_bind(&server.tcp, ADDR(&address6), 0));
  } else {
    CHECK_OK(uv_ip4_addr(where, 0, &address));
    CHECK_OK(uv_tcp_bind(&server.tcp, ADDR(&address), 0));
  }
}

/* Arguments: the address or path, and the descriptor to report the port on. */
HELPER(stream_echo_server) {
  uv_loop_t* loop = uv_default_loop();
  char text[16];
  int length;
  int ready;
  CHECK_EQ(argc, 4);
  signal(SIGPIPE, SIG_IGN);
  open_server(loop, argv[2]);
  CHECK_OK(uv_listen(&server.stream, 128, on_connection));
  length = snprintf(text, sizeof(text), "%d",
                    argv[2][0] == '/' ? 0 : tcp_port(&server.tcp));
  ready = atoi(argv[3]);
  CHECK_EQ(write(ready, text, (size_t) length), length);
  CHECK_EQ(close(ready), 0);
  return uv_run(loop, UV_RUN_DEFAULT);
}
