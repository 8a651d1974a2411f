/* A thousand messages there and back by an echo server, and a thousand through
 * an anonymous pipe. */
#include "pipes.h"

enum { ROUNDS = 1000, LINE = 5 };

static const char ping[] = "PING\n";

struct pinger {
  uv_pipe_t reader;
  uv_pipe_t writer;         /* unused by the echo server's client */
  uv_stream_t* out;
  uv_connect_t connect_req;
  uv_write_t write_req;
  int vectored;             /* a buffer for each byte */
  int received;             /* bytes */
};

static int writes_pending;
static int completed;
static int in_connect;

static void on_reader_close(uv_handle_t* handle) {
  CHECK_EQ(((struct pinger*) handle)->received, ROUNDS * LINE);
  completed++;
}

static void on_write(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  writes_pending--;
}

static void send_ping(struct pinger* pinger) {
  uv_buf_t bufs[LINE];
  int i;
  for (i = 0; i < LINE; i++)
    bufs[i] = uv_buf_init((char*) ping + i, 1);
  bufs[0].len = pinger->vectored ? 1 : LINE;
  writes_pending++;
  CHECK_OK(uv_write(&pinger->write_req, pinger->out, bufs,
                    pinger->vectored ? LINE : 1, on_write));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  struct pinger* pinger = (struct pinger*) stream;
  ssize_t i;
  CHECK_GE(nread, 0);
  for (i = 0; i < nread; i++) {
    CHECK_EQ(buf->base[i], ping[pinger->received % LINE]);
    if (++pinger->received % LINE != 0)
      continue;
    if (pinger->received < ROUNDS * LINE) {
      send_ping(pinger);
      continue;
    }
    uv_close((uv_handle_t*) stream, on_reader_close);
    if (pinger->out != stream)
      uv_close((uv_handle_t*) pinger->out, NULL);
  }
}

static void run_pings(uv_loop_t* loop) {
  completed = 0;
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(completed, 1);
  CHECK_EQ(writes_pending, 0);
  finish_loop(loop);
}

/* ---- By the echo server ---- */

static void on_connect(uv_connect_t* req, int status) {
  struct pinger* pinger = (struct pinger*) req->handle;
  CHECK_EQ(in_connect, 0);
  CHECK_OK(status);
  CHECK_EQ(uv_is_readable(req->handle), 1);
  CHECK_EQ(uv_is_writable(req->handle), 1);
  CHECK_EQ(uv_is_closing((uv_handle_t*) req->handle), 0);
  CHECK_OK(uv_read_start(req->handle, alloc_shared, on_read));
  send_ping(pinger);
}

static void ping_server(int vectored) {
  const char* path = fresh_pipe_path();
  struct echo_server server = echo_server_start(path);
  struct pinger pinger = { .vectored = vectored };
  pinger.out = STREAM(&pinger.reader);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pinger.reader, 0));
  in_connect = 1;
  uv_pipe_connect(&pinger.connect_req, &pinger.reader, path, on_connect);
  in_connect = 0;
  CHECK_EQ(uv_is_closing((uv_handle_t*) &pinger.reader), 0);
  run_pings(uv_default_loop());
  echo_server_stop(&server);
}

/* ---- Through an anonymous pipe ---- */

static void ping_through(int vectored) {
  struct pinger pinger = { .vectored = vectored };
  /* The default loop was closed and the library shut down before. */
  uv_loop_t* loop = uv_default_loop();
  uv_file fds[2];
  CHECK_OK(uv_pipe(fds, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE));
  CHECK_EQ(uv_guess_handle(fds[0]), UV_NAMED_PIPE);
  CHECK_EQ(uv_guess_handle(fds[1]), UV_NAMED_PIPE);
  pinger.out = STREAM(&pinger.writer);
  pipe_take(loop, &pinger.reader, fds[0]);
  pipe_take(loop, &pinger.writer, fds[1]);
  CHECK_OK(uv_read_start(STREAM(&pinger.reader), alloc_shared, on_read));
  send_ping(&pinger);
  run_pings(loop);
}

TEST(pipe_ping_pong) {
  ping_server(0);
  ping_through(0);
}

TEST(pipe_ping_pong_vec) {
  ping_server(1);
  ping_through(1);
}
