/* A thousand round trips, over a connection and over a pair of sockets that
 * were connected from the start. */
#include "../stream/pinger.h"

static const char pong[] = "PONG\n";

/* ---- Part 1: over a connection ---- */

static void ping_server(struct echo_server* server, struct sockaddr* address,
                        int vectored) {
  uv_tcp_t client;
  struct pinger pinger = { .in = STREAM(&client), .out = STREAM(&client),
                           .expected = ping, .vectored = vectored };
  CHECK_OK(uv_tcp_init(uv_default_loop(), &client));
  pinger.connect_req.data = &pinger;
  in_connect = 1;
  CHECK_OK(uv_tcp_connect(&pinger.connect_req, &client, address,
                          on_pinger_connect));
  in_connect = 0;
  run_pinger();
  echo_server_stop(server);
  finish_loop(uv_default_loop());
}

/* ---- Part 2: over a pair ---- */

struct reply {
  uv_write_t req;
  char data[64];
};

static uv_tcp_t ponger;

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
    close_at_eof(stream, nread, buf);
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
  uv_tcp_t client;
  struct pinger pinger = { .in = STREAM(&client), .out = STREAM(&client),
                           .expected = pong, .vectored = vectored };
  uv_os_sock_t fds[2];
  /* The default loop was closed and the library shut down before. */
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_socketpair(SOCK_STREAM, 0, fds, UV_NONBLOCK_PIPE,
                         UV_NONBLOCK_PIPE));
  CHECK_EQ(uv_guess_handle(fds[0]), UV_NAMED_PIPE);
  CHECK_EQ(uv_guess_handle(fds[1]), UV_NAMED_PIPE);
  CHECK_OK(uv_tcp_init(loop, &client));
  CHECK_OK(uv_tcp_init(loop, &ponger));
  CHECK_OK(uv_tcp_open(&client, fds[1]));
  CHECK_OK(uv_tcp_open(&ponger, fds[0]));
  CHECK_OK(uv_read_start(STREAM(&ponger), alloc_shared, on_ponger_read));
  start_pinging(&pinger);
  run_pinger();
  CHECK_EQ(eofs, 1);
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
