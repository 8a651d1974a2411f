/* The descriptors that children get. */
#include "spawn.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

TEST(spawn_stdout) {
  prepare_child("child_says_hello");
  stdio_ignore();
  spawn_and_expect("hello world\n");
  finish_loop(uv_default_loop());
}

TEST(spawn_stdin) {
  const char text[] = "hello-from-spawn_stdin";
  uv_pipe_t in;
  uv_pipe_t out;
  prepare_child("child_echoes_line");
  stdio_pipe(&in, UV_READABLE_PIPE);
  stdio_pipe(&out, UV_WRITABLE_PIPE);
  spawn_child();
  CHECK_EQ(sizeof(text), 23);
  write_and_close((uv_stream_t*) &in, text, sizeof(text));
  read_output((uv_stream_t*) &out);
  run_to_exit(1);
  CHECK_EQ(closes, 3);
  CHECK_STR_EQ(output, text);
  finish_loop(uv_default_loop());
}

static void ping(void) {
  uv_pipe_t in;
  uv_pipe_t out;
  prepare_child("child_echoes_line");
  stdio_pipe(&in, UV_READABLE_PIPE);
  stdio_pipe(&out, UV_WRITABLE_PIPE);
  /* A third entry that the count leaves out. */
  child_stdio[2] = child_stdio[1];
  spawn_child();
  CHECK_OK(uv_process_kill(&child, 0));
  write_and_close((uv_stream_t*) &in, "TEST", 4);
  read_output((uv_stream_t*) &out);
  CHECK_EQ(exits, 0);
  run_to_exit(1);
  CHECK_STR_EQ(output, "TEST");
  finish_loop(uv_default_loop());
}

TEST(spawn_and_ping) {
  ping();
}

TEST(spawn_same_stdout_stderr) {
  ping();
}

TEST(spawn_stdio_greater_than_3) {
  prepare_child("child_writes_to_fd_3");
  stdio_ignore();
  stdio_ignore();
  stdio_ignore();
  spawn_and_expect("fourth stdio!\n");
  finish_loop(uv_default_loop());
}

TEST(spawn_ignored_stdio) {
  prepare_child("child_says_nothing_in_vain");
  CHECK_NULL(child_options.stdio);
  CHECK_EQ(child_options.stdio_count, 0);
  spawn_child();
  run_to_exit(1);
  CHECK_EQ(closes, 1);
  finish_loop(uv_default_loop());
}

TEST(spawn_closed_process_io) {
  uv_pipe_t in;
  prepare_child("child_echoes_line");
  stdio_pipe(&in, UV_READABLE_PIPE);
  /* With the loop there already, the pipe will get the number. */
  CHECK_EQ(close(STDIN_FILENO), 0);
  spawn_child();
  write_and_close((uv_stream_t*) &in, "hello\n", 6);
  run_to_exit(1);
  CHECK_EQ(closes, 2);
  finish_loop(uv_default_loop());
}

static int buffer_size(int fd, int option) {
  socklen_t length = sizeof(int);
  int size;
  CHECK_EQ(getsockopt(fd, SOL_SOCKET, option, &size, &length), 0);
  return size;
}

TEST(spawn_stdio_socket_buffer_size) {
  uv_pipe_t in;
  uv_pipe_t out;
  uv_os_fd_t fd;
  int plain[2];
  prepare_child("child_exits_1");
  stdio_pipe(&in, UV_READABLE_PIPE);
  stdio_pipe(&out, UV_WRITABLE_PIPE);
  spawn_child();

  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, plain), 0);
  CHECK_OK(uv_fileno((uv_handle_t*) &in, &fd));
  CHECK_GE(buffer_size(fd, SO_SNDBUF), 65536);
  CHECK_GE(buffer_size(fd, SO_RCVBUF), 65536);
  CHECK_GE(buffer_size(fd, SO_SNDBUF), buffer_size(plain[0], SO_SNDBUF));
  CHECK_GE(buffer_size(fd, SO_RCVBUF), buffer_size(plain[0], SO_RCVBUF));
  CHECK_EQ(close(plain[0]), 0);
  CHECK_EQ(close(plain[1]), 0);

  uv_close((uv_handle_t*) &in, on_close);
  read_output((uv_stream_t*) &out);
  run_to_exit(1);
  CHECK_EQ(closes, 3);
  finish_loop(uv_default_loop());
}

static void open_pair(uv_pipe_t* read_end, uv_pipe_t* write_end) {
  uv_file fds[2];
  CHECK_OK(uv_pipe(fds, 0, 0));
  CHECK_OK(uv_pipe_init(uv_default_loop(), read_end, 0));
  CHECK_OK(uv_pipe_init(uv_default_loop(), write_end, 0));
  CHECK_OK(uv_pipe_open(read_end, fds[0]));
  CHECK_OK(uv_pipe_open(write_end, fds[1]));
  CHECK_EQ(uv_is_readable((uv_stream_t*) read_end), 1);
  CHECK_EQ(uv_is_writable((uv_stream_t*) write_end), 1);
#ifdef __linux__
  CHECK_EQ(uv_is_writable((uv_stream_t*) read_end), 0);
  CHECK_EQ(uv_is_readable((uv_stream_t*) write_end), 0);
#endif
}

TEST(spawn_inherit_streams) {
  char data[1023];
  uv_pipe_t in;
  uv_pipe_t childs_in;
  uv_pipe_t out;
  uv_pipe_t childs_out;
  size_t i;

  for (i = 0; i < sizeof(data); i++)
    data[i] = (char) (i & 255);
  prepare_child("child_copies_input");
  open_pair(&childs_in, &in);
  open_pair(&out, &childs_out);
  stdio_stream((uv_stream_t*) &childs_in);
  stdio_stream((uv_stream_t*) &childs_out);
  spawn_child();
  uv_close((uv_handle_t*) &childs_in, NULL);
  uv_close((uv_handle_t*) &childs_out, NULL);

  write_and_close((uv_stream_t*) &in, data, sizeof(data));
  read_output((uv_stream_t*) &out);
  run_to_exit(1);
  CHECK_EQ(closes, 3);
  CHECK_EQ(output_size, sizeof(data));
  CHECK_MEM_EQ(output, data, sizeof(data));
  finish_loop(uv_default_loop());
}

TEST(spawn_tcp_server) {
  struct sockaddr_in addr = loopback4(0);
  uv_os_fd_t fd = -1;
  uv_tcp_t server;
  CHECK_OK(uv_tcp_init_ex(uv_default_loop(), &server, AF_INET));
  CHECK_OK(uv_tcp_bind(&server, (struct sockaddr*) &addr, 0));
  CHECK_OK(uv_fileno((uv_handle_t*) &server, &fd));
  CHECK_GT(fd, 0);

  prepare_child("child_listens_on_fd_3");
  stdio_fd(0);
  stdio_fd(1);
  stdio_fd(2);
  stdio_fd(fd);
  spawn_child();
  run_to_exit(1);
  CHECK_EQ(closes, 1);
  finish_loop(uv_default_loop());
}

/* What a child would have got is as it was if there is none. */
TEST(spawn_that_fails_changes_no_descriptor) {
  uv_pipe_t inherited;
  uv_tcp_t no_pipe;
  int fds[2];

  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &inherited, 0));
  CHECK_OK(uv_pipe_open(&inherited, fds[0]));
  CHECK_OK(uv_tcp_init(uv_default_loop(), &no_pipe));
  prepare_child("child_exits_1");
  child_options.exit_cb = fail_on_exit;
  stdio_stream((uv_stream_t*) &inherited);
  stdio_ignore();
  child_stdio[1].flags = UV_CREATE_PIPE | UV_READABLE_PIPE;
  child_stdio[1].data.stream = (uv_stream_t*) &no_pipe;
  CHECK_ERR(UV_EINVAL, uv_spawn(uv_default_loop(), &child, &child_options));
  CHECK_NE(fcntl(fds[0], F_GETFL) & O_NONBLOCK, 0);
  CHECK_EQ(close(fds[1]), 0);
  finish_loop(uv_default_loop());
}
