// UDP sockets.
#include <string>
#include <vector>

#include "check.hpp"

static void datagrams_come_with_their_sender() {
  uv::loop loop = GET(uv::loop::create());
  uv::udp receiver = GET(uv::udp::create(loop));
  uv::udp sender = GET(uv::udp::create(loop));
  CHECK_OK(receiver.bind(uv::address::loopback(0)));
  CHECK_OK(sender.bind(uv::address::loopback(0)));
  const uv::address to = GET(receiver.local_address());
  std::vector<std::string> got;
  CHECK_OK(receiver.receive_start([&](uv::result<uv::datagram> it) {
    CHECK(it && !it->is_cut);
    CHECK(it->from == GET(sender.local_address()));
    got.emplace_back(it->data.text());
    if (got.size() == 4) loop.close_handles();
  }));
  int sent = 0;
  const auto count = [&](std::error_code error) {
    CHECK_OK(error);
    ++sent;
  };
  CHECK_OK(sender.try_send(to, "tried"));
  CHECK_OK(sender.send(to, std::string("moved"), count));
  CHECK_OK(sender.send(to, "", count));
  CHECK_OK(sender.send(to, "copied"));
  CHECK(sender.try_send(to, "not before those") == uv::errc::eagain);
  loop.run();
  CHECK((got == std::vector<std::string>{"tried", "moved", "", "copied"}));
  CHECK(sent == 2);
}

static void a_socket_has_a_peer() {
  uv::loop loop = GET(uv::loop::create());
  uv::udp receiver = GET(uv::udp::create(loop, unsigned(AF_INET)));
  CHECK_OK(receiver.bind(uv::address::loopback(0)));
  uv::udp sender = GET(uv::udp::create(loop));
  CHECK_OK(sender.connect(GET(receiver.local_address())));
  CHECK(GET(sender.peer_address()) == GET(receiver.local_address()));
  char memory[4];
  bool cut = false;
  std::string got;
  CHECK_OK(receiver.receive_start(memory, [&](uv::result<uv::datagram> it) {
    CHECK(it->data.data() == memory);
    got = it->data.text();
    cut = it->is_cut;
    receiver.receive_stop();
  }));
  CHECK_OK(sender.send(uv::address(), "too long for it"));
  loop.run();
  CHECK(got == "too " && cut);
  CHECK_OK(sender.connect(uv::address()));
  CHECK(sender.peer_address().error() == uv::errc::enotconn);
  CHECK(sender.send_queue_size() == 0 && sender.send_queue_count() == 0);
}

static void options_are_passed_on() {
  uv::loop loop = GET(uv::loop::create());
  uv::udp socket = GET(uv::udp::create(loop));
  CHECK(socket.set_broadcast(true) == uv::errc::ebadf);
  CHECK_OK(socket.bind(uv::address::any(0)));
  CHECK_OK(socket.set_broadcast(true));
  CHECK_OK(socket.set_ttl(32));
  CHECK_OK(socket.set_multicast_ttl(2));
  CHECK_OK(socket.set_multicast_loop(false));
  CHECK(socket.set_membership("nonsense", nullptr, UV_JOIN_GROUP) == uv::errc::einval);
}

int main() {
  datagrams_come_with_their_sender();
  a_socket_has_a_peer();
  options_are_passed_on();
}
