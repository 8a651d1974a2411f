/* Datagrams that do not fit, and those that are not sent any more. */
#include "datagrams.h"

static int receive_calls, send_calls;
static uv_udp_send_t first, second, third;
static struct sockaddr_in address;

static void alloc_four(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char memory[8] = "........";
  (void) handle;
  (void) size;
  *buf = uv_buf_init(memory, 4);
}

static void on_cut(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                   const struct sockaddr* from, unsigned flags) {
  if (is_nothing(nread, from))
    return;
  CHECK_EQ(nread, 4);
  CHECK_MEM_EQ(buf->base, "too ....", 8);
  CHECK_EQ(flags & UV_UDP_PARTIAL, UV_UDP_PARTIAL);
  receive_calls++;
  CLOSE(handle);
}

TEST(udp_datagram_is_cut_to_the_buffer) {
  uv_udp_t server, client;
  address = loopback4(udp_bind_loopback(uv_default_loop(), &server, 0));
  CHECK_OK(uv_udp_recv_start(&server, alloc_four, on_cut));
  CHECK_OK(uv_udp_init(uv_default_loop(), &client));
  CHECK_EQ(try_send_text(&client, "too long", &address), 8);
  CLOSE(&client);
  run_dry();
  CHECK_EQ(receive_calls, 1);
  finish(2);
}

static void on_never_sent(uv_udp_send_t* req, int status) {
  CHECK_EQ(status, UV_ECANCELED);
  CHECK_PTR_EQ(req, send_calls == 1 ? &second : &third);
  CHECK_EQ(close_calls, 0);
  send_calls++;
}

/* What is sent here waits until this callback is over. */
static void on_sent(uv_udp_send_t* req, int status) {
  CHECK_OK(status);
  CHECK_EQ(send_calls++, 0);
  CHECK_OK(send_text(&second, req->handle, "two", &address, on_never_sent));
  CHECK_OK(send_text(&third, req->handle, "three", &address, on_never_sent));
  CHECK_EQ(uv_udp_get_send_queue_count(req->handle), 2);
  CHECK_EQ(uv_udp_get_send_queue_size(req->handle), 8);
  CLOSE(req->handle);
}

TEST(udp_close_cancels_what_waits) {
  uv_udp_t client;
  address = loopback4(udp_bind_loopback(uv_default_loop(), &client, 0));
  CHECK_OK(send_text(&first, &client, "one", &address, on_sent));
  run_dry();
  CHECK_EQ(send_calls, 3);
  check_queue_empty(&client);
  finish(1);
}
