// Child processes.
#include <csignal>
#include <string>

#include "check.hpp"

// Reads a pipe to its end.
static void collect(uv::pipe& from, std::string& into) {
  CHECK_OK(from.read_start([&](uv::result<uv::bytes> data) {
    if (data) {
      into += data->text();
    } else {
      from.close();
    }
  }));
}

static void a_child_reads_and_writes() {
  uv::loop loop = GET(uv::loop::create());
  uv::pipe in = GET(uv::pipe::create(loop));
  uv::pipe out = GET(uv::pipe::create(loop));
  uv::pipe err = GET(uv::pipe::create(loop));
  uv::process_options options;
  options.file = "sh";
  options.arguments = {"-c", "read line; echo \"$line $NAME $(pwd)\"; echo problem >&2; exit 3"};
  options.environment = {{"NAME=value", "PATH=/usr/bin:/bin"}};
  options.directory = "/";
  options.descriptors = {uv::stdio::child_reads(in), uv::stdio::child_writes(out), uv::stdio::child_writes(err)};
  int ended = 0;
  uv::process child = GET(uv::process::spawn(loop, options, [&](uv::exit_status status) {
    CHECK(status.code == 3 && status.signal == 0);
    ++ended;
  }));
  CHECK(child.pid() > 0);
  std::string output;
  std::string errors;
  collect(out, output);
  collect(err, errors);
  CHECK_OK(in.write("hello\n", [&](std::error_code error) {
    CHECK_OK(error);
    in.close();
  }));
  loop.run();
  CHECK(ended == 1);
  CHECK(output == "hello value /\n");
  CHECK(errors == "problem\n");
}

static void a_child_is_killed() {
  uv::loop loop = GET(uv::loop::create());
  uv::pipe in = GET(uv::pipe::create(loop));
  uv::process_options options;
  options.file = "cat";
  options.descriptors = {uv::stdio::child_reads_and_writes(in), uv::stdio::ignore(), uv::stdio::inherit(2)};
  int ended = 0;
  uv::process child = GET(uv::process::spawn(loop, options, [&](uv::exit_status status) {
    CHECK(status.code == 0 && status.signal == SIGTERM);
    child.close();
    ++ended;
  }));
  CHECK_OK(child.kill(SIGTERM));
  loop.run();
  CHECK(ended == 1);
  CHECK(child.kill(0) == uv::errc::ebadf);
}

static void a_program_that_is_not_there() {
  uv::loop loop = GET(uv::loop::create());
  uv::process_options options;
  options.file = "/nonexistent/program";
  CHECK(uv::process::spawn(loop, options, [](uv::exit_status) { CHECK(false); }).error() == uv::errc::enoent);
  loop.run();
}

int main() {
  a_child_reads_and_writes();
  a_child_is_killed();
  a_program_that_is_not_there();
}
