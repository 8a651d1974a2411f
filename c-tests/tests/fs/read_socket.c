/* A socket's error is told once, to whoever asks first: it is not lost on a first attempt. */
#include "fs.h"

#include <sys/socket.h>

static char byte;
static uv_buf_t buf;

static ssize_t read_async(int fd) {
  buf = uv_buf_init(&byte, 1);
  return ASYNC(UV_FS_READ, uv_fs_read, fd, &buf, 1, -1);
}

/* The library learns that reads are quick. */
static void warm_up(void) {
  int fd, i;
  write_file("file", "x", 1);
  fd = open("file", O_RDONLY | O_CLOEXEC);
  CHECK_GE(fd, 0);
  for (i = 0; i < 3; i++) {
    CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
    CHECK_EQ(read_async(fd), 1);
  }
  CHECK_OK(close(fd));
}

TEST(fs_read_of_a_socket_that_was_reset) {
  struct sockaddr_in address = loopback4(0);
  struct linger linger = { 1, 0 };
  socklen_t size = sizeof(address);
  int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int peer;
  warm_up();
  CHECK_EQ(bind(server, (struct sockaddr*) &address, size), 0);
  CHECK_EQ(listen(server, 1), 0);
  CHECK_EQ(getsockname(server, (struct sockaddr*) &address, &size), 0);
  CHECK_EQ(connect(client, (struct sockaddr*) &address, size), 0);
  peer = accept(server, NULL, NULL);
  CHECK_GE(peer, 0);
  CHECK_EQ(setsockopt(peer, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
  CHECK_OK(close(peer)); /* over the loopback the reset is there at once */
  CHECK_ERR(UV_ECONNRESET, read_async(client));
  CHECK_EQ(read_async(client), 0);
  CHECK_OK(close(client));
  CHECK_OK(close(server));
  fs_finish();
}

TEST(fs_read_of_a_udp_socket_that_was_refused) {
  struct sockaddr_in address = loopback4(free_udp_port());
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  warm_up();
  CHECK_EQ(connect(fd, (struct sockaddr*) &address, sizeof(address)), 0);
  CHECK_EQ(send(fd, "x", 1, 0), 1);
  CHECK_ERR(UV_ECONNREFUSED, read_async(fd));
  CHECK_OK(close(fd));
  fs_finish();
}
