// Coroutines on streams and sockets.
#include <memory>
#include <string>
#include <vector>

#include "temporary.hpp"

#ifdef __cpp_impl_coroutine

#include <uv/coro.hpp>

using uv::task;

// Sends back what comes, until the end.
template <class Stream>
static task<> echo(Stream client, int* ended) {
  char memory[1024];
  for (;;) {
    const uv::result<uv::bytes> data = co_await uv::read(client, memory);
    if (!data) {
      CHECK(data.error() == uv::errc::eof);
      break;
    }
    CHECK_OK(co_await uv::write(client, *data));
  }
  ++*ended;
}

template <class Stream>
static task<> serve(Stream& server, int* ended) {
  for (;;) {
    uv::result<Stream> client = co_await uv::accept(server);
    if (!client) {
      CHECK(client.error() == uv::errc::ecanceled);
      co_return;
    }
    uv::start(echo(*std::move(client), ended));
  }
}

template <class Stream>
static task<> say(Stream& to, const std::string& what) {
  CHECK_OK(co_await uv::write(to, what));
  CHECK_OK(co_await uv::shutdown(to));
}

// Reads while it writes: there is not room for everything on the way.
template <class Stream, class Address>
static task<std::string> talk(uv::loop_ref loop, const Address& to, std::string what) {
  Stream client = GET(Stream::create(loop));
  CHECK_OK(co_await uv::connect(client, to));
  uv::start(say(client, what));
  std::string all;
  char memory[100];
  for (;;) {
    const uv::result<uv::bytes> data = co_await uv::read(client, memory);
    if (!data) break;
    all += data->text();
  }
  co_return all;
}

template <class Stream, class Address>
static void an_echo_over(uv::loop_ref loop, Stream& server, const Address& to) {
  int ended = 0;
  CHECK_OK(server.listen(8));
  uv::start(serve(server, &ended));
  CHECK(GET(uv::run(loop, talk<Stream>(loop, to, "hello"))) == "hello");
  const std::string large(1 << 20, 'x');
  CHECK(GET(uv::run(loop, talk<Stream>(loop, to, large))) == large);
  server.close();
  loop.run();
  CHECK(ended == 2);
}

static void an_echo_over_tcp() {
  uv::loop loop = GET(uv::loop::create());
  uv::tcp server = GET(uv::tcp::create(loop));
  CHECK_OK(server.bind(uv::address::loopback(0)));
  an_echo_over(loop, server, GET(server.local_address()));
}

static void an_echo_over_a_pipe() {
  const temporary_directory directory;
  uv::loop loop = GET(uv::loop::create());
  uv::pipe server = GET(uv::pipe::create(loop));
  CHECK_OK(server.bind(directory.in("socket")));
  an_echo_over(loop, server, directory.in("socket"));
}

static task<> one_reader(uv::tcp& from, std::vector<std::error_code>& ends) {
  char memory[16];
  const uv::result<uv::bytes> data = co_await uv::read(from, memory);
  ends.push_back(data.error());
}

// Makes a connection whose server's end is in `peer`.
static task<uv::tcp> connection(uv::loop_ref loop, uv::tcp& peer) {
  uv::tcp server = GET(uv::tcp::create(loop));
  CHECK_OK(server.bind(uv::address::loopback(0)));
  CHECK_OK(server.listen(1));
  uv::tcp client = GET(uv::tcp::create(loop));
  CHECK_OK(co_await uv::connect(client, GET(server.local_address())));
  peer = GET(co_await uv::accept(server));
  co_return client;
}

static void closing_a_stream_wakes_who_reads_it() {
  uv::loop loop = GET(uv::loop::create());
  uv::tcp peer;
  auto client = std::make_unique<uv::tcp>(GET(uv::run(loop, connection(loop, peer))));
  std::vector<std::error_code> ends;
  uv::start(one_reader(*client, ends));
  uv::start(one_reader(*client, ends));
  CHECK(ends.size() == 1 && ends[0] == uv::errc::ealready);  // one at a time
  client.reset();
  loop.run();
  CHECK(ends.size() == 2 && ends[1] == uv::errc::ecanceled);
}

static void a_task_may_end_while_it_reads() {
  uv::loop loop = GET(uv::loop::create());
  uv::tcp peer;
  uv::tcp client = GET(uv::run(loop, connection(loop, peer)));
  std::vector<std::error_code> ends;
  {
    task<> reader = one_reader(client, ends);
    reader.begin();
    CHECK(client.is_active());
  }
  CHECK(!client.is_active());
  CHECK_OK(peer.write("unread so far"));
  loop.run();
  // The bytes are still there.
  uv::start(one_reader(client, ends));
  loop.run();
  CHECK(ends.size() == 1 && !ends[0]);
}

static task<> one_accept(uv::tcp& server, std::vector<std::error_code>& ends) {
  ends.push_back((co_await uv::accept(server)).error());
}

static void one_accepts_at_a_time() {
  std::vector<std::error_code> ends;
  uv::loop loop = GET(uv::loop::create());
  uv::tcp server = GET(uv::tcp::create(loop));
  CHECK_OK(server.bind(uv::address::loopback(0)));
  CHECK_OK(server.listen(1));
  uv::start(one_accept(server, ends));
  CHECK(ends.empty());
  uv::start(one_accept(server, ends));
  CHECK(ends.size() == 1 && ends[0] == uv::errc::ecanceled);
  uv::tcp client = GET(uv::tcp::create(loop));
  CHECK_OK(client.connect(GET(server.local_address()), [&](std::error_code error) { CHECK_OK(error); }));
  while (ends.size() < 2) loop.run(uv::run_mode::once);
  CHECK_OK(ends[1]);
}

static task<> send_two(uv::udp& from, uv::address to) {
  CHECK_OK(co_await uv::send(from, to, "one"));
  CHECK_OK(co_await uv::send(from, to, std::string("two")));
}

static void datagrams_are_sent() {
  uv::loop loop = GET(uv::loop::create());
  uv::udp receiver = GET(uv::udp::create(loop));
  uv::udp sender = GET(uv::udp::create(loop));
  CHECK_OK(receiver.bind(uv::address::loopback(0)));
  std::string got;
  CHECK_OK(receiver.receive_start([&](uv::result<uv::datagram> it) {
    got += it->data.text();
    if (got.size() == 6) receiver.close();
  }));
  uv::start(send_two(sender, GET(receiver.local_address())));
  loop.run();
  CHECK(got == "onetwo");
}

static void what_cannot_start_says_so() {
  uv::loop loop = GET(uv::loop::create());
  std::vector<std::error_code> ends;
  uv::tcp closed;
  uv::start(one_reader(closed, ends));
  CHECK(ends.size() == 1 && ends[0] == uv::errc::ebadf);
  const auto others = [](uv::tcp& stream) -> task<> {
    CHECK(co_await uv::write(stream, "x") == uv::errc::ebadf);
    CHECK(co_await uv::connect(stream, uv::address::loopback(1)) == uv::errc::ebadf);
    CHECK((co_await uv::accept(stream)).error() == uv::errc::ebadf);
  };
  CHECK_OK(uv::run(loop, others(closed)));
}

int main() {
  an_echo_over_tcp();
  an_echo_over_a_pipe();
  closing_a_stream_wakes_who_reads_it();
  a_task_may_end_while_it_reads();
  one_accepts_at_a_time();
  datagrams_are_sent();
  what_cannot_start_says_so();
}

#else
int main() {}
#endif
