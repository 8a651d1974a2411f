/* Descriptors: streams, datagrams, polls, and what waits to be written to them. */
#include "memory.h"

#include <netinet/in.h>

static char room[65536];

static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buf) {
  (void) handle;
  (void) suggested;
  *buf = uv_buf_init(room, sizeof(room));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  (void) stream;
  (void) buf;
  CHECKED(nread);
}

static void on_datagram(uv_udp_t* udp,
                        ssize_t nread,
                        const uv_buf_t* buf,
                        const struct sockaddr* addr,
                        unsigned flags) {
  (void) udp;
  (void) buf;
  (void) addr;
  (void) flags;
  CHECKED(nread);
}

static struct sockaddr_in any_port(void) {
  struct sockaddr_in addr;
  CHECKED(uv_ip4_addr("127.0.0.1", 0, &addr));
  return addr;
}

static uv_tcp_t* connections;
static int unaccepted;

static void on_connection(uv_stream_t* server, int status) {
  uv_tcp_t* connection = &connections[--unaccepted];
  CHECKED(status);
  CHECKED(uv_tcp_init(server->loop, connection));
  CHECKED(uv_accept(server, (uv_stream_t*) connection));
  CHECKED(uv_read_start((uv_stream_t*) connection, on_alloc, on_read));
}

/* Accepted, reading, and one message has come. The other ends are plain sockets. */
KIND(tcp_connection, 9000, sizeof(uv_tcp_t)) {
  uv_loop_t* loop = new_loop();
  struct sockaddr_in addr = any_port();
  int length = sizeof(addr);
  int* clients = own(count, sizeof(*clients));
  uv_tcp_t server;
  int i;
  connections = own(count, sizeof(*connections));
  CHECKED(uv_tcp_init(loop, &server));
  CHECKED(uv_tcp_bind(&server, (struct sockaddr*) &addr, 0));
  CHECKED(uv_listen((uv_stream_t*) &server, 128, on_connection));
  CHECKED(uv_tcp_getsockname(&server, (struct sockaddr*) &addr, &length));
  memory_start();
  for (i = 0; i < count; i++) {
    clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECKED(clients[i]);
    CHECKED(connect(clients[i], (struct sockaddr*) &addr, sizeof(addr)));
    unaccepted = count - i;
    while (unaccepted == count - i)
      uv_run(loop, UV_RUN_ONCE);
  }
  for (i = 0; i < count; i++)
    CHECKED(write(clients[i], "x", 1));
  for (i = 0; i < 4; i++)
    uv_run(loop, UV_RUN_NOWAIT);
}

KIND(tcp_listening, 2000, sizeof(uv_tcp_t)) {
  uv_loop_t* loop = new_loop();
  struct sockaddr_in addr = any_port();
  uv_tcp_t* servers = own(count, sizeof(*servers));
  int i;
  memory_start();
  for (i = 0; i < count; i++) {
    CHECKED(uv_tcp_init(loop, &servers[i]));
    CHECKED(uv_tcp_bind(&servers[i], (struct sockaddr*) &addr, 0));
    CHECKED(uv_listen((uv_stream_t*) &servers[i], 128, on_connection));
  }
  uv_run(loop, UV_RUN_NOWAIT);
}

KIND(pipe, 9000, sizeof(uv_pipe_t)) {
  uv_loop_t* loop = new_loop();
  uv_pipe_t* pipes = own(count, sizeof(*pipes));
  int i;
  memory_start();
  for (i = 0; i < count; i++) {
    int ends[2];
    CHECKED(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    CHECKED(uv_pipe_init(loop, &pipes[i], 0));
    CHECKED(uv_pipe_open(&pipes[i], ends[0]));
    CHECKED(uv_read_start((uv_stream_t*) &pipes[i], on_alloc, on_read));
    CHECKED(write(ends[1], "x", 1));
  }
  for (i = 0; i < 4; i++)
    uv_run(loop, UV_RUN_NOWAIT);
}

static void on_poll(uv_poll_t* poll, int status, int events) {
  (void) poll;
  (void) events;
  CHECKED(status);
}

KIND(poll, 9000, sizeof(uv_poll_t)) {
  uv_loop_t* loop = new_loop();
  uv_poll_t* polls = own(count, sizeof(*polls));
  int i;
  memory_start();
  for (i = 0; i < count; i++) {
    int ends[2];
    CHECKED(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    CHECKED(uv_poll_init(loop, &polls[i], ends[0]));
    CHECKED(uv_poll_start(&polls[i], UV_READABLE | UV_WRITABLE, on_poll));
  }
  for (i = 0; i < 4; i++)
    uv_run(loop, UV_RUN_NOWAIT);
}

KIND(udp, 4000, sizeof(uv_udp_t)) {
  uv_loop_t* loop = new_loop();
  struct sockaddr_in addr = any_port();
  uv_udp_t* sockets = own(count, sizeof(*sockets));
  int i;
  memory_start();
  for (i = 0; i < count; i++) {
    CHECKED(uv_udp_init(loop, &sockets[i]));
    CHECKED(uv_udp_bind(&sockets[i], (struct sockaddr*) &addr, 0));
    CHECKED(uv_udp_recv_start(&sockets[i], on_alloc, on_datagram));
  }
  uv_run(loop, UV_RUN_NOWAIT);
}

static void on_write(uv_write_t* request, int status) {
  (void) request;
  (void) status;
}

/* Into a pipe that nobody reads. */
static void queue_writes(int count, unsigned pieces) {
  uv_loop_t* loop = new_loop();
  uv_write_t* writes = own(count, sizeof(*writes));
  uv_buf_t bufs[16];
  uv_write_t first;
  uv_pipe_t pipe;
  char* much = own(1, 1 << 20);
  int ends[2];
  int i;
  CHECKED(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
  CHECKED(uv_pipe_init(loop, &pipe, 0));
  CHECKED(uv_pipe_open(&pipe, ends[0]));
  bufs[0] = uv_buf_init(much, 1 << 20);
  CHECKED(uv_write(&first, (uv_stream_t*) &pipe, bufs, 1, on_write));
  for (i = 0; i < 16; i++)
    bufs[i] = uv_buf_init(much, 10);
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_write(&writes[i], (uv_stream_t*) &pipe, bufs, pieces, on_write));
  uv_run(loop, UV_RUN_NOWAIT);
  CHECKED(uv_stream_get_write_queue_size((uv_stream_t*) &pipe) > 0 ? 0 : -1);
}

KIND(write_queued, 100000, sizeof(uv_write_t)) {
  queue_writes(count, 1);
}

KIND(write_queued_10, 100000, sizeof(uv_write_t)) {
  queue_writes(count, 10);
}

static void on_send(uv_udp_send_t* request, int status) {
  (void) request;
  (void) status;
}

static void queue_sends(int count, unsigned pieces) {
  uv_loop_t* loop = new_loop();
  struct sockaddr_in addr = any_port();
  uv_udp_send_t* sends = own(count, sizeof(*sends));
  uv_udp_t udp;
  uv_buf_t bufs[16];
  int i;
  for (i = 0; i < 16; i++)
    bufs[i] = uv_buf_init(room, 10);
  CHECKED(uv_udp_init(loop, &udp));
  CHECKED(uv_udp_bind(&udp, (struct sockaddr*) &addr, 0));
  addr.sin_port = htons(9);
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_udp_send(&sends[i], &udp, bufs, pieces, (struct sockaddr*) &addr, on_send));
  CHECKED(uv_udp_get_send_queue_count(&udp) >= (size_t) count / 2 ? 0 : -1);
}

KIND(send_queued, 20000, sizeof(uv_udp_send_t)) {
  queue_sends(count, 1);
}

KIND(send_queued_10, 20000, sizeof(uv_udp_send_t)) {
  queue_sends(count, 10);
}
