/* Internet addresses as text. */
#include "test.h"

TEST(ip4_addr) {
  const unsigned char all_ones[4] = { 255, 255, 255, 255 };
  struct sockaddr_in addr;
  char text[INET_ADDRSTRLEN];

  CHECK_EQ(sizeof(text), 16);
  CHECK_OK(uv_inet_ntop(AF_INET, all_ones, text, sizeof(text)));
  CHECK_STR_EQ(text, "255.255.255.255");
  CHECK_ERR(UV_ENOSPC, uv_inet_ntop(AF_INET, all_ones, text, 15));

  CHECK_OK(uv_ip4_addr("127.0.0.1", 80, &addr));
  CHECK_EQ(addr.sin_family, AF_INET);
  CHECK_EQ(addr.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  CHECK_EQ(addr.sin_port, htons(80));
  CHECK_OK(uv_ip4_addr("255.255.255.255", 80, &addr));
  CHECK_ERR(UV_EINVAL, uv_ip4_addr("255.255.255*000", 80, &addr));
  CHECK_ERR(UV_EINVAL, uv_ip4_addr("255.255.255.256", 80, &addr));
  CHECK_ERR(UV_EINVAL, uv_ip4_addr("2555.0.0.0", 80, &addr));
  CHECK_ERR(UV_EINVAL, uv_ip4_addr("255", 80, &addr));

  CHECK_ERR(UV_EAFNOSUPPORT, uv_inet_pton(42, "127.0.0.1", &addr.sin_addr));
}

TEST(ip6_pton) {
  static const char* const good[] = {
    "::", "::1", "fe80::1", "fe80::", "fe80::2acf:daff:fedd:342a",
    "fe80:0:0:0:2acf:daff:fedd:342a", "fe80:0:0:0:2acf:daff:1.2.3.4",
    "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
  };
  static const char* const bad[] = {
    ":::1", "abcde::1", "fe80:0:0:0:2acf:daff:fedd:342a:5678",
    "fe80:0:0:0:2acf:daff:abcd:1.2.3.4", "fe80:0:0:2acf:daff:1.2.3.4.5",
    "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255.255",
  };
  static const char* const zones[] = { "", "%en1", "%%%%", "%en1:1.2.3.4" };
  struct in6_addr addr;
  char text[128];
  size_t zone;
  size_t i;
  for (zone = 0; zone < sizeof(zones) / sizeof(zones[0]); zone++) {
    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
      snprintf(text, sizeof(text), "%s%s", good[i], zones[zone]);
      if (uv_inet_pton(AF_INET6, text, &addr) != 0)
        FAIL("%s is an address", text);
    }
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
      snprintf(text, sizeof(text), "%s%s", bad[i], zones[zone]);
      if (uv_inet_pton(AF_INET6, text, &addr) == 0)
        FAIL("%s is no address", text);
    }
  }
}

TEST(ip6_sin6_len) {
  struct sockaddr_in6 addr;
  CHECK_OK(uv_ip6_addr("::", 0, &addr));
  CHECK_EQ(addr.sin6_family, AF_INET6);
#ifdef SIN6_LEN
  CHECK_EQ(addr.sin6_len, sizeof(addr));
#endif
}

TEST(ip_name) {
  const char* text4 = "192.168.0.1";
  const char* text6 = "fe80::2acf:daff:fedd:342a";
  union {
    struct sockaddr any;
    struct sockaddr_in in4;
    struct sockaddr_in6 in6;
  } addr;
  char name4[INET_ADDRSTRLEN];
  char name6[INET6_ADDRSTRLEN];

  CHECK_OK(uv_ip4_addr(text4, 0, &addr.in4));
  CHECK_OK(uv_ip4_name(&addr.in4, name4, sizeof(name4)));
  CHECK_STR_EQ(name4, text4);
  memset(name4, 0, sizeof(name4));
  CHECK_OK(uv_ip_name(&addr.any, name4, sizeof(name4)));
  CHECK_STR_EQ(name4, text4);

  CHECK_OK(uv_ip6_addr(text6, 0, &addr.in6));
  CHECK_OK(uv_ip6_name(&addr.in6, name6, sizeof(name6)));
  CHECK_STR_EQ(name6, text6);
  memset(name6, 0, sizeof(name6));
  CHECK_OK(uv_ip_name(&addr.any, name6, sizeof(name6)));
  CHECK_STR_EQ(name6, text6);

  addr.any.sa_family = AF_UNIX;
  CHECK_ERR(UV_EAFNOSUPPORT, uv_ip_name(&addr.any, name6, sizeof(name6)));
}

static void check_scope(const uv_interface_address_t* entry) {
  const struct sockaddr_in6* addr = &entry->address.address6;
  char text[INET6_ADDRSTRLEN];
  char name[UV_IF_NAMESIZE];
  char zone[UV_IF_NAMESIZE];
  char scoped[sizeof(text) + sizeof(zone)];
  struct sockaddr_in6 parsed;
  size_t size;

  CHECK_OK(uv_inet_ntop(AF_INET6, &addr->sin6_addr, text, sizeof(text)));
  if (strncmp(text, "fe80::", 6) != 0)
    return;

  size = sizeof(name);
  CHECK_OK(uv_if_indextoname(addr->sin6_scope_id, name, &size));
  CHECK_STR_EQ(name, entry->name);
  CHECK_EQ(size, strlen(name));
  size = sizeof(zone);
  CHECK_OK(uv_if_indextoiid(addr->sin6_scope_id, zone, &size));
  CHECK_STR_EQ(zone, entry->name);

  snprintf(scoped, sizeof(scoped), "%s%%%s", text, zone);
  CHECK_OK(uv_ip6_addr(scoped, 7000, &parsed));
  CHECK_EQ(parsed.sin6_scope_id, addr->sin6_scope_id);
  CHECK_EQ(parsed.sin6_port, htons(7000));
  CHECK_MEM_EQ(&parsed.sin6_addr, &addr->sin6_addr, sizeof(parsed.sin6_addr));
}

TEST(ip6_addr_link_local) {
  uv_interface_address_t* addresses;
  char name[UV_IF_NAMESIZE];
  size_t size = sizeof(name);
  int count;
  int i;

  CHECK_OK(uv_interface_addresses(&addresses, &count));
  for (i = 0; i < count; i++)
    if (addresses[i].address.address6.sin6_family == AF_INET6)
      check_scope(&addresses[i]);
  uv_free_interface_addresses(addresses, count);

  CHECK_NE(uv_if_indextoname((unsigned) -1, name, &size), 0);
  finish_loop(uv_default_loop());
}
