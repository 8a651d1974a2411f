/* Writes on a handle without a connection, or whose connection fails. */
#include "../stream/streams.h"

static uv_tcp_t tcp;
static uv_connect_t connect_req;
static uv_write_t write_req;
static int connect_calls;
static int write_calls;

static void on_failed_write(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &write_req);
  CHECK_LT(status, 0);
  write_calls++;
}

static void on_failed_connect(uv_connect_t* req, int status) {
  CHECK_LT(status, 0);
  connect_calls++;
  CLOSE(req->handle);
}

TEST(tcp_connect_error_after_write) {
  struct closed_port closed = closed_port4();
  struct sockaddr_in address = loopback4(closed.port);
  CHECK_OK(uv_tcp_init(uv_default_loop(), &tcp));
  CHECK_ERR(UV_EBADF, write_text(&tcp, &write_req, "TEST", never_write));
  CHECK_OK(uv_tcp_connect(&connect_req, &tcp, ADDR(&address),
                          on_failed_connect));
  CHECK_OK(write_text(&tcp, &write_req, "TEST", on_failed_write));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(write_calls, 1);
  CHECK_EQ(close_calls, 1);
  CHECK_EQ(close(closed.fd), 0);
  finish_loop(uv_default_loop());
}

static void on_refused(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req->handle, &tcp);
  CHECK_ERR(UV_ECONNREFUSED, status);
  CHECK_EQ(write_calls, 0);
  connect_calls++;
}

static void on_canceled_write(uv_write_t* req, int status) {
  CHECK_PTR_EQ(req, &write_req);
  CHECK_ERR(UV_ECANCELED, status);
  write_calls++;
  CLOSE(req->handle);
}

TEST(tcp_write_after_connect) {
  struct closed_port closed = closed_port4();
  uv_loop_t loop;
  CHECK_OK(uv_loop_init(&loop));
  tcp_client(&loop, &tcp, &connect_req, closed.port, on_refused);
  CHECK_OK(write_text(&tcp, &write_req, "TEST", on_canceled_write));
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_EQ(connect_calls, 1);
  CHECK_EQ(write_calls, 1);
  CHECK_EQ(close_calls, 1);
  CHECK_EQ(close(closed.fd), 0);
  finish_loop(&loop);
}
