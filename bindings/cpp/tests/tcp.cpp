// TCP servers and connections.
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check.hpp"

// A server that listens on a port of the system's choice, and a client that has connected to it.
struct pair {
  uv::loop loop = GET(uv::loop::create());
  uv::tcp server = GET(uv::tcp::create(loop));
  uv::tcp client = GET(uv::tcp::create(loop));
  uv::tcp peer;

  pair() {
    CHECK_OK(server.bind(uv::address::loopback(0)));
    CHECK_OK(server.listen(8, [this](std::error_code error) {
      CHECK_OK(error);
      peer = GET(server.accept());
      server.close();
    }));
    bool connected = false;
    const uv::address to = GET(server.local_address());
    CHECK_OK(client.connect(to, [&](std::error_code error) {
      CHECK_OK(error);
      connected = true;
    }));
    loop.run();
    CHECK(connected && peer.is_open());
    CHECK(GET(client.peer_address()) == to);
    CHECK(GET(peer.peer_address()) == GET(client.local_address()));
  }

  // Everything that comes until the end of the stream.
  std::string read_all(uv::tcp& from) {
    std::string all;
    bool ended = false;
    CHECK_OK(from.read_start([&](uv::result<uv::bytes> data) {
      if (data) {
        all += data->text();
      } else {
        CHECK(data.error() == uv::errc::eof);
        ended = true;
        from.close();
      }
    }));
    loop.run();
    CHECK(ended);
    return all;
  }
};

static void writes_hold_their_bytes() {
  pair it;
  int done = 0;
  const auto count = [&](std::error_code error) {
    CHECK_OK(error);
    ++done;
  };
  static const std::string lasting = "borrowed;";
  std::vector<char> moved = {'m', 'o', 'v', 'e', 'd', ';'};
  std::string kept = "kept;";
  {
    char memory[] = "copied;";
    CHECK_OK(it.client.write(uv::bytes(memory), count));
    memory[0] = 'X';
  }
  CHECK_OK(it.client.write(std::move(moved), count));
  CHECK(moved.empty());
  CHECK_OK(it.client.write(kept, count));
  CHECK(kept == "kept;");
  CHECK_OK(it.client.write("constant;", count));
  CHECK_OK(it.client.write(std::array<char, 2>{'a', ';'}, count));
  CHECK_OK(it.client.write(uv::borrow(lasting), count));
  CHECK_OK(it.client.write(std::make_shared<const std::string>("shared;"), count));
  const uv_buf_t several[] = {uv_buf_init(const_cast<char*>("one,"), 4), uv_buf_init(const_cast<char*>("two;"), 4)};
  CHECK_OK(it.client.write(uv::borrow(several, 2), count));
  CHECK_OK(it.client.write(""));
  CHECK_OK(it.client.shutdown(count));
  CHECK(it.read_all(it.peer) == "copied;moved;kept;constant;a;borrowed;shared;one,two;");
  CHECK(done == 9);
}

static void large_writes_wait_in_the_queue() {
  pair it;
  const std::string large(8 << 20, 'x');
  bool written = false;
  CHECK_OK(it.client.write(large, [&](std::error_code error) {
    CHECK_OK(error);
    written = true;
  }));
  CHECK(it.client.write_queue_size() > 0);
  CHECK_OK(it.client.shutdown());
  CHECK(it.read_all(it.peer).size() == large.size());
  CHECK(written);
}

static void closing_cancels_what_waits() {
  pair it;
  std::error_code end;
  auto bytes = std::make_shared<const std::string>(8 << 20, 'x');
  CHECK_OK(it.client.write(bytes, [&](std::error_code error) { end = error; }));
  it.client.close();
  it.peer.close();
  it.loop.run();
  CHECK(end == uv::errc::ecanceled);
  CHECK(bytes.use_count() == 1);
}

static void reading_stops_and_goes_on() {
  pair it;
  std::string first;
  CHECK_OK(it.peer.read_start([&](uv::result<uv::bytes> data) {
    first += data->text();
    it.peer.read_stop();
  }));
  CHECK(it.peer.read_start([](uv::result<uv::bytes>) {}) == uv::errc::ealready);
  CHECK_OK(it.client.write("first"));
  it.loop.run();
  CHECK(first == "first");

  CHECK_OK(it.client.write("second"));
  char memory[3];
  std::string second;
  CHECK_OK(it.peer.read_start(memory, [&](uv::result<uv::bytes> data) {
    CHECK(data->data() == memory);
    second += data->text();
    if (second.size() == 6) it.peer.read_stop();
  }));
  it.loop.run();
  CHECK(second == "second");
}

// Only one buffer is kept for reading: a callback that runs another loop needs a second one.
static void a_callback_may_wait_on_another_loop() {
  pair outer;
  std::string seen;
  CHECK_OK(outer.peer.read_start([&](uv::result<uv::bytes> data) {
    pair inner;
    CHECK_OK(inner.client.write("inside"));
    CHECK_OK(inner.client.shutdown());
    CHECK(inner.read_all(inner.peer) == "inside");
    seen = data->text();
    outer.peer.read_stop();
  }));
  CHECK_OK(outer.client.write("outside"));
  outer.loop.run();
  CHECK(seen == "outside");
}

static void a_refused_connection_says_so() {
  uv::loop loop = GET(uv::loop::create());
  uv::tcp bound = GET(uv::tcp::create(loop, unsigned(AF_INET)));
  CHECK_OK(bound.bind(uv::address::loopback(0)));
  const uv::address nobody = GET(bound.local_address());
  uv::tcp client = GET(uv::tcp::create(loop));
  std::error_code end;
  CHECK_OK(client.connect(nobody, [&](std::error_code error) { end = error; }));
  loop.run();
  CHECK(end == uv::errc::econnrefused);
  CHECK(end == std::errc::connection_refused);
}

static void connections_wait_until_they_are_taken() {
  uv::loop loop = GET(uv::loop::create());
  uv::tcp server = GET(uv::tcp::create(loop));
  CHECK_OK(server.bind(uv::address::loopback(0)));
  CHECK_OK(server.listen(8));
  CHECK(!server.has_connection());
  CHECK(server.accept().error() == uv::errc::eagain);
  uv::tcp client = GET(uv::tcp::create(loop));
  CHECK_OK(client.connect(GET(server.local_address()), [](std::error_code error) { CHECK_OK(error); }));
  while (!server.has_connection()) loop.run(uv::run_mode::once);
  const uv::tcp taken = GET(server.accept());
  CHECK(!server.has_connection());
  CHECK(GET(taken.peer_address()) == GET(client.local_address()));
}

static void a_reset_is_an_error_for_the_peer() {
  pair it;
  std::error_code end;
  CHECK_OK(it.peer.read_start([&](uv::result<uv::bytes> data) {
    end = data.error();
    it.peer.close();
  }));
  CHECK_OK(it.client.close_reset());
  CHECK(!it.client.is_open());
  it.loop.run();
  CHECK(end == uv::errc::econnreset);
}

static void options_are_passed_on() {
  pair it;
  CHECK_OK(it.client.set_nodelay(true));
  CHECK_OK(it.client.set_keepalive(std::chrono::seconds(60)));
  CHECK_OK(it.client.set_keepalive(std::nullopt));
  CHECK(it.client.is_readable() && it.client.is_writable());
  CHECK(GET(it.client.descriptor()) >= 0);
  CHECK(GET(it.client.try_write("now")) == 3);
}

int main() {
  writes_hold_their_bytes();
  large_writes_wait_in_the_queue();
  closing_cancels_what_waits();
  reading_stops_and_goes_on();
  a_callback_may_wait_on_another_loop();
  a_refused_connection_says_so();
  connections_wait_until_they_are_taken();
  a_reset_is_an_error_for_the_peer();
  options_are_passed_on();
}
