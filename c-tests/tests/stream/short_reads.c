/* Reads that end before what is there does: all of it is read all the same,
 * without a further message of the peer's. */
#include "../pipe/pipes.h"

#include <sys/un.h>

static char got[64];
static size_t got_size;
static size_t expected = sizeof(got);
static int peer;
static union {
  uv_stream_t stream;
  uv_pipe_t pipe;
  uv_tcp_t tcp;
} reader;

static void on_alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char memory[4096];
  (void) handle, (void) size;
  *buf = uv_buf_init(memory, sizeof(memory));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  CHECK_GE(nread, 0);
  CHECK_LE(got_size + (size_t) nread, sizeof(got));
  memcpy(got + got_size, buf->base, (size_t) nread);
  got_size += (size_t) nread;
  if (got_size >= expected)
    CLOSE(stream);
}

/* Reads until these bytes have come, which are on their way. */
static void expect(const char* bytes) {
  expected = strlen(bytes);
  if (got_size >= expected)
    CLOSE(&reader);
  run_dry();
  CHECK_EQ(got_size, expected);
  CHECK_MEM_EQ(got, bytes, expected);
  CHECK_EQ(close(peer), 0);
  finish_loop(uv_default_loop());
}

static void start(void) {
  CHECK_OK(uv_read_start(&reader.stream, on_alloc, on_read));
  uv_run(uv_default_loop(), UV_RUN_NOWAIT);
}

static void unix_pair(int fds[2], int type) {
  CHECK_EQ(socketpair(AF_UNIX, type, 0, fds), 0);
  peer = fds[1];
}

static void send_text(int to, const char* text, int with_fd) {
  send_fds(to, uv_buf_init((char*) text, (unsigned) strlen(text)), &to,
           with_fd ? 1 : 0);
}

/* Both ends of a connection of the test's own. */
static void tcp_sockets(int fds[2]) {
  struct sockaddr_in addr;
  socklen_t size = sizeof(addr);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_GE(listener, 0);
  CHECK_OK(uv_ip4_addr("127.0.0.1", 0, &addr));
  CHECK_EQ(bind(listener, ADDR(&addr), size), 0);
  CHECK_EQ(listen(listener, 1), 0);
  CHECK_EQ(getsockname(listener, ADDR(&addr), &size), 0);
  fds[1] = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_EQ(connect(fds[1], ADDR(&addr), size), 0);
  peer = fds[1];
  fds[0] = accept(listener, NULL, NULL);
  CHECK_GE(fds[0], 0);
  CHECK_EQ(close(listener), 0);
}

/* ---- Descriptors in a pipe that does not fetch them ---- */

TEST(stream_reads_on_after_descriptors_in_plain_pipe) {
  int fds[2];
  unix_pair(fds, SOCK_STREAM);
  pipe_take(uv_default_loop(), &reader.pipe, fds[0]);
  start();
  send_text(fds[1], "one", 1);
  send_text(fds[1], "two", 0);
  send_text(fds[1], "three", 1);
  expect("onetwothree");
}

/* ---- Options that are set when the stream reads already ---- */

#ifdef SO_PASSCRED
TEST(stream_reads_on_after_other_writers_credentials) {
  int fds[2];
  int on = 1;
  int i;
  unix_pair(fds, SOCK_STREAM);
  pipe_take(uv_default_loop(), &reader.pipe, fds[0]);
  start();
  CHECK_EQ(setsockopt(fds[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)), 0);
  for (i = 0; i < 3; i++) {
    int status;
    pid_t child = fork();
    CHECK_GE(child, 0);
    if (child == 0)
      _exit(send(fds[1], "abc", 3, 0) != 3);
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
  }
  expect("abcabcabc");
}
#endif

/* ---- Messages ---- */

TEST(stream_reads_all_messages_of_seqpacket_pipe) {
  int fds[2];
  unix_pair(fds, SOCK_SEQPACKET);
  pipe_take(uv_default_loop(), &reader.pipe, fds[0]);
  start();
  send_text(fds[1], "one", 0);
  send_text(fds[1], "two", 0);
  expect("onetwo");
}

/* ---- An urgent byte that the program has taken already ---- */

static void send_around_urgent(int to) {
  CHECK_EQ(send(to, "abc", 3, 0), 3);
  CHECK_EQ(send(to, "X", 1, MSG_OOB), 1);
  CHECK_EQ(send(to, "def", 3, 0), 3);
}

static void take_urgent(int from) {
  char byte = 0;
  while (recv(from, &byte, 1, MSG_OOB) != 1)
    CHECK(errno == EINVAL || errno == EAGAIN);
  CHECK_EQ(byte, 'X');
}

TEST(stream_reads_past_urgent_byte_taken_before) {
  int fds[2];
  tcp_sockets(fds);
  send_around_urgent(fds[1]);
  take_urgent(fds[0]);
  CHECK_OK(uv_tcp_init(uv_default_loop(), &reader.tcp));
  CHECK_OK(uv_tcp_open(&reader.tcp, fds[0]));
  start();
  expect("abcdef");
}

static uv_os_fd_t fd_of_reader(void) {
  uv_os_fd_t fd;
  CHECK_OK(uv_fileno((uv_handle_t*) &reader.stream, &fd));
  return fd;
}

static void on_urgent_connection(uv_stream_t* server, int status) {
  CHECK_OK(status);
  CHECK_OK(uv_tcp_init(server->loop, &reader.tcp));
  CHECK_OK(uv_accept(server, &reader.stream));
  CHECK_OK(uv_read_start(&reader.stream, on_alloc, on_read));
  CLOSE(server);
}

/* While the stream reads: the kernel reports the bytes, and no urgent one. */
TEST(stream_reads_past_urgent_byte_taken_meanwhile) {
  struct sockaddr_in addr;
  uv_tcp_t server;
  int client = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_GE(client, 0);
  peer = client;
  CHECK_OK(uv_ip4_addr("127.0.0.1", 0, &addr));
  CHECK_OK(uv_tcp_init(uv_default_loop(), &server));
  CHECK_OK(uv_tcp_bind(&server, ADDR(&addr), 0));
  CHECK_OK(uv_listen(STREAM(&server), 1, on_urgent_connection));
  addr.sin_port = htons((uint16_t) tcp_port(&server));
  CHECK_EQ(connect(client, ADDR(&addr), sizeof(addr)), 0);
  run_until(uv_default_loop(), &close_calls, 1);
  uv_run(uv_default_loop(), UV_RUN_NOWAIT);
  send_around_urgent(client);
  take_urgent(fd_of_reader());
  expect("abcdef");
}
