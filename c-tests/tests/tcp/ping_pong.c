/* A thousand round trips, over a connection and over a pair of sockets that
 * were connected from the start. */
#include "../stream/streams.h"

enum { ROUNDS = 1000, LINE = 5 };

static const char ping[] = "PING\n";
static const char pong[] = "PONG\n";

struct pinger {
  uv_tcp_t tcp;
  uv_connect_t connect_req;
  uv_write_t write_req;
  const char* expected;
  int vectored;          /* a buffer for each byte */
  int received;          /* bytes */
};

static int writes_pending;
static int completed;
static int in_connect;

static void on_close(uv_handle_t* handle) {
  struct pinger* pinger = (struct pinger*) handle;
  CHECK_EQ(pinger->received, ROUNDS * LINE);
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
  CHECK_EQ(writes_pending, 0);
  writes_pending++;
  CHECK_OK(uv_write(&pinger->write_req, STREAM(&pinger->tcp), bufs,
                    pinger->vectored ? LINE : 1, on_write));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  struct pinger* pinger = (struct pinger*) stream;
  ssize_t i;
  CHECK_GE(nread, 0);
  for (i = 0; i < nread; i++) {
    CHECK_EQ(buf->base[i], pinger->expected[pinger->received % LINE]);
    if (++pinger->received % LINE != 0)
      continue;
    if (pinger->received == ROUNDS * LINE)
      uv_close((uv_handle_t*) stream, on_close);
    else
      send_ping(pinger);
  }
}

static void start_pinging(struct pinger* pinger) {
  CHECK_OK(uv_read_start(STREAM(&pinger->tcp), alloc_shared, on_read));
  send_ping(pinger);
}

/* ---- Part 1: over a connection ---- */

static void on_connect(uv_connect_t* req, int status) {
  uv_stream_t* stream = req->handle;
  CHECK_EQ(in_connect, 0);
  CHECK_OK(status);
  CHECK_EQ(uv_is_readable(stream), 1);
  CHECK_EQ(uv_is_writable(stream), 1);
  CHECK_EQ(uv_is_closing((uv_handle_t*) stream), 0);
  start_pinging((struct pinger*) stream);
}

static void ping_server(struct echo_server* server, struct sockaddr* address,
                        int vectored) {
  struct pinger pinger = { .expected = ping, .vectored = vectored };
  CHECK_OK(uv_tcp_init(uv_default_loop(), &pinger.tcp));
  in_connect = 1;
  CHECK_OK(uv_tcp_connect(&pinger.connect_req, &pinger.tcp, address,
                          on_connect));
  in_connect = 0;
  CHECK_EQ(completed, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(completed, 1);
  CHECK_EQ(writes_pending, 0);
  echo_server_stop(server);
  finish_loop(uv_default_loop());
}

/* ---- Part 2: over a pair ---- */

struct reply {
  uv_write_t req;
  char data[64];
};

static uv_tcp_t ponger;
static int ponger_eofs;

static void on_reply(uv_write_t* req, int status) {
  CHECK_OK(status);
  free(req);
}

static void on_ponger_read(uv_stream_t* stream, ssize_t nread,
                           const uv_buf_t* buf) {
  struct reply* reply;
  uv_buf_t answer;
  ssize_t i;
  if (nread < 0) {
    CHECK_ERR(UV_EOF, nread);
    ponger_eofs++;
    CLOSE(stream);
    return;
  }
  reply = malloc(sizeof(*reply));
  CHECK_NOT_NULL(reply);
  CHECK_LE(nread, sizeof(reply->data));
  for (i = 0; i < nread; i++)
    reply->data[i] = buf->base[i] == 'I' ? 'O' : buf->base[i];
  answer = uv_buf_init(reply->data, (unsigned) nread);
  CHECK_OK(uv_write(&reply->req, stream, &answer, 1, on_reply));
}

static void ping_pair(int vectored) {
  struct pinger pinger = { .expected = pong, .vectored = vectored };
  uv_os_sock_t fds[2];
  /* The default loop was closed and the library shut down before. */
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_socketpair(SOCK_STREAM, 0, fds, UV_NONBLOCK_PIPE,
                         UV_NONBLOCK_PIPE));
  CHECK_EQ(uv_guess_handle(fds[0]), UV_NAMED_PIPE);
  CHECK_EQ(uv_guess_handle(fds[1]), UV_NAMED_PIPE);
  CHECK_OK(uv_tcp_init(loop, &pinger.tcp));
  CHECK_OK(uv_tcp_init(loop, &ponger));
  CHECK_OK(uv_tcp_open(&pinger.tcp, fds[1]));
  CHECK_OK(uv_tcp_open(&ponger, fds[0]));
  CHECK_OK(uv_read_start(STREAM(&ponger), alloc_shared, on_ponger_read));
  start_pinging(&pinger);
  completed = 0;
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(completed, 1);
  CHECK_EQ(ponger_eofs, 1);
  CHECK_EQ(close_calls, 1);
  finish_loop(loop);
}

/* ---- The tests ---- */

static void ping4(int vectored) {
  struct echo_server server = echo_server_start("127.0.0.1");
  struct sockaddr_in address = loopback4(server.port);
  ping_server(&server, ADDR(&address), vectored);
}

TEST(tcp_ping_pong) {
  ping4(0);
  ping_pair(0);
}

TEST(tcp_ping_pong_vec) {
  ping4(1);
  ping_pair(1);
}

static void ping6(int vectored) {
  struct echo_server server;
  struct sockaddr_in6 address;
  if (!has_ipv6())
    SKIP("no IPv6 here");
  server = echo_server_start("::1");
  address = loopback6(server.port);
  ping_server(&server, ADDR(&address), vectored);
}

TEST(tcp6_ping_pong) {
  ping6(0);
}

TEST(tcp6_ping_pong_vec) {
  ping6(1);
}
