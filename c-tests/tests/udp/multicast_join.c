/* Members of a group, of any source and of one. */
#include "datagrams.h"

static uv_udp_t server;
static uv_udp_t client;
static uv_udp_send_t requests[2];
static const char* group;
static struct sockaddr_storage group_address;
static int sends;
static int received;

static void on_sent(uv_udp_send_t* req, int status) {
  CHECK_PTR_EQ(req, &requests[sends]);
  CHECK_OK(status);
  if (++sends == 2)
    CLOSE(req->handle);
}

static void send_ping(void) {
  CHECK_OK(send_text(&requests[received], &client, "PING", &group_address,
                     on_sent));
}

static void on_received(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                        const struct sockaddr* address, unsigned flags) {
  char source[64];
  if (is_nothing(nread, address))
    return;
  check_datagram(nread, buf, address, flags, "PING");
  if (++received == 2) {
    CLOSE(handle);
    return;
  }
  if (address->sa_family == AF_INET6)
    CHECK_OK(uv_ip6_name((const struct sockaddr_in6*) address, source,
                         sizeof(source)));
  else
    CHECK_OK(uv_ip_name(address, source, sizeof(source)));
  CHECK_OK(uv_udp_set_membership(handle, group, NULL, UV_LEAVE_GROUP));
  CHECK_OK(uv_udp_set_source_membership(handle, group, NULL, source,
                                        UV_JOIN_GROUP));
  send_ping();
}

static void join_and_send(struct sockaddr* any) {
  int status;
  CHECK_OK(uv_udp_init(uv_default_loop(), &server));
  CHECK_OK(uv_udp_init(uv_default_loop(), &client));
  CHECK_OK(uv_udp_bind(&server, any, 0));
  status = uv_udp_set_membership(&server, group, NULL, UV_JOIN_GROUP);
  if (status == UV_ENODEV || status == UV_ENOEXEC || status == UV_ENOSYS)
    SKIP("no multicast here");
  CHECK_OK(status);
  CHECK_OK(uv_udp_recv_start(&server, alloc_shared, on_received));
  if (any->sa_family == AF_INET6)
    CHECK_OK(uv_ip6_addr(group, udp_port(&server),
                         (struct sockaddr_in6*) &group_address));
  else
    CHECK_OK(uv_ip4_addr(group, udp_port(&server),
                         (struct sockaddr_in*) &group_address));
  send_ping();
  run_dry();
  CHECK_EQ(received, 2);
  CHECK_EQ(sends, 2);
  check_queue_empty(&client);
  finish(2);
}

TEST(udp_multicast_join) {
  struct sockaddr_in any = any4(0);
  group = "239.255.0.1";
  join_and_send(ADDR(&any));
}

static int has_outside_ipv6(void) {
  uv_interface_address_t* interfaces;
  int count;
  int found = 0;
  int i;
  CHECK_OK(uv_interface_addresses(&interfaces, &count));
  for (i = 0; i < count; i++)
    found |= !interfaces[i].is_internal &&
             interfaces[i].address.address4.sin_family == AF_INET6;
  uv_free_interface_addresses(interfaces, count);
  return found;
}

TEST(udp_multicast_join6) {
  struct sockaddr_in6 any = any6(0);
  if (!has_outside_ipv6())
    SKIP("no IPv6 beyond this machine");
  group = "ff02::1";
  join_and_send(ADDR(&any));
}
