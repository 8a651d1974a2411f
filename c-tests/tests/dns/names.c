/* The names of addresses: uv_getnameinfo. */
#include "test.h"

static uv_getnameinfo_t req;
static int calls;

static void on_names(uv_getnameinfo_t* done, int status, const char* host,
                     const char* service) {
  CHECK_PTR_EQ(done, &req);
  CHECK_OK(status);
  CHECK_NOT_NULL(host);
  CHECK_NOT_NULL(service);
  calls++;
}

static void look_up(const void* addr) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_OK(uv_getnameinfo(loop, &req, on_names, addr, 0));
  CHECK_EQ(calls, 0);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  finish_loop(loop);
}

TEST(getnameinfo_basic_ip4) {
  struct sockaddr_in addr;
  CHECK_OK(uv_ip4_addr("127.0.0.1", 80, &addr));
  look_up(&addr);
}

TEST(getnameinfo_basic_ip6) {
  struct sockaddr_in6 addr;
  CHECK_OK(uv_ip6_addr("::1", 80, &addr));
  look_up(&addr);
}

TEST(getnameinfo_basic_ip4_sync) {
  struct sockaddr_in addr;
  CHECK_OK(uv_ip4_addr("127.0.0.1", 80, &addr));
  CHECK_OK(uv_getnameinfo(uv_default_loop(), &req, NULL,
                          (struct sockaddr*) &addr, 0));
  CHECK_NE(req.host[0], '\0');
  CHECK_NE(req.service[0], '\0');
  CHECK_NOT_NULL(memchr(req.host, '\0', sizeof(req.host)));
  CHECK_NOT_NULL(memchr(req.service, '\0', sizeof(req.service)));
  finish_loop(uv_default_loop());
}

/* In a packet, say, or a packed structure. */
TEST(addresses_may_stand_at_odd_places) {
  static _Alignas(16) char bytes[1 + sizeof(struct sockaddr_in6)];
  struct sockaddr* odd = (struct sockaddr*) (bytes + 1);
  struct sockaddr_in four;
  struct sockaddr_in6 six;
  uv_tcp_t tcp;
  char text[64];

  CHECK_OK(uv_ip6_addr("::1", 0, &six));
  memcpy(bytes + 1, &six, sizeof(six));
  CHECK_OK(uv_ip_name(odd, text, sizeof(text)));
  CHECK_STR_EQ(text, "::1");
  CHECK_OK(uv_ip4_addr("127.0.0.1", 0, &four));
  memcpy(bytes + 1, &four, sizeof(four));
  CHECK_OK(uv_ip_name(odd, text, sizeof(text)));
  CHECK_STR_EQ(text, "127.0.0.1");
  CHECK_OK(uv_tcp_init(uv_default_loop(), &tcp));
  CHECK_OK(uv_tcp_bind(&tcp, odd, 0));
  uv_close((uv_handle_t*) &tcp, NULL);
  look_up(odd);
}
