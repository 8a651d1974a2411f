/* A child has the descriptors that it was given, and none of the library's. */
#include "spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

HELPER(child_counts_descriptors) {
  int count = count_open_fds();
  return count == -1 ? 3 : count;
}

static void on_connection(uv_stream_t* server, int status) {
  (void) server;
  (void) status;
}

static void on_signal(uv_signal_t* handle, int signum) {
  (void) handle;
  (void) signum;
}

static void on_event(uv_fs_event_t* handle, const char* name, int events,
                     int status) {
  (void) handle;
  (void) name;
  (void) events;
  (void) status;
}

TEST(spawn_passes_no_other_descriptors) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in address = loopback4(0);
  uv_tcp_t server, client;
  uv_connect_t connect;
  uv_udp_t udp;
  uv_pipe_t named, input;
  uv_signal_t signal_handle;
  uv_fs_event_t watcher;
  uv_os_sock_t sockets[2];
  uv_file pipe[2];
  int i;
  CHECK_OK(uv_tcp_init(loop, &server));
  CHECK_OK(uv_tcp_bind(&server, (struct sockaddr*) &address, 0));
  CHECK_OK(uv_listen((uv_stream_t*) &server, 8, on_connection));
  address = loopback4(tcp_port(&server));
  CHECK_OK(uv_tcp_init(loop, &client));
  CHECK_OK(uv_tcp_connect(&connect, &client, (struct sockaddr*) &address, NULL));
  address = loopback4(0);
  CHECK_OK(uv_udp_init(loop, &udp));
  CHECK_OK(uv_udp_bind(&udp, (struct sockaddr*) &address, 0));
  CHECK_OK(uv_pipe_init(loop, &named, 0));
  CHECK_OK(uv_pipe_bind(&named, fresh_pipe_path()));
  CHECK_OK(uv_signal_init(loop, &signal_handle));
  CHECK_OK(uv_signal_start(&signal_handle, on_signal, SIGUSR1));
  CHECK_OK(uv_fs_event_init(loop, &watcher));
  CHECK_OK(uv_fs_event_start(&watcher, on_event, ".", 0));
  CHECK_OK(uv_socketpair(SOCK_STREAM, 0, sockets, 0, 0));
  CHECK_OK(uv_pipe(pipe, 0, 0));

  prepare_child("child_counts_descriptors");
  stdio_pipe(&input, UV_READABLE_PIPE);
  stdio_ignore();
  stdio_ignore();
  spawn_child();
  for (i = 0; i < 2; i++) {
    uv_fs_t req;
    CHECK_OK(uv_fs_close(NULL, &req, sockets[i], NULL));
    CHECK_OK(uv_fs_close(NULL, &req, pipe[i], NULL));
  }
  uv_unref((uv_handle_t*) &server);
  uv_unref((uv_handle_t*) &signal_handle);
  uv_unref((uv_handle_t*) &watcher);
  run_to_exit(count_open_fds() == -1 ? 0 : 3);
  finish_loop(loop);
}

/* Some of them only name a file: they are kept from children like all others. */
TEST(spawn_inherits_no_path_descriptors) {
  int low, high, above;
  need_descriptors(32);
  low = open("/", O_PATH);
  CHECK_GE(low, 3);
  high = fcntl(low, F_DUPFD, 16);
  CHECK_EQ(high, 16);
  above = fcntl(0, F_DUPFD, 17);
  CHECK_EQ(above, 17);
  uv_disable_stdio_inheritance();
  CHECK_EQ(fcntl(low, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(high, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(above, F_GETFD), FD_CLOEXEC);
  CHECK_OK(close(low));
  CHECK_OK(close(high));
  CHECK_OK(close(above));
}
