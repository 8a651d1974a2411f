/* Set-ups that the tests of TCP and of streams share: servers, clients,
 * addresses with nobody behind them, callbacks that count or must not run.
 * Each test is a process of its own, so the counters belong to one test. */
#ifndef UV_TESTS_STREAMS_H
#define UV_TESTS_STREAMS_H

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLOSE(handle) uv_close((uv_handle_t*) (handle), count_close)
#define STREAM(handle) ((uv_stream_t*) (handle))
#define ADDR(address) ((struct sockaddr*) (address))

/* ---- Callbacks ---- */

static int close_calls;

static inline void count_close(uv_handle_t* handle) {
  CHECK_NOT_NULL(handle);
  close_calls++;
}

static inline void never_close(uv_handle_t* handle) {
  FAIL("close callback of %p", (void*) handle);
}

static inline void never_alloc(uv_handle_t* handle, size_t size,
                               uv_buf_t* buf) {
  (void) size, (void) buf;
  FAIL("alloc callback of %p", (void*) handle);
}

static inline void never_read(uv_stream_t* stream, ssize_t nread,
                              const uv_buf_t* buf) {
  (void) stream, (void) buf;
  FAIL("read callback with %zd", nread);
}

static inline void never_connect(uv_connect_t* req, int status) {
  (void) req;
  FAIL("connect callback with %d", status);
}

static inline void never_connection(uv_stream_t* server, int status) {
  (void) server;
  FAIL("connection callback with %d", status);
}

static inline void never_write(uv_write_t* req, int status) {
  (void) req;
  FAIL("write callback with %d", status);
}

static inline void never_shutdown(uv_shutdown_t* req, int status) {
  (void) req;
  FAIL("shutdown callback with %d", status);
}

/* One buffer for all: reads end before the next allocation. */
static inline void alloc_shared(uv_handle_t* handle, size_t size,
                                uv_buf_t* buf) {
  static char shared[65536];
  CHECK_GT(size, 0);
  (void) handle;
  *buf = uv_buf_init(shared, sizeof(shared));
}

static inline void alloc_byte(uv_handle_t* handle, size_t size,
                              uv_buf_t* buf) {
  static char byte;
  (void) handle, (void) size;
  *buf = uv_buf_init(&byte, 1);
}

static int eofs;

/* For streams that get nothing but their end. */
static inline void close_at_eof(uv_stream_t* stream, ssize_t nread,
                                const uv_buf_t* buf) {
  (void) buf;
  if (nread == 0)
    return;
  CHECK_ERR(UV_EOF, nread);
  eofs++;
  CLOSE(stream);
}

static inline int write_text(void* stream, uv_write_t* req, const char* text,
                             uv_write_cb cb) {
  uv_buf_t buf = uv_buf_init((char*) text, (unsigned) strlen(text));
  return uv_write(req, STREAM(stream), &buf, 1, cb);
}

/* ---- Servers and clients in this process ---- */

/* Listens on a free port of all interfaces, and returns the port. */
static inline int tcp_serve(uv_loop_t* loop, uv_tcp_t* server, int backlog,
                            uv_connection_cb cb) {
  struct sockaddr_in address = any4(0);
  CHECK_OK(uv_tcp_init(loop, server));
  CHECK_OK(uv_tcp_bind(server, ADDR(&address), 0));
  CHECK_OK(uv_listen(STREAM(server), backlog, cb));
  return tcp_port(server);
}

static inline void tcp_accept(uv_stream_t* server, uv_tcp_t* peer) {
  CHECK_OK(uv_tcp_init(server->loop, peer));
  CHECK_OK(uv_accept(server, STREAM(peer)));
}

/* Connects a new handle to the port on 127.0.0.1. The library leaves SIGPIPE to
 * the program: a write to a connection that was reset raises it. */
static inline void tcp_client(uv_loop_t* loop, uv_tcp_t* client,
                              uv_connect_t* req, int port, uv_connect_cb cb) {
  struct sockaddr_in address = loopback4(port);
  signal(SIGPIPE, SIG_IGN);
  CHECK_OK(uv_tcp_init(loop, client));
  CHECK_OK(uv_tcp_connect(req, client, ADDR(&address), cb));
}

/* ---- Addresses with nobody behind them ---- */

/* A port held by a socket that does not listen: connections to it are refused
 * and nobody else gets it. Close the descriptor before the end of the test. */
struct closed_port {
  int fd;
  int port;
};

static inline struct closed_port closed_port_of(void* address,
                                                socklen_t size) {
  struct closed_port closed;
  closed.fd = socket(ADDR(address)->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK_GE(closed.fd, 0);
  CHECK_EQ(bind(closed.fd, ADDR(address), size), 0);
  CHECK_EQ(getsockname(closed.fd, ADDR(address), &size), 0);
  /* The port is at the same place in both families. */
  closed.port = ntohs(((struct sockaddr_in*) address)->sin_port);
  return closed;
}

static inline struct closed_port closed_port4(void) {
  struct sockaddr_in address = loopback4(0);
  return closed_port_of(&address, sizeof(address));
}

static inline struct closed_port closed_port6(void) {
  struct sockaddr_in6 address = loopback6(0);
  return closed_port_of(&address, sizeof(address));
}

/* A port of 127.0.0.1 that does not answer: its listener's queue is full, so
 * the kernel drops every further request. */
struct silent_port {
  int listener;
  int filler;
  int port;
};

static inline struct silent_port silent_port4(void) {
  struct sockaddr_in address = loopback4(0);
  struct closed_port closed = closed_port_of(&address, sizeof(address));
  struct silent_port silent = { closed.fd, -1, closed.port };
  CHECK_EQ(listen(silent.listener, 0), 0);
  silent.filler = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK_GE(silent.filler, 0);
  CHECK_EQ(connect(silent.filler, ADDR(&address), sizeof(address)), 0);
  return silent;
}

static inline void silent_port_close(struct silent_port* silent) {
  CHECK_EQ(close(silent->filler), 0);
  CHECK_EQ(close(silent->listener), 0);
}

/* ---- The echo server in another process (echo_server.c) ---- */

struct echo_server {
  pid_t pid;
  int port;
};

/* `where` is an IP address, or the path of a pipe: then there is no port.
 * Call this first in a test. A server that is not stopped dies with it. */
static inline struct echo_server echo_server_start(const char* where) {
  struct echo_server server;
  char text[16] = "";
  char fd[16];
  int ready[2];
  size_t length = 0;
  ssize_t got;

  CHECK_EQ(pipe2(ready, O_CLOEXEC), 0);
  server.pid = fork();
  CHECK_GE(server.pid, 0);
  if (server.pid == 0) {
    fcntl(ready[1], F_SETFD, 0);
    snprintf(fd, sizeof(fd), "%d", ready[1]);
    execl(test_exepath(), test_exepath(), "stream_echo_server", where, fd,
          (char*) NULL);
    _exit(127);
  }
  CHECK_EQ(close(ready[1]), 0);
  while ((got = read(ready[0], text + length, sizeof(text) - 1 - length)) > 0)
    length += (size_t) got;
  CHECK_EQ(close(ready[0]), 0);
  CHECK_GT(length, 0);
  server.port = atoi(text);
  return server;
}

static inline void echo_server_stop(struct echo_server* server) {
  int status;
  CHECK_EQ(kill(server->pid, SIGKILL), 0);
  CHECK_EQ(waitpid(server->pid, &status, 0), server->pid);
}

/* Connects a new handle to an echo server, and runs the default loop dry. */
static inline void run_echo_client(uv_tcp_t* client, uv_connect_t* req,
                                   uv_connect_cb cb) {
  struct echo_server server = echo_server_start("127.0.0.1");
  tcp_client(uv_default_loop(), client, req, server.port, cb);
  run_dry();
  echo_server_stop(&server);
}

#endif
