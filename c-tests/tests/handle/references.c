/* What keeps a loop alive, and what does not. */
#include "test.h"

#include <unistd.h>

static int closed;

static void on_close(uv_handle_t* handle) {
  CHECK_NOT_NULL(handle);
  closed++;
}

static void never_timer(uv_timer_t* handle) {
  FAIL("the callback of timer %p ran", (void*) handle);
}

static void never_connection(uv_stream_t* server, int status) {
  FAIL("server %p had a connection, status %d", (void*) server, status);
}

/* Closing takes another turn of the loop. */
static void close_later(void* handle) {
  uv_close(handle, on_close);
  CHECK_EQ(closed, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(closed, 1);
  finish_loop(uv_default_loop());
}

static void unref_run_and_close(void* handle) {
  uv_unref(handle);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  close_later(handle);
}

TEST(async_ref) {
  uv_async_t async;
  CHECK_OK(uv_async_init(uv_default_loop(), &async, NULL));
  unref_run_and_close(&async);
}

TEST(timer_ref) {
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  unref_run_and_close(&timer);
}

TEST(timer_ref2) {
  uv_timer_t timer;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, never_timer, 42, 42));
  unref_run_and_close(&timer);
}

static void unref_prepare(uv_prepare_t* handle) {
  uv_unref((uv_handle_t*) handle);
}

TEST(unref_in_prepare_cb) {
  uv_prepare_t prepare;
  CHECK_OK(uv_prepare_init(uv_default_loop(), &prepare));
  CHECK_OK(uv_prepare_start(&prepare, unref_prepare));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  close_later(&prepare);
}

/* ---- TCP ---- */

TEST(tcp_ref) {
  uv_tcp_t tcp;
  CHECK_OK(uv_tcp_init(uv_default_loop(), &tcp));
  unref_run_and_close(&tcp);
}

TEST(tcp_ref2) {
  uv_tcp_t tcp;
  CHECK_OK(uv_tcp_init(uv_default_loop(), &tcp));
  CHECK_OK(uv_listen((uv_stream_t*) &tcp, 128, never_connection));
  unref_run_and_close(&tcp);
}

TEST(tcp_ref2b) {
  uv_tcp_t tcp;
  CHECK_OK(uv_tcp_init(uv_default_loop(), &tcp));
  CHECK_OK(uv_listen((uv_stream_t*) &tcp, 128, never_connection));
  uv_unref((uv_handle_t*) &tcp);
  close_later(&tcp);
}

/* An echo server for one connection, without the library. */
struct echo_server {
  pthread_t thread;
  int listener;
  struct sockaddr_in addr;
};

static void* serve_one(void* arg) {
  struct echo_server* server = arg;
  char buffer[4096];
  ssize_t got;
  int fd = accept(server->listener, NULL, NULL);
  CHECK_GE(fd, 0);
  while ((got = recv(fd, buffer, sizeof(buffer), 0)) > 0)
    if (send(fd, buffer, (size_t) got, MSG_NOSIGNAL) < 0)
      break;
  close(fd);
  return NULL;
}

static void start_echo_server(struct echo_server* server) {
  socklen_t length = sizeof(server->addr);
  server->addr = loopback4(0);
  server->listener = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_GE(server->listener, 0);
  CHECK_EQ(bind(server->listener, (struct sockaddr*) &server->addr, length), 0);
  CHECK_EQ(getsockname(server->listener, (struct sockaddr*) &server->addr,
                       &length), 0);
  CHECK_EQ(listen(server->listener, 1), 0);
  CHECK_EQ(pthread_create(&server->thread, NULL, serve_one, server), 0);
}

static char payload[32767];
static uv_write_t write_req;
static uv_shutdown_t shutdown_req;
static int connects, writes, shutdowns;

static void on_shutdown(uv_shutdown_t* req, int status) {
  CHECK_PTR_EQ(req, &shutdown_req);
  (void) status; /* the peer may have gone first */
  shutdowns++;
}

static void connect_then_shutdown(uv_connect_t* req, int status) {
  CHECK_OK(status);
  CHECK_OK(uv_shutdown(&shutdown_req, req->handle, on_shutdown));
  connects++;
}

static void write_then_shutdown(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &write_req);
  CHECK_OK(status);
  CHECK_OK(uv_shutdown(&shutdown_req, req->handle, on_shutdown));
  writes++;
}

static void connect_then_write(uv_connect_t* req, int status) {
  uv_buf_t buf = uv_buf_init(payload, sizeof(payload));
  CHECK_OK(status);
  CHECK_OK(uv_write(&write_req, req->handle, &buf, 1, write_then_shutdown));
  connects++;
}

/* An unref'd handle whose requests alone keep the loop going. */
static void requests_of_unref_handle(uv_connect_cb on_connect,
                                     int expected_writes) {
  struct echo_server server;
  uv_connect_t req;
  uv_tcp_t tcp;
  start_echo_server(&server);
  CHECK_OK(uv_tcp_init(uv_default_loop(), &tcp));
  CHECK_OK(uv_tcp_connect(&req, &tcp, (struct sockaddr*) &server.addr,
                          on_connect));
  uv_unref((uv_handle_t*) &tcp);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connects, 1);
  CHECK_EQ(writes, expected_writes);
  CHECK_EQ(shutdowns, 1);
  CHECK_EQ(pthread_join(server.thread, NULL), 0);
  close(server.listener);
  close_later(&tcp);
}

TEST(tcp_ref3) {
  requests_of_unref_handle(connect_then_shutdown, 0);
}

TEST(tcp_ref4) {
  requests_of_unref_handle(connect_then_write, 1);
}

/* ---- UDP ---- */

static void never_alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) size;
  (void) buf;
  FAIL("handle %p asked for a buffer", (void*) handle);
}

static void never_received(uv_udp_t* handle, ssize_t nread,
                           const uv_buf_t* buf, const struct sockaddr* addr,
                           unsigned flags) {
  (void) buf;
  (void) addr;
  (void) flags;
  FAIL("handle %p received %zd", (void*) handle, nread);
}

TEST(udp_ref) {
  uv_udp_t udp;
  CHECK_OK(uv_udp_init(uv_default_loop(), &udp));
  unref_run_and_close(&udp);
}

TEST(udp_ref2) {
  struct sockaddr_in addr = loopback4(0);
  uv_udp_t udp;
  CHECK_OK(uv_udp_init(uv_default_loop(), &udp));
  CHECK_OK(uv_udp_bind(&udp, (struct sockaddr*) &addr, 0));
  CHECK_OK(uv_udp_recv_start(&udp, never_alloc, never_received));
  unref_run_and_close(&udp);
}

static int sends;

static void on_send(uv_udp_send_t* req, int status) {
  CHECK_NOT_NULL(req);
  CHECK_OK(status);
  sends++;
}

TEST(udp_ref3) {
  struct sockaddr_in addr = loopback4(0);
  socklen_t length = sizeof(addr);
  uv_buf_t buf = uv_buf_init("PING", 4);
  int receiver = socket(AF_INET, SOCK_DGRAM, 0);
  uv_udp_send_t req;
  uv_udp_t udp;
  CHECK_GE(receiver, 0);
  CHECK_EQ(bind(receiver, (struct sockaddr*) &addr, length), 0);
  CHECK_EQ(getsockname(receiver, (struct sockaddr*) &addr, &length), 0);

  CHECK_OK(uv_udp_init(uv_default_loop(), &udp));
  CHECK_OK(uv_udp_send(&req, &udp, &buf, 1, (struct sockaddr*) &addr, on_send));
  uv_unref((uv_handle_t*) &udp);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(sends, 1);
  close(receiver);
  close_later(&udp);
}
