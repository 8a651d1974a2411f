// Addresses.
#include "check.hpp"

int main() {
  const uv::address v4 = GET(uv::address::parse("10.1.2.3", 80));
  CHECK(v4.family() == AF_INET && !v4.is_ipv6() && v4);
  CHECK(v4.ip() == "10.1.2.3" && v4.port() == 80 && v4.text() == "10.1.2.3:80");

  const uv::address v6 = GET(uv::address::parse("2001:db8::7", 443));
  CHECK(v6.is_ipv6() && v6.text() == "[2001:db8::7]:443");
  CHECK(uv::address::from(v6.system()) == v6);

  CHECK(v4 != v6);
  CHECK(v4 == GET(uv::address::parse("10.1.2.3", 80)));
  CHECK(v4 != GET(uv::address::parse("10.1.2.3", 81)));
  CHECK(v4 != GET(uv::address::parse("10.1.2.4", 80)));
  CHECK(v6 != GET(uv::address::parse("2001:db8::8", 443)));

  CHECK(!uv::address() && uv::address().port() == 0 && uv::address().ip().empty());
  CHECK(uv::address() == uv::address::from(nullptr));
  CHECK(uv::address::parse("nonsense", 1).error() == uv::errc::einval);
  CHECK(uv::address::loopback(7).text() == "127.0.0.1:7");
  CHECK(uv::address::any(7).text() == "0.0.0.0:7");
}
