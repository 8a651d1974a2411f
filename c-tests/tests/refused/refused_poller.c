/* The poller has no memory for a descriptor, or no room. Whoever asked is told,
 * nothing is left behind, and asking again works. */
#include "../stream/streams.h"

#include "calls.h"

static int refusals_left;

static int refuses(void) {
  if (refusals_left == 0)
    return 0;
  refusals_left--;
  errno = ENOSPC;
  return 1;
}

/* The poller refuses the next so many descriptors. */
static void refuse_next(int count) {
  if (is_other_libuv())
    SKIP("libuv aborts in the next uv_run");
  refusals_left = count;
  test_calls.epoll_ctl_fails = refuses;
}

static int told;

static void on_poll(uv_poll_t* handle, int status, int events) {
  CHECK_OK(status);
  CHECK_EQ(events, UV_READABLE);
  told++;
  CLOSE(handle);
}

static void on_event(uv_fs_event_t* handle, const char* name, int events,
                     int status) {
  (void) name, (void) events;
  CHECK_OK(status);
  told++;
  CLOSE(handle);
}

/* The number of the descriptor that could not be followed is soon another's. */
TEST(fs_event_start_refused_by_the_poller) {
  uv_loop_t* loop = uv_default_loop();
  uv_fs_event_t watch;
  uv_poll_t poll;
  int fds[2];
  CHECK_OK(uv_fs_event_init(loop, &watch));
  refuse_next(1);
  CHECK_ERR(UV_ENOSPC, uv_fs_event_start(&watch, on_event, ".", 0));
  CHECK_EQ(uv_is_active((uv_handle_t*) &watch), 0);
  CHECK_EQ(pipe2(fds, O_CLOEXEC), 0);
  CHECK_OK(uv_fs_event_start(&watch, on_event, ".", 0));
  CHECK_OK(uv_poll_init(loop, &poll, fds[0]));
  CHECK_OK(uv_poll_start(&poll, UV_READABLE, on_poll));
  CHECK_EQ(write(fds[1], "x", 1), 1);
  write_file("new", "", 0);
  run_dry();
  CHECK_EQ(told, 2);
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(close(fds[1]), 0);
  finish_loop(loop);
}

static void on_signal(uv_signal_t* handle, int signum) {
  CHECK_EQ(signum, SIGUSR1);
  told++;
  CLOSE(handle);
}

TEST(signal_init_refused_by_the_poller) {
  uv_loop_t* loop = uv_default_loop();
  uv_signal_t handle;
  uv_poll_t poll;
  int fds[2];
  refuse_next(1);
  CHECK_ERR(UV_ENOSPC, uv_signal_init(loop, &handle));
  CHECK_EQ(pipe2(fds, O_CLOEXEC), 0);
  CHECK_OK(uv_signal_init(loop, &handle));
  CHECK_OK(uv_signal_start(&handle, on_signal, SIGUSR1));
  CHECK_OK(uv_poll_init(loop, &poll, fds[0]));
  CHECK_OK(uv_poll_start(&poll, UV_READABLE, on_poll));
  CHECK_EQ(write(fds[1], "x", 1), 1);
  CHECK_EQ(raise(SIGUSR1), 0);
  run_dry();
  CHECK_EQ(told, 2);
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(close(fds[1]), 0);
  finish_loop(loop);
}

/* The program may close the descriptor, and have the number for something else. */
TEST(poll_start_refused_by_the_poller) {
  uv_loop_t* loop = uv_default_loop();
  uv_poll_t first;
  uv_poll_t second;
  int fds[2];
  CHECK_EQ(pipe2(fds, O_CLOEXEC), 0);
  CHECK_OK(uv_poll_init(loop, &first, fds[0]));
  refuse_next(1);
  CHECK_ERR(UV_ENOSPC, uv_poll_start(&first, UV_READABLE, on_poll));
  CHECK_EQ(uv_is_active((uv_handle_t*) &first), 0);
  CHECK_OK(uv_poll_init(loop, &second, fds[0]));
  CHECK_OK(uv_poll_start(&second, UV_READABLE, on_poll));
  CHECK_ERR(UV_EEXIST, uv_poll_start(&first, UV_READABLE, on_poll));
  CLOSE(&first);
  CHECK_EQ(write(fds[1], "x", 1), 1);
  run_dry();
  CHECK_EQ(told, 1);
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(close(fds[1]), 0);
  finish_loop(loop);
}

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got == 0)
    return;
  CHECK_EQ(got, 1);
  told++;
  CLOSE(stream);
}

TEST(read_start_refused_by_the_poller) {
  uv_loop_t* loop = uv_default_loop();
  uv_pipe_t reader;
  int fds[2];
  CHECK_EQ(pipe2(fds, O_CLOEXEC), 0);
  CHECK_OK(uv_pipe_init(loop, &reader, 0));
  CHECK_OK(uv_pipe_open(&reader, fds[0]));
  refuse_next(1);
  CHECK_ERR(UV_ENOSPC, uv_read_start(STREAM(&reader), alloc_byte, on_read));
  CHECK_EQ(uv_is_active((uv_handle_t*) &reader), 0);
  CHECK_OK(uv_read_start(STREAM(&reader), alloc_byte, on_read));
  CHECK_EQ(write(fds[1], "x", 1), 1);
  run_dry();
  CHECK_EQ(told, 1);
  CHECK_EQ(close(fds[1]), 0);
  finish_loop(loop);
}

static void on_write(uv_write_t* req, int status) {
  *(int*) req->data = status;
  told++;
}

/* A write that has to wait, and cannot, fails; the one after it can. */
TEST(write_that_waits_refused_by_the_poller) {
  static char much[1 << 20];
  uv_loop_t* loop = uv_default_loop();
  uv_buf_t buf = uv_buf_init(much, sizeof(much));
  uv_write_t writes[2];
  int statuses[2] = { 1, 1 };
  uv_pipe_t writer;
  int fds[2];
  int i;
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
  CHECK_OK(uv_pipe_init(loop, &writer, 0));
  CHECK_OK(uv_pipe_open(&writer, fds[0]));
  for (i = 0; i < 2; i++) {
    writes[i].data = &statuses[i];
    if (i == 0)
      refuse_next(1);
    CHECK_OK(uv_write(&writes[i], STREAM(&writer), &buf, 1, on_write));
    while (told == i) {
      if (i == 1)
        while (read(fds[1], much, sizeof(much)) > 0)
          continue;
      CHECK_GE(uv_run(loop, UV_RUN_NOWAIT), 0);
    }
  }
  CHECK_EQ(statuses[0], UV_ENOSPC);
  CHECK_EQ(statuses[1], 0);
  CHECK_EQ(close(fds[1]), 0);
  finish_loop(loop);
}

static uv_tcp_t peers[3];
static int accepted;

static void accept_it(uv_stream_t* server, int status) {
  CHECK_OK(status);
  tcp_accept(server, &peers[accepted++]);
}

static void on_connect(uv_connect_t* req, int status) {
  CHECK_OK(status);
  told++;
  CLOSE(req->handle);
}

TEST(listen_and_connect_refused_by_the_poller) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in address = loopback4(0);
  uv_tcp_t server;
  uv_tcp_t client;
  uv_connect_t req;
  CHECK_OK(uv_tcp_init(loop, &server));
  CHECK_OK(uv_tcp_bind(&server, ADDR(&address), 0));
  refuse_next(1);
  CHECK_ERR(UV_ENOSPC, uv_listen(STREAM(&server), 8, never_connection));
  CHECK_EQ(uv_is_active((uv_handle_t*) &server), 0);
  CHECK_OK(uv_listen(STREAM(&server), 8, accept_it));
  address = loopback4(tcp_port(&server));
  CHECK_OK(uv_tcp_init(loop, &client));
  refuse_next(1);
  CHECK_ERR(UV_ENOSPC, uv_tcp_connect(&req, &client, ADDR(&address), never_connect));
  CHECK_OK(uv_tcp_connect(&req, &client, ADDR(&address), on_connect));
  run_until(loop, &told, 1);
  run_until(loop, &accepted, 1);
  finish_loop(loop);
}

static int waiting;

static void leave_it(uv_stream_t* server, int status) {
  (void) server;
  CHECK_OK(status);
  waiting++;
}

/* The next descriptor is refused. */
static void serve_and_refuse(uv_pipe_t* server, uv_pipe_t* client,
                             const char* path) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_pipe_init(loop, server, 0));
  CHECK_OK(uv_pipe_bind(server, path));
  CHECK_OK(uv_listen(STREAM(server), 8, leave_it));
  CHECK_OK(uv_pipe_init(loop, client, 0));
  refuse_next(1);
}

static void on_connect_to_write(uv_connect_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  told++;
}

static int written;

static void on_first_write(uv_write_t* req, int status) {
  CHECK_OK(status);
  CHECK_EQ(told, 1);
  written++;
  CLOSE(req->handle);
}

/* A pipe is connected at once, so that the poller is not asked, nor for what was written meanwhile. */
TEST(pipe_connect_and_write_without_the_poller) {
  uv_loop_t* loop = uv_default_loop();
  const char* path = fresh_pipe_path();
  uv_buf_t buf = uv_buf_init("hello", 5);
  uv_pipe_t server;
  uv_pipe_t client;
  uv_connect_t req;
  uv_write_t write;
  serve_and_refuse(&server, &client, path);
  uv_pipe_connect(&req, &client, path, on_connect_to_write);
  CHECK_OK(uv_write(&write, STREAM(&client), &buf, 1, on_first_write));
  CHECK_EQ(uv_backend_timeout(loop), 0); /* it is told in the next turn */
  CHECK_EQ(told, 0);
  run_until(loop, &written, 1);
  run_until(loop, &waiting, 1);
  CHECK_EQ(refusals_left, 1);
  finish_loop(loop);
}

/* What is refused meanwhile takes nothing from the connection. */
TEST(read_start_refused_before_a_pipe_is_told_of_its_connection) {
  uv_loop_t* loop = uv_default_loop();
  const char* path = fresh_pipe_path();
  uv_pipe_t server;
  uv_pipe_t client;
  uv_connect_t req;
  serve_and_refuse(&server, &client, path);
  uv_pipe_connect(&req, &client, path, on_connect);
  CHECK_ERR(UV_ENOSPC, uv_read_start(STREAM(&client), alloc_shared, never_read));
  run_until(loop, &told, 1);
  finish_loop(loop);
}

/* Nobody is told that an accepted connection was none, and the next one comes. */
TEST(accept_where_the_poller_refuses_the_server) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in address;
  uv_tcp_t server;
  int clients[3];
  int i;
  address = loopback4(tcp_serve(loop, &server, 8, leave_it));
  for (i = 0; i < 3; i++) {
    clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_GE(clients[i], 0);
    CHECK_EQ(connect(clients[i], ADDR(&address), sizeof(address)), 0);
  }
  for (i = 0; i < 3; i++) {
    run_until(loop, &waiting, i + 1);
    CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0); /* the others are asked for no more */
    CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
    refuse_next(i == 0 ? 1 : i == 1 ? 5 : 0);
    tcp_accept(STREAM(&server), &peers[i]);
  }
  for (i = 0; i < 3; i++)
    CHECK_EQ(close(clients[i]), 0);
  CHECK_EQ(refusals_left, 0);
  finish_loop(loop);
}

static void on_datagram(uv_udp_t* handle, ssize_t got, const uv_buf_t* buf,
                        const struct sockaddr* from, unsigned flags) {
  (void) buf, (void) from, (void) flags;
  if (got == 0)
    return;
  CHECK_EQ(got, 1);
  told++;
  CLOSE(handle);
}

TEST(udp_recv_start_refused_by_the_poller) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in address = loopback4(0);
  uv_buf_t buf = uv_buf_init("x", 1);
  uv_udp_t handle;
  CHECK_OK(uv_udp_init(loop, &handle));
  CHECK_OK(uv_udp_bind(&handle, ADDR(&address), 0));
  address = loopback4(udp_port(&handle));
  refuse_next(1);
  CHECK_ERR(UV_ENOSPC, uv_udp_recv_start(&handle, alloc_byte, on_datagram));
  CHECK_EQ(uv_is_active((uv_handle_t*) &handle), 0);
  CHECK_OK(uv_udp_recv_start(&handle, alloc_byte, on_datagram));
  CHECK_EQ(uv_udp_try_send(&handle, &buf, 1, ADDR(&address)), 1);
  run_dry();
  CHECK_EQ(told, 1);
  finish_loop(loop);
}

HELPER(refused_by_the_poller) {
  return 7;
}

static void on_exit_(uv_process_t* process, int64_t status, int signum) {
  CHECK_EQ(status, 7);
  CHECK_EQ(signum, 0);
  told++;
  CLOSE(process);
}

/* Without the poller a child's end is told all the same, or there is no child. */
TEST(spawn_refused_by_the_poller) {
  char* args[] = { (char*) test_exepath(), "refused_by_the_poller", NULL };
  uv_loop_t* loop = uv_default_loop();
  uv_process_options_t options;
  uv_process_t process;
  int count;
  int outcome;
  memset(&options, 0, sizeof(options));
  options.file = args[0];
  options.args = args;
  options.exit_cb = on_exit_;
  for (count = 2; count >= 0; count--) {
    told = 0;
    refuse_next(count);
    outcome = uv_spawn(loop, &process, &options);
    if (outcome != 0)
      CHECK_ERR(UV_ENOSPC, outcome);
    else
      run_dry();
    CHECK_EQ(told, outcome == 0);
    refusals_left = 0;
  }
  CHECK_EQ(outcome, 0);
  finish_loop(loop);
}

TEST(loop_init_refused_by_the_poller) {
  uv_loop_t loop;
  int before;
  CHECK_NOT_NULL(uv_default_loop());
  before = count_open_fds();
  refuse_next(1);
  CHECK_ERR(UV_ENOSPC, uv_loop_init(&loop));
  CHECK_EQ(count_open_fds(), before);
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_loop_close(&loop));
  finish_loop(uv_default_loop());
}
