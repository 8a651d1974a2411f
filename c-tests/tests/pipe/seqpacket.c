/* Servers of SOCK_SEQPACKET: what is written stays messages. */
#include "pipes.h"

#include <sys/un.h>

enum { MESSAGES = 400, SIZE = 2000 };

static uv_pipe_t server;
static uv_pipe_t peer;
static uv_write_t writes[MESSAGES];
static int written;
static int received;
static int client;
static uv_idle_t reader;

static void on_write(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  written++;
}

static void on_idle(uv_idle_t* idle) {
  static char message[4 * SIZE];
  ssize_t size;
  while ((size = recv(client, message, sizeof(message), MSG_DONTWAIT)) > 0) {
    CHECK_EQ(size, SIZE);
    received++;
  }
  if (received == MESSAGES && written == MESSAGES) {
    CLOSE(idle);
    CLOSE(&peer);
    CLOSE(&server);
  }
}

static void on_connection(uv_stream_t* stream, int status) {
  static char message[SIZE];
  uv_buf_t buf = uv_buf_init(message, SIZE);
  int i;
  CHECK_OK(status);
  pipe_accept(stream, &peer);
  for (i = 0; i < MESSAGES; i++)
    CHECK_OK(uv_write(&writes[i], STREAM(&peer), &buf, 1, on_write));
  CHECK_GT(peer.write_queue_size, 0);
  CHECK_OK(uv_idle_start(&reader, on_idle));
}

TEST(pipe_accepted_seqpacket_keeps_messages) {
  struct sockaddr_un addr = { .sun_family = AF_UNIX };
  int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  client = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  CHECK_GE(listener, 0);
  CHECK_GE(client, 0);
  snprintf(addr.sun_path, sizeof(addr.sun_path), "seqpacket");
  CHECK_EQ(bind(listener, ADDR(&addr), sizeof(addr)), 0);
  CHECK_EQ(listen(listener, 1), 0);
  CHECK_EQ(connect(client, ADDR(&addr), sizeof(addr)), 0);
  CHECK_OK(uv_idle_init(uv_default_loop(), &reader));
  pipe_take(uv_default_loop(), &server, listener);
  CHECK_OK(uv_listen(STREAM(&server), 1, on_connection));
  run_dry();
  CHECK_EQ(received, MESSAGES);
  CHECK_EQ(close(client), 0);
  finish_loop(uv_default_loop());
}
