// The echo server and its client again, with coroutines. Needs C++20.
#include <cstdio>
#include <string>

#include <uv.hpp>

#ifdef __cpp_impl_coroutine

#include <uv/coro.hpp>

namespace {

uv::task<> echo(uv::tcp client) {
  char memory[4096];
  while (const uv::result<uv::bytes> data = co_await uv::read(client, memory)) {
    if (co_await uv::write(client, *data)) co_return;
  }
}

uv::task<> serve(uv::tcp& server) {
  while (uv::result<uv::tcp> client = co_await uv::accept(server)) uv::start(echo(*std::move(client)));
}

uv::task<uv::result<std::string>> ask(uv::loop_ref loop, uv::address server, std::string question) {
  uv::tcp connection;
  if (auto error = connection.init(loop)) co_return error;
  if (auto error = co_await uv::connect(connection, server)) co_return error;
  if (auto error = co_await uv::write(connection, question)) co_return error;
  if (auto error = co_await uv::shutdown(connection)) co_return error;
  std::string answer;
  char memory[4096];
  while (const uv::result<uv::bytes> data = co_await uv::read(connection, memory)) answer += data->text();
  co_return answer;
}

uv::task<std::error_code> all(uv::loop_ref loop) {
  uv::tcp server;
  if (auto error = server.init(loop)) co_return error;
  if (auto error = server.bind(uv::address::loopback(0))) co_return error;
  if (auto error = server.listen(128)) co_return error;
  uv::start(serve(server));

  const uv::result<uv::address> address = server.local_address();
  if (!address) co_return address.error();
  const uv::result<std::string> answer = co_await ask(loop, *address, "hello, loop");
  if (!answer) co_return answer.error();
  std::printf("%s said: %s\n", address->text().c_str(), answer->c_str());
  co_return *answer == "hello, loop" ? std::error_code() : uv::errc::eproto;
}

}  // namespace

int main() {
  uv::result<uv::loop> loop = uv::loop::create();
  if (!loop) return 1;
  const std::error_code error = uv::run(*loop, all(*loop));
  if (error) std::fprintf(stderr, "%s\n", error.message().c_str());
  return error ? 1 : 0;
}

#else
int main() {}
#endif
