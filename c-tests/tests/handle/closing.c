/* A handle that is closing takes nothing new: what it got now, nobody would give back. */
#include "test.h"

#include <sys/socket.h>
#include <unistd.h>

static int closed;
static int connects;

static void on_close(uv_handle_t* handle) {
  closed++;
  memset(handle, 0xaa, uv_handle_size(handle->type)); /* as if it were freed */
}

static void on_connect(uv_connect_t* req, int status) {
  (void) req;
  CHECK_EQ(status, UV_ECANCELED);
  CHECK_EQ(closed, 0);
  connects++;
}

static void fail_on_connect(uv_connect_t* req, int status) {
  (void) req;
  FAIL("connected: %d", status);
}

static void on_connection(uv_stream_t* server, int status) {
  (void) server;
  (void) status;
}

static void on_alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char memory[64];
  (void) handle;
  (void) size;
  *buf = uv_buf_init(memory, sizeof(memory));
}

static void fail_on_recv(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                         const struct sockaddr* from, unsigned flags) {
  (void) handle;
  (void) buf;
  (void) from;
  (void) flags;
  FAIL("received: %zd", nread);
}

static void fail_on_send(uv_udp_send_t* req, int status) {
  (void) req;
  FAIL("sent: %d", status);
}

static void end(void) {
  CHECK_EQ(closed, 0);
  run_dry();
  CHECK_EQ(closed, 1);
  finish_loop(uv_default_loop()); /* no descriptor is left */
}

TEST(closing_tcp_takes_no_socket) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in address = loopback4(0);
  uv_os_sock_t sockets[2];
  uv_connect_t connect;
  uv_tcp_t tcp, server;
  CHECK_OK(uv_tcp_init(loop, &server));
  CHECK_OK(uv_tcp_bind(&server, (struct sockaddr*) &address, 0));
  CHECK_OK(uv_listen((uv_stream_t*) &server, 8, on_connection));
  address = loopback4(tcp_port(&server));
  CHECK_OK(uv_tcp_init(loop, &tcp));
  uv_close((uv_handle_t*) &tcp, on_close);
  CHECK_ERR(UV_EINVAL, uv_tcp_connect(&connect, &tcp, (struct sockaddr*) &address,
                                      fail_on_connect));
  CHECK_ERR(UV_EINVAL, uv_tcp_bind(&tcp, (struct sockaddr*) &address, 0));
  CHECK_ERR(UV_EINVAL, uv_listen((uv_stream_t*) &tcp, 8, on_connection));
  CHECK_OK(uv_socketpair(SOCK_STREAM, 0, sockets, 0, 0));
  CHECK_ERR(UV_EINVAL, uv_tcp_open(&tcp, sockets[0]));
  CHECK_OK(close(sockets[0]));
  CHECK_OK(close(sockets[1]));
  uv_close((uv_handle_t*) &server, NULL);
  end();
}

TEST(closing_pipe_takes_no_descriptor) {
  uv_loop_t* loop = uv_default_loop();
  const char* path = fresh_pipe_path();
  uv_connect_t refused, cancelled;
  uv_pipe_t pipe, server;
  uv_file ends[2];
  CHECK_OK(uv_pipe_init(loop, &server, 0));
  CHECK_OK(uv_pipe_bind(&server, path));
  CHECK_OK(uv_listen((uv_stream_t*) &server, 8, on_connection));
  CHECK_OK(uv_pipe_init(loop, &pipe, 0));
  uv_close((uv_handle_t*) &pipe, on_close);
  CHECK_ERR(UV_EINVAL, uv_pipe_connect2(&refused, &pipe, path, strlen(path), 0,
                                        fail_on_connect));
  uv_pipe_connect(&cancelled, &pipe, path, on_connect);
  CHECK_ERR(UV_EINVAL, uv_pipe_bind(&pipe, fresh_pipe_path()));
  CHECK_OK(uv_pipe(ends, 0, 0));
  CHECK_ERR(UV_EINVAL, uv_pipe_open(&pipe, ends[0]));
  CHECK_OK(close(ends[0]));
  CHECK_OK(close(ends[1]));
  uv_close((uv_handle_t*) &server, NULL);
  end();
  CHECK_EQ(connects, 1);
}

static void fail_on_exit(uv_process_t* process, int64_t status, int signum) {
  (void) process;
  FAIL("ended: %d, %d", (int) status, signum);
}

/* Before there is a child. */
TEST(closing_pipe_takes_no_end_of_a_child) {
  char* args[] = { (char*) "sh", (char*) "-c", (char*) "touch started", NULL };
  uv_stdio_container_t stdio[1];
  uv_process_options_t options;
  uv_process_t process;
  uv_pipe_t pipe;
  memset(&options, 0, sizeof(options));
  options.file = "sh";
  options.args = args;
  options.stdio = stdio;
  options.stdio_count = 1;
  options.exit_cb = fail_on_exit;
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pipe, 0));
  uv_close((uv_handle_t*) &pipe, on_close);
  stdio[0].flags = UV_CREATE_PIPE | UV_READABLE_PIPE;
  stdio[0].data.stream = (uv_stream_t*) &pipe;
  CHECK_ERR(UV_EINVAL, uv_spawn(uv_default_loop(), &process, &options));
  end();
  CHECK_NE(access("started", F_OK), 0);
}

TEST(closing_udp_takes_no_socket) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in address = loopback4(9);
  const struct sockaddr* to = (const struct sockaddr*) &address;
  uv_buf_t buf = uv_buf_init("x", 1);
  uv_udp_send_t send;
  uv_udp_t udp;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  CHECK_GE(fd, 0);
  CHECK_OK(uv_udp_init(loop, &udp));
  uv_close((uv_handle_t*) &udp, on_close);
  CHECK_ERR(UV_EINVAL, uv_udp_bind(&udp, to, 0));
  CHECK_ERR(UV_EINVAL, uv_udp_connect(&udp, to));
  CHECK_ERR(UV_EINVAL, uv_udp_open(&udp, fd));
  CHECK_ERR(UV_EINVAL, uv_udp_recv_start(&udp, on_alloc, fail_on_recv));
  CHECK_ERR(UV_EINVAL, uv_udp_send(&send, &udp, &buf, 1, to, fail_on_send));
  CHECK_ERR(UV_EINVAL, uv_udp_try_send(&udp, &buf, 1, to));
  CHECK_OK(close(fd));
  end();
}

TEST(closing_connected_udp_sends_nothing) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in address = loopback4(9);
  uv_buf_t buf = uv_buf_init("x", 1);
  uv_udp_send_t send;
  uv_udp_t udp;
  CHECK_OK(uv_udp_init(loop, &udp));
  CHECK_OK(uv_udp_connect(&udp, (struct sockaddr*) &address));
  uv_close((uv_handle_t*) &udp, on_close);
  CHECK_ERR(UV_EINVAL, uv_udp_send(&send, &udp, &buf, 1, NULL, fail_on_send));
  CHECK_ERR(UV_EINVAL, uv_udp_try_send(&udp, &buf, 1, NULL));
  end();
}

#define PHASE_TEST(phase)                                                      \
  static void fail_on_##phase(uv_##phase##_t* handle) {                        \
    (void) handle;                                                             \
    FAIL("called");                                                            \
  }                                                                            \
  TEST(closing_##phase##_does_not_start) {                                     \
    uv_##phase##_t handle;                                                     \
    CHECK_OK(uv_##phase##_init(uv_default_loop(), &handle));                   \
    uv_close((uv_handle_t*) &handle, on_close);                                \
    CHECK_ERR(UV_EINVAL, uv_##phase##_start(&handle, fail_on_##phase));        \
    CHECK_EQ(uv_is_active((uv_handle_t*) &handle), 0);                         \
    end();                                                                     \
  }

PHASE_TEST(idle)
PHASE_TEST(prepare)
PHASE_TEST(check)
