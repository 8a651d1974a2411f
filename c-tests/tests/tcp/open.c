/* uv_tcp_open: sockets that the program made itself. */
#include "../stream/streams.h"

static uv_tcp_t client;
static uv_tcp_t second;
static uv_timer_t timer;
static uv_connect_t connect_req;
static uv_shutdown_t shutdown_req;
static uv_write_t write_req;
static int connect_calls;
static int write_calls;
static int shutdown_calls;

static int raw_socket(void) {
  int on = 1;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_GE(fd, 0);
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
  return fd;
}

static void open_client(int fd) {
  CHECK_OK(uv_tcp_init(uv_default_loop(), &client));
  CHECK_OK(uv_tcp_open(&client, fd));
}

/* ---- One exchange with the echo server ---- */

static void on_write(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &write_req);
  CHECK_OK(status);
  write_calls++;
}

static void on_shutdown(uv_shutdown_t* req, int status) {
  CHECK_PTR_EQ(req, &shutdown_req);
  CHECK_OK(status);
  CHECK_EQ(write_calls, 1);
  shutdown_calls++;
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  CHECK_PTR_EQ(stream, &client);
  if (nread <= 0) {
    close_at_eof(stream, nread, buf);
    return;
  }
  CHECK_EQ(nread, 4);
  CHECK_MEM_EQ(buf->base, "PING", 4);
}

static void exchange(void) {
  CHECK_OK(write_text(&client, &write_req, "PING", on_write));
  CHECK_OK(uv_shutdown(&shutdown_req, STREAM(&client), on_shutdown));
  CHECK_OK(uv_read_start(STREAM(&client), alloc_shared, on_read));
}

static void check_exchange(struct echo_server* server) {
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(write_calls, 1);
  CHECK_EQ(shutdown_calls, 1);
  CHECK_EQ(eofs, 1);
  CHECK_EQ(close_calls, 1);
  echo_server_stop(server);
  finish_loop(uv_default_loop());
}

static void on_connect(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req, &connect_req);
  CHECK_OK(status);
  connect_calls++;
  exchange();
}

TEST(tcp_open) {
  struct echo_server server = echo_server_start("127.0.0.1");
  struct sockaddr_in address = loopback4(server.port);
  int fd = raw_socket();
  open_client(fd);
  CHECK_OK(uv_tcp_connect(&connect_req, &client, ADDR(&address), on_connect));
  CHECK_OK(uv_tcp_init(uv_default_loop(), &second));
  CHECK_ERR(UV_EEXIST, uv_tcp_open(&second, fd));
  CHECK_EQ(connect_calls, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connect_calls, 1);
  check_exchange(&server);
}

TEST(tcp_open_connected) {
  struct echo_server server = echo_server_start("127.0.0.1");
  struct sockaddr_in address = loopback4(server.port);
  int fd = raw_socket();
  CHECK_EQ(connect(fd, ADDR(&address), sizeof(address)), 0);
  open_client(fd);
  exchange();
  check_exchange(&server);
}

TEST(tcp_open_bound) {
  struct sockaddr_in address = loopback4(0);
  int fd = raw_socket();
  CHECK_EQ(bind(fd, ADDR(&address), sizeof(address)), 0);
  open_client(fd);
  CHECK_OK(uv_listen(STREAM(&client), 128, NULL));
  finish_loop(uv_default_loop());
}

TEST(tcp_open_twice) {
  int first = raw_socket();
  int other = raw_socket();
  open_client(first);
  CHECK_ERR(UV_EBUSY, uv_tcp_open(&client, other));
  CHECK_EQ(close(other), 0);
  finish_loop(uv_default_loop());
}

/* ---- tcp_write_ready ---- */

static int shutdown_requested;

static void on_ready_write(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &write_req);
  write_calls++;
  if (status != 0) {
    CHECK_EQ(shutdown_calls, 1);
    return;
  }
  if (!shutdown_requested)
    CHECK_OK(write_text(&client, &write_req, "P", on_ready_write));
}

static void on_ready_shutdown(uv_shutdown_t* req, int status) {
  CHECK_PTR_EQ(req, &shutdown_req);
  CHECK_OK(status);
  CHECK_EQ(shutdown_requested, 1);
  shutdown_calls++;
}

static void on_ready_timer(uv_timer_t* handle) {
  CHECK_OK(uv_shutdown(&shutdown_req, STREAM(&client), on_ready_shutdown));
  shutdown_requested = 1;
  uv_close((uv_handle_t*) handle, NULL);
}

static void on_ready_read(uv_stream_t* stream, ssize_t nread,
                          const uv_buf_t* buf) {
  ssize_t i;
  for (i = 0; i < nread; i++)
    CHECK_EQ(buf->base[i], 'P');
  if (nread < 0)
    close_at_eof(stream, nread, buf);
}

static void on_ready_connect(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req, &connect_req);
  CHECK_OK(status);
  connect_calls++;
  CHECK_OK(write_text(&client, &write_req, "P", on_ready_write));
  CHECK_OK(uv_read_start(STREAM(&client), alloc_shared, on_ready_read));
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_OK(uv_timer_start(&timer, on_ready_timer, 500, 0));
}

TEST(tcp_write_ready) {
  struct echo_server server = echo_server_start("127.0.0.1");
  struct sockaddr_in address = loopback4(server.port);
  open_client(raw_socket());
  CHECK_OK(uv_tcp_connect(&connect_req, &client, ADDR(&address),
                          on_ready_connect));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(shutdown_calls, 1);
  CHECK_GT(write_calls, 0);
  CHECK_EQ(eofs, 1);
  CHECK_EQ(close_calls, 1);
  echo_server_stop(&server);
  finish_loop(uv_default_loop());
}
