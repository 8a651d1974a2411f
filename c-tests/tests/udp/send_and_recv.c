/* Datagrams between handles of one loop. */
#include "datagrams.h"

static uv_udp_t server;
static uv_udp_t client;
static uv_udp_send_t client_req;
static uv_udp_send_t server_req;
static int server_sends;
static int server_received;
static int client_sends;
static int client_received;

static struct sockaddr_in serve(uv_udp_recv_cb cb) {
  int port = udp_serve(uv_default_loop(), &server, cb);
  CHECK_OK(uv_udp_init(uv_default_loop(), &client));
  return loopback4(port);
}

static void check_queues_empty(void) {
  check_queue_empty(&server);
  check_queue_empty(&client);
}

/* ---- udp_send_and_recv, udp_alloc_cb_fail ---- */

static uv_alloc_cb client_alloc;
static uv_udp_recv_cb client_recv;

static void on_pong_sent(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &server_req);
  CHECK_OK(status);
  server_sends++;
  CLOSE(req->handle);
}

static void on_ping(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                    const struct sockaddr* address, unsigned flags) {
  if (is_nothing(nread, address))
    return;
  CHECK_PTR_EQ(handle, &server);
  check_datagram(nread, buf, address, flags, "PING");
  server_received++;
  CHECK_OK(uv_udp_recv_stop(handle));
  CHECK_OK(send_text(&server_req, handle, "PONG", address, on_pong_sent));
}

static void on_ping_sent(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &client_req);
  CHECK_OK(status);
  client_sends++;
  CHECK_OK(uv_udp_recv_start(req->handle, client_alloc, client_recv));
}

static void on_pong(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                    const struct sockaddr* address, unsigned flags) {
  if (is_nothing(nread, address))
    return;
  check_datagram(nread, buf, address, flags, "PONG");
  client_received++;
  CLOSE(handle);
}

static void ping_and_pong(void) {
  struct sockaddr_in address = serve(on_ping);
  CHECK_OK(send_text(&client_req, &client, "PING", &address, on_ping_sent));
  CHECK_EQ(close_calls + client_sends + client_received + server_sends +
               server_received, 0);
  run_dry();
  CHECK_EQ(client_sends, 1);
  CHECK_EQ(server_received, 1);
  CHECK_EQ(server_sends, 1);
  CHECK_EQ(client_received, 1);
  check_queues_empty();
  finish(2);
}

TEST(udp_send_and_recv) {
  client_alloc = alloc_shared;
  client_recv = on_pong;
  ping_and_pong();
}

static void alloc_nothing(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle, (void) size, (void) buf;
}

static void on_no_buffer(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                         const struct sockaddr* address, unsigned flags) {
  (void) buf, (void) address;
  CHECK_ERR(UV_ENOBUFS, nread);
  CHECK_EQ(flags, 0);
  client_received++;
  CLOSE(handle);
}

TEST(udp_alloc_cb_fail) {
  client_alloc = alloc_nothing;
  client_recv = on_no_buffer;
  ping_and_pong();
}

/* ---- udp_send_immediate ---- */

static void on_one_sent(uv_udp_send_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  client_sends++;
}

static void on_two(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                   const struct sockaddr* address, unsigned flags) {
  if (is_nothing(nread, address))
    return;
  check_datagram(nread, buf, address, flags,
                 server_received == 0 ? "PING" : "PANG");
  if (++server_received < 2)
    return;
  CLOSE(&client);
  CLOSE(handle);
}

TEST(udp_send_immediate) {
  struct sockaddr_in address = serve(on_two);
  CHECK_OK(send_text(&client_req, &client, "PING", &address, on_one_sent));
  CHECK_OK(send_text(&server_req, &client, "PANG", &address, on_one_sent));
  CHECK_EQ(client_sends, 0);
  run_dry();
  CHECK_EQ(client_sends, 2);
  CHECK_EQ(server_received, 2);
  check_queues_empty();
  finish(2);
}

/* ---- udp_dgram_too_big ---- */

static char too_big[65536];

static void on_too_big(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &client_req);
  CHECK_ERR(UV_EMSGSIZE, status);
  client_sends++;
  CLOSE(req->handle);
}

TEST(udp_dgram_too_big) {
  uv_buf_t buf = uv_buf_init(too_big, sizeof(too_big));
  struct sockaddr_in address = loopback4(free_udp_port());
  CHECK_OK(uv_udp_init(uv_default_loop(), &client));
  CHECK_OK(uv_udp_send(&client_req, &client, &buf, 1, ADDR(&address),
                       on_too_big));
  CHECK_EQ(client_sends, 0);
  run_dry();
  CHECK_EQ(client_sends, 1);
  finish(1);
}

/* ---- udp_recv_in_a_row ---- */

enum { ROW = 4, ROW_SIZE = 10 };

static int row_calls;
static int row_datagrams;
static int checks;

static void on_row(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                   const struct sockaddr* address, unsigned flags) {
  (void) handle, (void) address;
  row_calls++;
  CHECK_GE(nread, 0);
  CHECK_EQ(flags, 0);
  if (nread > 0) {
    CHECK_EQ(nread, ROW_SIZE);
    CHECK_MEM_EQ(buf->base, "0123456789", ROW_SIZE);
    row_datagrams++;
  }
}

static void on_check(uv_check_t* check) {
  checks++;
  CHECK_EQ(row_datagrams, ROW);
  CHECK_LE(row_calls, ROW + 2);
  CHECK_OK(uv_check_stop(check));
  CLOSE(&server);
  CLOSE(&client);
  CLOSE(check);
}

TEST(udp_recv_in_a_row) {
  struct sockaddr_in address = serve(on_row);
  uv_buf_t empty = uv_buf_init(NULL, 0);
  uv_check_t check;
  int i;
  CHECK_OK(uv_check_init(uv_default_loop(), &check));
  CHECK_OK(uv_check_start(&check, on_check));
  for (i = 0; i < ROW; i++)
    CHECK_EQ(try_send_text(&client, "0123456789", &address), ROW_SIZE);
  CHECK_EQ(uv_udp_try_send(&client, &empty, 1, ADDR(&address)), 0);
  run_dry();
  CHECK_EQ(checks, 1);
  finish(3);
}

/* ---- udp_try_send ---- */

static void on_hello_or_exit(uv_udp_t* handle, ssize_t nread,
                             const uv_buf_t* buf,
                             const struct sockaddr* address, unsigned flags) {
  if (is_nothing(nread, address))
    return;
  server_received++;
  check_datagram(nread, buf, address, flags,
                 server_received <= 2 ? "HELO" : "EXIT");
  if (server_received == 2)
    CHECK_OK(uv_udp_recv_stop(handle));
  if (server_received == 3) {
    CLOSE(handle);
    CLOSE(&client);
  }
}

TEST(udp_try_send) {
  struct sockaddr_in address = serve(on_hello_or_exit);
  struct sockaddr* addresses[2] = { ADDR(&address), ADDR(&address) };
  uv_buf_t big = uv_buf_init(too_big, sizeof(too_big));
  uv_buf_t hello = uv_buf_init("HELO", 4);
  uv_buf_t* messages[2] = { &hello, &hello };
  unsigned counts[2] = { 1, 1 };
  CHECK_ERR(UV_EINVAL, uv_udp_try_send(&client, &hello, 0, ADDR(&address)));
  CHECK_ERR(UV_EMSGSIZE, uv_udp_try_send(&client, &big, 1, ADDR(&address)));
  CHECK_EQ(uv_udp_try_send2(&client, 2, messages, counts, addresses, 0), 2);
  CHECK_EQ(server_received, 0);
  run_dry();
  CHECK_EQ(server_received, 2);

  CHECK_OK(uv_udp_recv_start(&server, alloc_shared, on_hello_or_exit));
  CHECK_EQ(try_send_text(&client, "EXIT", &address), 4);
  run_dry();
  CHECK_EQ(server_received, 3);
  check_queues_empty();
  finish(2);
}

/* ---- udp_send_hang_loop ---- */

static struct sockaddr_in far_address;
static uv_idle_t idle;

static void on_idle(uv_idle_t* handle);

static void on_far_sent(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &client_req);
  CHECK(status == 0 || status == UV_ENETUNREACH);
  if (client_sends > 1000) {
    CLOSE(&client);
    CLOSE(&idle);
    return;
  }
  CHECK_OK(uv_idle_start(&idle, on_idle));
}

static void on_idle(uv_idle_t* handle) {
  static char data[1024];
  uv_buf_t buf = uv_buf_init(data, sizeof(data));
  CHECK_OK(uv_idle_stop(handle));
  CHECK_OK(uv_udp_send(&client_req, &client, &buf, 1, ADDR(&far_address),
                       on_far_sent));
  client_sends++;
}

TEST(udp_send_hang_loop, TIMEOUT(5)) {
  /* An address of documentation: nobody answers. */
  CHECK_OK(uv_ip4_addr("192.0.2.3", free_udp_port(), &far_address));
  CHECK_OK(uv_udp_init(uv_default_loop(), &client));
  CHECK_OK(uv_idle_init(uv_default_loop(), &idle));
  CHECK_OK(uv_idle_start(&idle, on_idle));
  run_dry();
  CHECK_EQ(client_sends, 1001);
  finish(2);
}
