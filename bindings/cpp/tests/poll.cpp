// Descriptors that the program reads and writes itself.
#include <unistd.h>

#include "check.hpp"

int main() {
  uv_file ends[2];
  CHECK_OK(uv::to_error(uv_pipe(ends, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE)));
  uv::loop loop = GET(uv::loop::create());
  uv::poll reader = GET(uv::poll::create(loop, ends[0]));
  uv::poll writer = GET(uv::poll::create(loop, ends[1]));
  char got = 0;
  CHECK_OK(reader.start(UV_READABLE, [&](uv::result<int> events) {
    CHECK(GET(std::move(events)) == UV_READABLE);
    CHECK(read(ends[0], &got, 1) == 1);
    reader.stop();
  }));
  CHECK_OK(writer.start(UV_WRITABLE, [&](uv::result<int> events) {
    CHECK(GET(std::move(events)) == UV_WRITABLE);
    CHECK(write(ends[1], "!", 1) == 1);
    writer.close();
  }));
  loop.run();
  CHECK(got == '!');

  const uv::file directory = GET(uv::fs::open("/", O_RDONLY).now());
  CHECK(uv::poll::create(loop, directory.descriptor()).error() == uv::errc::eperm);
  close(ends[0]);
  close(ends[1]);
}
