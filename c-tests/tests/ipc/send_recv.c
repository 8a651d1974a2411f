/* Handles that go to another process or another loop, and come back. */
#include "channel.h"

enum { HANDLES = 2 };

/* ---- The side that sends back ---- */

struct echo {
  uv_pipe_t listener;       /* of a thread alone */
  uv_pipe_t* channel;
  uv_handle_type kind;
  union passed handles[HANDLES];
  uv_write_t requests[HANDLES];
  int received;
  int written;
};

static struct echo echo;

static void alloc_8(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char parent_data[8];
  static char echo_data[8];
  (void) size;
  *buf = uv_buf_init(handle->data == &echo ? echo_data : parent_data, 8);
}

static void on_sent_back(uv_write_t* req, int status) {
  int i;
  CHECK_OK(status);
  (void) req;
  if (++echo.written < HANDLES)
    return;
  for (i = 0; i < HANDLES; i++)
    uv_close(&echo.handles[i].handle, NULL);
  uv_close((uv_handle_t*) echo.channel, NULL);
  uv_close((uv_handle_t*) &echo.listener, NULL);
}

static void on_echo_read(uv_stream_t* stream, ssize_t nread,
                         const uv_buf_t* buf) {
  (void) buf;
  if (nread == UV_EOF || nread == UV_ECONNABORTED)
    return;
  CHECK_GT(nread, 0);
  CHECK_GT(uv_pipe_pending_count(echo.channel), 0);
  while (uv_pipe_pending_count(echo.channel) > 0) {
    int i = echo.received++;
    CHECK_LT(i, HANDLES);
    accept_pending((uv_pipe_t*) stream, &echo.handles[i], echo.kind);
    CHECK_OK(send_handle(&echo.requests[i], echo.channel, ".",
                         &echo.handles[i], on_sent_back));
  }
}

static void start_echo(uv_pipe_t* from) {
  echo.channel = from;
  from->data = &echo;
  CHECK_EQ(uv_is_readable(STREAM(from)), 1);
  CHECK_EQ(uv_is_writable(STREAM(from)), 1);
  CHECK_EQ(uv_is_closing((uv_handle_t*) from), 0);
  CHECK_OK(uv_read_start(STREAM(from), alloc_8, on_echo_read));
}

HELPER(ipc_sends_back) {
  int status;
  echo.kind = strcmp(argv[2], "tcp") == 0 ? UV_TCP : UV_NAMED_PIPE;
  open_channel(1);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &echo.listener, 0));
  start_echo(&channel);
  status = end_child();
  CHECK_EQ(echo.received, HANDLES);
  CHECK_EQ(echo.written, HANDLES);
  return status;
}

/* ---- The side that begins ---- */

static uv_handle_type kind;
static union passed sent[HANDLES];
static union passed received[HANDLES];
static uv_write_t requests[HANDLES];
static int receives;

static void on_returned(uv_stream_t* stream, ssize_t nread,
                        const uv_buf_t* buf) {
  (void) buf;
  CHECK_PTR_EQ(stream, &channel);
  CHECK_GT(nread, 0);
  CHECK_GT(uv_pipe_pending_count(&channel), 0);
  while (uv_pipe_pending_count(&channel) > 0) {
    CHECK_LT(receives, HANDLES);
    accept_pending(&channel, &received[receives++], kind);
  }
  if (receives == HANDLES)
    CLOSE(stream);
}

/* Two bound handles that do not listen. */
static void bind_handles(void) {
  struct sockaddr_in address = loopback4(0);
  int i;
  for (i = 0; i < HANDLES; i++) {
    if (kind == UV_TCP) {
      CHECK_OK(uv_tcp_init(uv_default_loop(), &sent[i].tcp));
      CHECK_OK(uv_tcp_bind(&sent[i].tcp, ADDR(&address), 0));
      address = loopback4(tcp_port(&sent[i].tcp));
    } else {
      CHECK_OK(uv_pipe_init(uv_default_loop(), &sent[i].pipe, 1));
      CHECK_OK(uv_pipe_bind(&sent[i].pipe, fresh_pipe_path()));
    }
  }
}

static void send_handles(void) {
  int i;
  for (i = 0; i < HANDLES; i++)
    CHECK_OK(send_handle(&requests[i], &channel, ".", &sent[i], NULL));
  CHECK_OK(uv_read_start(STREAM(&channel), alloc_8, on_returned));
}

/* What came back is what was sent. */
static void check_received(void) {
  int i;
  CHECK_EQ(receives, HANDLES);
  CHECK_EQ(close_calls, 1);
  for (i = 0; i < HANDLES; i++) {
    char names[2][256];
    size_t sizes[2] = { sizeof(names[0]), sizeof(names[1]) };
    if (kind == UV_TCP) {
      CHECK_EQ(tcp_port(&received[i].tcp), tcp_port(&sent[i].tcp));
      continue;
    }
    CHECK_OK(uv_pipe_getsockname(&sent[i].pipe, names[0], &sizes[0]));
    CHECK_OK(uv_pipe_getsockname(&received[i].pipe, names[1], &sizes[1]));
    CHECK_STR_EQ(names[0], names[1]);
  }
}

static void to_child_and_back(const char* kind_name) {
  bind_handles();
  start_child("ipc_sends_back", kind_name);
  send_handles();
  run_to_exit();
  check_received();
  finish_loop(uv_default_loop());
}

TEST(ipc_send_recv_pipe) {
  kind = UV_NAMED_PIPE;
  to_child_and_back("pipe");
}

TEST(ipc_send_recv_tcp) {
  kind = UV_TCP;
  to_child_and_back("tcp");
}

/* ---- To a thread ---- */

static struct counter listening = COUNTER_INIT;
static uv_pipe_t thread_channel;

static void on_connection(uv_stream_t* listener, int status) {
  CHECK_OK(status);
  CHECK_OK(uv_pipe_init(listener->loop, &thread_channel, 1));
  CHECK_OK(uv_accept(listener, STREAM(&thread_channel)));
  start_echo(&thread_channel);
}

static void send_back(void* path) {
  uv_loop_t loop;
  CHECK_OK(uv_loop_init(&loop));
  echo.kind = kind;
  CHECK_OK(uv_pipe_init(&loop, &echo.listener, 0));
  CHECK_OK(uv_pipe_bind(&echo.listener, path));
  CHECK_OK(uv_listen(STREAM(&echo.listener), SOMAXCONN, on_connection));
  counter_add(&listening, 1);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_OK(uv_loop_close(&loop));
}

static void on_connect(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req->handle, &channel);
  CHECK_OK(status);
  send_handles();
}

static void to_thread_and_back(void) {
  const char* path = fresh_pipe_path();
  uv_connect_t req;
  uv_thread_t thread;
  bind_handles();
  CHECK_OK(uv_thread_create(&thread, send_back, (void*) path));
  counter_wait(&listening, 1);
  CHECK_OK(uv_pipe_init(uv_default_loop(), &channel, 1));
  uv_pipe_connect(&req, &channel, path, on_connect);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_OK(uv_thread_join(&thread));
  CHECK_EQ(echo.received, HANDLES);
  CHECK_EQ(echo.written, HANDLES);
  check_received();
  finish_loop(uv_default_loop());
}

TEST(ipc_send_recv_pipe_inprocess) {
  kind = UV_NAMED_PIPE;
  to_thread_and_back();
}

TEST(ipc_send_recv_tcp_inprocess) {
  kind = UV_TCP;
  to_thread_and_back();
}
