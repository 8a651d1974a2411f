/* Streams and datagrams, with each of their blocks refused in turn. */
#include "../stream/streams.h"
#include "failing_allocator.h"

enum { MANY = 64 };

static void ignore_write(uv_write_t* req, int status) {
  (void) req, (void) status;
}

static void ignore_read(uv_stream_t* stream, ssize_t size,
                        const uv_buf_t* buf) {
  (void) buf;
  if (size < 0)
    uv_read_stop(stream);
}

static void many_buffers(uv_buf_t* bufs, char* data) {
  int i;
  for (i = 0; i < MANY; i++)
    bufs[i] = uv_buf_init(data, 8192);
}

static char data[8192];
static int connections;

/* Writes more than fits, so that it must be queued; closing ends it. */
static void write_much(uv_stream_t* stream) {
  static uv_write_t reqs[3];
  uv_buf_t bufs[MANY];
  int i;
  many_buffers(bufs, data);
  for (i = 0; i < 3; i++)
    WORKED(uv_write(&reqs[i], stream, bufs, MANY, ignore_write));
}

static void on_connect(uv_connect_t* req, int status) {
  if (WORKED(status))
    write_much(req->handle);
}

static void on_connection(uv_stream_t* server, int status) {
  static uv_tcp_t tcp;
  static uv_pipe_t pipe;
  uv_stream_t* peer = STREAM(&tcp);
  if (!WORKED(status))
    return;
  if (server->type == UV_NAMED_PIPE) {
    peer = STREAM(&pipe);
    CHECK_OK(uv_pipe_init(server->loop, &pipe, 0));
  } else {
    CHECK_OK(uv_tcp_init(server->loop, &tcp));
  }
  connections++;
  if (WORKED(uv_accept(server, peer)))
    WORKED(uv_read_start(peer, alloc_shared, ignore_read));
}

/* Some turns, as many as a whole exchange takes. */
static void turn(uv_loop_t* loop) {
  int i;
  for (i = 0; i < 20; i++)
    uv_run(loop, UV_RUN_NOWAIT);
}

static void use_tcp(uv_loop_t* loop) {
  static uv_tcp_t server, client;
  static uv_connect_t req;
  struct sockaddr_in address = loopback4(0);
  CHECK_OK(uv_tcp_init(loop, &server));
  CHECK_OK(uv_tcp_init(loop, &client));
  CHECK_OK(uv_tcp_bind(&server, ADDR(&address), 0));
  if (!WORKED(uv_listen(STREAM(&server), 8, on_connection)))
    return;
  address = loopback4(tcp_port(&server));
  if (WORKED(uv_tcp_connect(&req, &client, ADDR(&address), on_connect)))
    turn(loop);
}

TEST(oom_tcp) {
  signal(SIGPIPE, SIG_IGN);
  use_failing_allocator();
  refuse_each_block(use_tcp);
  CHECK_GT(connections, 0);
}

static void use_pipe(uv_loop_t* loop) {
  static const char* path;
  static uv_pipe_t server, client;
  static uv_connect_t req;
  char name[128];
  size_t size = sizeof(name);
  if (path == NULL)
    path = fresh_pipe_path();
  CHECK_OK(uv_pipe_init(loop, &server, 0));
  CHECK_OK(uv_pipe_init(loop, &client, 0));
  if (!WORKED(uv_pipe_bind(&server, path)))
    return;
  CHECK_OK(uv_pipe_getsockname(&server, name, &size));
  CHECK_STR_EQ(name, path);
  if (!WORKED(uv_listen(STREAM(&server), 8, on_connection)))
    return;
  if (WORKED(uv_pipe_connect2(&req, &client, path, strlen(path), 0,
                              on_connect)))
    turn(loop);
}

TEST(oom_pipe) {
  signal(SIGPIPE, SIG_IGN);
  use_failing_allocator();
  refuse_each_block(use_pipe);
  CHECK_GT(connections, 0);
}

/* Many handles come with one read: those that wait for uv_accept need room. */
static void on_handles(uv_stream_t* stream, ssize_t size, const uv_buf_t* buf) {
  (void) buf;
  if (size < 0) {
    WORKED(size);
    uv_read_stop(stream);
  }
}

static void pass_handles(uv_loop_t* loop) {
  static uv_pipe_t ends[2];
  static uv_tcp_t passed;
  static uv_write_t reqs[10];
  uv_os_sock_t fds[2];
  struct sockaddr_in address = loopback4(0);
  int i;
  CHECK_OK(uv_socketpair(SOCK_STREAM, 0, fds, UV_NONBLOCK_PIPE,
                         UV_NONBLOCK_PIPE));
  for (i = 0; i < 2; i++) {
    CHECK_OK(uv_pipe_init(loop, &ends[i], 1));
    if (!WORKED(uv_pipe_open(&ends[i], fds[i])))
      close(fds[i]);
  }
  CHECK_OK(uv_tcp_init(loop, &passed));
  CHECK_OK(uv_tcp_bind(&passed, ADDR(&address), 0));
  if (!uv_is_writable(STREAM(&ends[0])) || !uv_is_readable(STREAM(&ends[1])))
    return;
  WORKED(uv_read_start(STREAM(&ends[1]), alloc_shared, on_handles));
  for (i = 0; i < 10; i++) {
    uv_buf_t buf = uv_buf_init(data, 1);
    WORKED(uv_write2(&reqs[i], STREAM(&ends[0]), &buf, 1, STREAM(&passed),
                     ignore_write));
  }
  turn(loop);
}

TEST(oom_passing_handles) {
  signal(SIGPIPE, SIG_IGN);
  use_failing_allocator();
  refuse_each_block(pass_handles);
}

static void alloc_datagrams(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char shared[4 * 65536];
  (void) handle, (void) size;
  *buf = uv_buf_init(shared, sizeof(shared));
}

static void ignore_datagram(uv_udp_t* handle, ssize_t size,
                            const uv_buf_t* buf, const struct sockaddr* from,
                            unsigned flags) {
  (void) handle, (void) buf, (void) from, (void) flags;
  if (size < 0)
    WORKED(size);
}

static void ignore_send(uv_udp_send_t* req, int status) {
  (void) req;
  WORKED(status);
}

static void use_udp(uv_loop_t* loop) {
  static uv_udp_t receiver, sender;
  static uv_udp_send_t reqs[40];
  struct sockaddr_in address = loopback4(0);
  uv_buf_t bufs[MANY];
  uv_buf_t* lists[30];
  unsigned counts[30];
  struct sockaddr* addresses[30];
  int i;
  for (i = 0; i < MANY; i++)
    bufs[i] = uv_buf_init(data, 16);
  CHECK_OK(uv_udp_init_ex(loop, &receiver, AF_INET | UV_UDP_RECVMMSG));
  CHECK_OK(uv_udp_init(loop, &sender));
  CHECK_OK(uv_udp_bind(&receiver, ADDR(&address), 0));
  WORKED(uv_udp_recv_start(&receiver, alloc_datagrams, ignore_datagram));
  address = loopback4(udp_port(&receiver));
  for (i = 0; i < 40; i++)
    WORKED(uv_udp_send(&reqs[i], &sender, bufs, i == 0 ? MANY : 8,
                       ADDR(&address), ignore_send));
  turn(loop);
  for (i = 0; i < 30; i++) {
    lists[i] = bufs;
    counts[i] = 2;
    addresses[i] = ADDR(&address);
  }
  WORKED(uv_udp_try_send2(&sender, 30, lists, counts, addresses, 0));
  turn(loop);
}

TEST(oom_udp) {
  use_failing_allocator();
  refuse_each_block(use_udp);
}
