/* A run of the loop inside a handle's own callback goes on with what the handle has not read yet: nothing
 * new has to arrive for it. */
#include "test.h"

#include <sys/socket.h>
#include <unistd.h>

enum { COUNT = 5 };

static int received;
static int depth;

/* Waits inside the first callback for all that follows. */
static void got_one(void) {
  if (++received != 1)
    return;
  depth++;
  run_until(uv_default_loop(), &received, COUNT);
  depth--;
}

static void alloc_byte(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char bytes[2];
  (void) handle, (void) size;
  *buf = uv_buf_init(&bytes[depth], 1);
}

static void on_datagram(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                        const struct sockaddr* address, unsigned flags) {
  (void) handle, (void) buf, (void) flags;
  CHECK_GE(nread, 0);
  if (address != NULL)
    got_one();
}

TEST(nested_run_receives_what_is_left) {
  struct sockaddr_in address = loopback4(0);
  uv_udp_t udp;
  int fd;
  int i;
  CHECK_OK(uv_udp_init(uv_default_loop(), &udp));
  CHECK_OK(uv_udp_bind(&udp, (struct sockaddr*) &address, 0));
  CHECK_OK(uv_udp_recv_start(&udp, alloc_byte, on_datagram));
  address = loopback4(udp_port(&udp));
  fd = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK_GE(fd, 0);
  for (i = 0; i < COUNT; i++)
    CHECK_EQ(sendto(fd, "x", 1, 0, (struct sockaddr*) &address, sizeof(address)), 1);
  close(fd);
  run_until(uv_default_loop(), &received, COUNT);
  uv_close((uv_handle_t*) &udp, NULL);
  run_dry();
  finish_loop(uv_default_loop());
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  (void) stream, (void) buf;
  CHECK_GE(nread, 0);
  if (nread == 1)
    got_one();
}

TEST(nested_run_reads_what_is_left) {
  uv_pipe_t stream;
  int ends[2];
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &stream, 0));
  CHECK_OK(uv_pipe_open(&stream, ends[0]));
  CHECK_OK(uv_read_start((uv_stream_t*) &stream, alloc_byte, on_read));
  CHECK_EQ(write(ends[1], "xxxxx", COUNT), COUNT);
  run_until(uv_default_loop(), &received, COUNT);
  close(ends[1]);
  uv_close((uv_handle_t*) &stream, NULL);
  run_dry();
  finish_loop(uv_default_loop());
}
