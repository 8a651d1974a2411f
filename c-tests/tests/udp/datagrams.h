/* Set-ups that the tests of UDP share. Each test is a process of its own, so
 * the counters belong to one test. */
#ifndef UV_TESTS_DATAGRAMS_H
#define UV_TESTS_DATAGRAMS_H

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLOSE(handle) uv_close((uv_handle_t*) (handle), count_close)
#define ADDR(address) ((struct sockaddr*) (address))

static int close_calls;

static inline void count_close(uv_handle_t* handle) {
  CHECK_NOT_NULL(handle);
  CHECK_EQ(uv_is_closing(handle), 1);
  close_calls++;
}

/* Closes once. */
static inline void close_if_open(void* handle) {
  if (!uv_is_closing(handle))
    CLOSE(handle);
}

static inline void never_received(uv_udp_t* handle, ssize_t nread,
                                  const uv_buf_t* buf,
                                  const struct sockaddr* address,
                                  unsigned flags) {
  (void) handle, (void) buf, (void) address, (void) flags;
  FAIL("receive callback with %zd", nread);
}

/* One buffer for all: a callback ends before the next allocation. */
static inline void alloc_shared(uv_handle_t* handle, size_t size,
                                uv_buf_t* buf) {
  static char shared[65536];
  (void) handle;
  CHECK_GT(size, 0);
  CHECK_LE(size, sizeof(shared));
  *buf = uv_buf_init(shared, sizeof(shared));
}

/* Whether a receive callback only says that nothing is left. */
static inline int is_nothing(ssize_t nread, const struct sockaddr* address) {
  if (nread != 0)
    return 0;
  CHECK_NULL(address);
  return 1;
}

/* A whole datagram from somebody, with this text. */
static inline void check_datagram(ssize_t nread, const uv_buf_t* buf,
                                  const struct sockaddr* address,
                                  unsigned flags, const char* text) {
  CHECK_EQ(nread, strlen(text));
  CHECK_MEM_EQ(buf->base, text, strlen(text));
  CHECK_NOT_NULL(address);
  CHECK_EQ(flags, 0);
}

static inline int send_text(uv_udp_send_t* req, uv_udp_t* from,
                            const char* text, const void* to,
                            uv_udp_send_cb cb) {
  uv_buf_t buf = uv_buf_init((char*) text, (unsigned) strlen(text));
  return uv_udp_send(req, from, &buf, 1, to, cb);
}

static inline int try_send_text(uv_udp_t* from, const char* text,
                                const void* to) {
  uv_buf_t buf = uv_buf_init((char*) text, (unsigned) strlen(text));
  return uv_udp_try_send(from, &buf, 1, to);
}

/* A new handle bound to a free port of 0.0.0.0; returns the port. */
static inline int udp_bind_any(uv_loop_t* loop, uv_udp_t* handle) {
  struct sockaddr_in address = any4(0);
  CHECK_OK(uv_udp_init(loop, handle));
  CHECK_OK(uv_udp_bind(handle, ADDR(&address), 0));
  return udp_port(handle);
}

/* A new handle bound to a free port of 127.0.0.1; returns the port. */
static inline int udp_bind_loopback(uv_loop_t* loop, uv_udp_t* handle,
                                    unsigned flags) {
  struct sockaddr_in address = loopback4(0);
  CHECK_OK(uv_udp_init(loop, handle));
  CHECK_OK(uv_udp_bind(handle, ADDR(&address), flags));
  return udp_port(handle);
}

/* Receives on a free port of 0.0.0.0; returns the port. */
static inline int udp_serve(uv_loop_t* loop, uv_udp_t* server,
                            uv_udp_recv_cb cb) {
  int port = udp_bind_any(loop, server);
  CHECK_OK(uv_udp_recv_start(server, alloc_shared, cb));
  return port;
}

/* A port that is taken and yet unreachable: its socket wants datagrams from
 * itself alone. Nobody else gets the port meanwhile. */
struct closed_port {
  int fd;
  struct sockaddr_storage address;
};

static inline struct closed_port closed_port_of(const void* address,
                                         socklen_t length) {
  struct closed_port port;
  memcpy(&port.address, address, length);
  port.fd = socket(port.address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  CHECK_GE(port.fd, 0);
  CHECK_EQ(bind(port.fd, ADDR(&port.address), length), 0);
  CHECK_EQ(getsockname(port.fd, ADDR(&port.address), &length), 0);
  CHECK_EQ(connect(port.fd, ADDR(&port.address), length), 0);
  return port;
}

static inline struct closed_port closed_port4(void) {
  struct sockaddr_in address = loopback4(0);
  return closed_port_of(&address, sizeof(address));
}

/* Runs the default loop dry and ends the test. */
static inline void finish(int closes) {
  run_dry();
  CHECK_EQ(close_calls, closes);
  finish_loop(uv_default_loop());
}

static inline void check_queue_empty(const uv_udp_t* handle) {
  CHECK_EQ(uv_udp_get_send_queue_size(handle), 0);
  CHECK_EQ(uv_udp_get_send_queue_count(handle), 0);
  CHECK_EQ(handle->send_queue_size, 0);
}

#endif
