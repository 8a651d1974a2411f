// Pipes: by name, by descriptor, and with handles passed over them.
#include <string>

#include "temporary.hpp"

static void a_server_has_a_name() {
  const temporary_directory directory;
  const std::string name = directory.in("socket");
  uv::loop loop = GET(uv::loop::create());
  uv::pipe server = GET(uv::pipe::create(loop));
  CHECK_OK(server.bind(name));
  CHECK(GET(server.local_name()) == name);
  CHECK_OK(server.chmod(UV_READABLE | UV_WRITABLE));
  std::string got;
  uv::pipe peer;
  CHECK_OK(server.listen(4, [&](std::error_code error) {
    CHECK_OK(error);
    peer = GET(server.accept());
    CHECK_OK(peer.read_start([&](uv::result<uv::bytes> data) {
      if (data) {
        got += data->text();
      } else {
        loop.close_handles();
      }
    }));
  }));
  uv::pipe client = GET(uv::pipe::create(loop));
  CHECK_OK(client.connect(name, [&](std::error_code error) {
    CHECK_OK(error);
    CHECK(GET(client.peer_name()) == name);
    CHECK_OK(client.write("over a name", [&](std::error_code) { client.close(); }));
  }));
  loop.run();
  CHECK(got == "over a name");
}

static void nobody_behind_a_name() {
  uv::loop loop = GET(uv::loop::create());
  uv::pipe client = GET(uv::pipe::create(loop));
  std::error_code end;
  CHECK_OK(client.connect("/nonexistent/socket", [&](std::error_code error) { end = error; }));
  loop.run();
  CHECK(end == uv::errc::enoent);
  CHECK(client.bind(std::string(200, 'n')) == uv::errc::einval);
}

static void descriptors_become_pipes() {
  uv_file ends[2];
  CHECK_OK(uv::to_error(uv_pipe(ends, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE)));
  uv::loop loop = GET(uv::loop::create());
  uv::pipe reader = GET(uv::pipe::create(loop));
  uv::pipe writer = GET(uv::pipe::create(loop));
  CHECK_OK(reader.open(ends[0]));
  CHECK_OK(writer.open(ends[1]));
  CHECK(reader.is_readable() && !reader.is_writable() && writer.is_writable());
  std::string got;
  CHECK_OK(reader.read_start([&](uv::result<uv::bytes> data) {
    if (data) {
      got += data->text();
    } else {
      reader.close();
    }
  }));
  CHECK_OK(writer.write("through", [&](std::error_code) { writer.close(); }));
  loop.run();
  CHECK(got == "through");
}

static void a_handle_goes_over_a_pipe() {
  uv_os_sock_t ends[2];
  CHECK_OK(uv::to_error(uv_socketpair(SOCK_STREAM, 0, ends, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE)));
  uv::loop loop = GET(uv::loop::create());
  uv::pipe sender = GET(uv::pipe::create(loop, true));
  uv::pipe receiver = GET(uv::pipe::create(loop, true));
  CHECK_OK(sender.open(ends[0]));
  CHECK_OK(receiver.open(ends[1]));
  uv::tcp listening = GET(uv::tcp::create(loop));
  CHECK_OK(listening.bind(uv::address::loopback(0)));
  CHECK_OK(listening.listen(1));
  uv::tcp passed = GET(uv::tcp::create(loop));
  CHECK_OK(receiver.read_start([&](uv::result<uv::bytes> data) {
    CHECK(data && data->text() == "take it");
    CHECK(receiver.pending_count() == 1 && receiver.pending_type() == UV_TCP);
    CHECK_OK(receiver.accept_as(passed));
    receiver.close();
  }));
  CHECK_OK(sender.write_handle(listening, "take it", [](std::error_code error) { CHECK_OK(error); }));
  while (receiver.is_open()) loop.run(uv::run_mode::once);
  CHECK(GET(passed.local_address()) == GET(listening.local_address()));
}

int main() {
  a_server_has_a_name();
  nobody_behind_a_name();
  descriptors_become_pipes();
  a_handle_goes_over_a_pipe();
}
