// Names and addresses. What is asked for needs no name server.
#include "check.hpp"

int main() {
  uv::loop loop = GET(uv::loop::create());
  int done = 0;
  CHECK_OK(uv::getaddrinfo(loop, "127.0.0.1", "80", uv::stream_hints(), [&](uv::result<uv::addresses> found) {
    CHECK(found && !found->empty());
    CHECK(found->front() == uv::address::loopback(80));
    int count = 0;
    for (const uv::address it : *found) count += it ? 1 : 0;
    CHECK(count == 1);
    ++done;
  }));
  addrinfo numeric = uv::stream_hints(AF_INET);
  numeric.ai_flags = AI_NUMERICHOST;
  CHECK_OK(uv::getaddrinfo(loop, "not.a.number", nullptr, numeric, [&](uv::result<uv::addresses> found) {
    CHECK(found.error() == uv::errc::eai_noname);
    ++done;
  }));
  CHECK(uv::getaddrinfo(loop, nullptr, nullptr, uv::stream_hints(), [](uv::result<uv::addresses>) {}) ==
        uv::errc::einval);
  const int flags = NI_NUMERICHOST | NI_NUMERICSERV;
  CHECK_OK(uv::getnameinfo(loop, uv::address::loopback(99), flags, [&](uv::result<uv::name_and_service> found) {
    CHECK(found && found->name == "127.0.0.1" && found->service == "99");
    ++done;
  }));
  loop.run();
  CHECK(done == 3);
  CHECK(uv::addresses(nullptr).empty() && !uv::addresses(nullptr).front());
}
