// An echo server and its client in one program: callbacks, errors as values, and handles that close themselves.
#include <cstdio>
#include <memory>
#include <string>

#include <uv.hpp>

namespace {

void report(const char* what, std::error_code error) {
  std::fprintf(stderr, "%s: %s\n", what, error.message().c_str());
}

// One client of the server. Its read callback keeps it alive; closing the connection ends it.
struct session : std::enable_shared_from_this<session> {
  uv::tcp connection;

  explicit session(uv::tcp accepted) : connection(std::move(accepted)) {}

  std::error_code begin() {
    return connection.read_start([self = shared_from_this()](uv::result<uv::bytes> data) {
      // The bytes are copied into the request, because what was read is gone after this call.
      const std::error_code error = data ? self->connection.write(*data) : data.error();
      if (error == uv::errc::eof) {
        // Closed once everything is written.
        if (!self->connection.shutdown([self](std::error_code) { self->connection.close(); })) return;
      }
      if (error) self->connection.close();
    });
  }
};

uv::result<uv::tcp> make_server(uv::loop_ref loop) {
  uv::result<uv::tcp> server = uv::tcp::create(loop);
  if (!server) return server;
  if (const std::error_code error = server->bind(uv::address::loopback(0))) return error;
  return server;
}

}  // namespace

int main() {
  uv::result<uv::loop> loop = uv::loop::create();
  if (!loop) return report("loop", loop.error()), 1;

  uv::result<uv::tcp> server = make_server(*loop);
  if (!server) return report("server", server.error()), 1;
  std::error_code error = server->listen(128, [&](std::error_code failed) {
    uv::result<uv::tcp> accepted = failed ? failed : server->accept();
    if (!accepted) return report("accept", accepted.error());
    if (const std::error_code refused = std::make_shared<session>(*std::move(accepted))->begin()) {
      report("read", refused);
    }
  });
  if (error) return report("listen", error), 1;
  const uv::result<uv::address> address = server->local_address();
  if (!address) return report("address", address.error()), 1;

  // The client says hello, reads what comes back until the end, and ends the program.
  std::string answer;
  uv::tcp client;
  error = client.init(*loop);
  if (!error) {
    error = client.connect(*address, [&](std::error_code failed) {
      if (!failed) failed = client.write(std::string("hello, loop"));
      if (!failed) failed = client.shutdown();
      if (!failed) {
        failed = client.read_start([&](uv::result<uv::bytes> data) {
          if (data) {
            answer += data->text();
          } else {
            loop->close_handles();
          }
        });
      }
      if (failed) {
        report("client", failed);
        loop->close_handles();
      }
    });
  }
  if (error) return report("connect", error), 1;

  loop->run();
  std::printf("%s said: %s\n", address->text().c_str(), answer.c_str());
  return answer == "hello, loop" ? 0 : 1;
}
