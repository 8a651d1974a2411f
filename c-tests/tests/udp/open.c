/* Sockets that the program made. */
#include "datagrams.h"

#include <sys/un.h>

static uv_udp_t handle;
static uv_udp_t other;
static uv_udp_send_t send_req;
static int sends;
static int received;

static int datagram_socket(void) {
  int yes = 1;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK_GE(fd, 0);
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)), 0);
  return fd;
}

static void on_sent_close(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &send_req);
  CHECK_OK(status);
  sends++;
  CLOSE(req->handle);
}

static void on_ping_unless_closed(uv_udp_t* udp, ssize_t nread,
                                  const uv_buf_t* buf,
                                  const struct sockaddr* address,
                                  unsigned flags) {
  CHECK_EQ(uv_is_closing((uv_handle_t*) udp), 0);
  if (!is_nothing(nread, address))
    check_datagram(nread, buf, address, flags, "PING");
}

TEST(udp_open) {
  struct sockaddr_in address = loopback4(0);
  int fd = datagram_socket();
  CHECK_OK(uv_udp_init(uv_default_loop(), &handle));
  CHECK_OK(uv_udp_open(&handle, fd));
  CHECK_OK(uv_udp_bind(&handle, ADDR(&address), 0));
  address = loopback4(udp_port(&handle));
  CHECK_OK(uv_udp_recv_start(&handle, alloc_shared, on_ping_unless_closed));
  CHECK_OK(send_text(&send_req, &handle, "PING", &address, on_sent_close));

  CHECK_OK(uv_udp_init(uv_default_loop(), &other));
  CHECK_ERR(UV_EEXIST, uv_udp_open(&other, fd));
  uv_close((uv_handle_t*) &other, NULL);
  CHECK_EQ(sends, 0);
  run_dry();
  CHECK_EQ(sends, 1);
  check_queue_empty(&handle);
  finish(1);
}

TEST(udp_open_bound) {
  struct sockaddr_in address = loopback4(0);
  int fd = datagram_socket();
  CHECK_EQ(bind(fd, ADDR(&address), sizeof(address)), 0);
  CHECK_OK(uv_udp_init(uv_default_loop(), &handle));
  CHECK_OK(uv_udp_open(&handle, fd));
  CHECK_OK(uv_udp_recv_start(&handle, alloc_shared, never_received));
  CLOSE(&handle);
  finish(1);
}

TEST(udp_open_twice) {
  int first = datagram_socket();
  int second = datagram_socket();
  CHECK_OK(uv_udp_init(uv_default_loop(), &handle));
  CHECK_OK(uv_udp_open(&handle, first));
  CHECK_ERR(UV_EBUSY, uv_udp_open(&handle, second));
  CHECK_EQ(close(second), 0);
  CLOSE(&handle);
  finish(1);
}

static void on_ping_close(uv_udp_t* udp, ssize_t nread, const uv_buf_t* buf,
                          const struct sockaddr* address, unsigned flags) {
  if (is_nothing(nread, address))
    return;
  check_datagram(nread, buf, address, flags, "PING");
  received++;
  CHECK_OK(uv_udp_recv_stop(udp));
  CLOSE(udp);
}

TEST(udp_open_connect) {
  struct sockaddr_in address;
  int fd = datagram_socket();
  int port = udp_bind_loopback(uv_default_loop(), &other, 0);
  CHECK_OK(uv_udp_recv_start(&other, alloc_shared, on_ping_close));
  address = loopback4(port);
  CHECK_EQ(connect(fd, ADDR(&address), sizeof(address)), 0);
  CHECK_OK(uv_udp_init(uv_default_loop(), &handle));
  CHECK_OK(uv_udp_open(&handle, fd));
  CHECK_OK(send_text(&send_req, &handle, "PING", NULL, on_sent_close));
  run_dry();
  CHECK_EQ(sends, 1);
  CHECK_EQ(received, 1);
  check_queue_empty(&handle);
  finish(2);
}

TEST(udp_send_unix) {
  struct sockaddr_un address;
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK_GE(fd, 0);
  memset(&address, 0, sizeof(address));
  address.sun_family = AF_UNIX;
  strcpy(address.sun_path, "socket");
  CHECK_EQ(bind(fd, ADDR(&address), sizeof(address)), 0);
  CHECK_EQ(listen(fd, 1), 0);
  CHECK_OK(uv_udp_init(uv_default_loop(), &handle));
  CHECK_OK(uv_udp_open(&handle, fd));
  run_dry();
  CHECK_OK(send_text(&send_req, &handle, "PING", &address, NULL));
  CLOSE(&handle);
  finish(1);
}
