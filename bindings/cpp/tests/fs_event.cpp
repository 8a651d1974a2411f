// Watching files.
#include <string>

#include "temporary.hpp"

static void a_change_in_a_directory_is_told() {
  const temporary_directory directory;
  uv::loop loop = GET(uv::loop::create());
  uv::fs_event watch = GET(uv::fs_event::create(loop));
  CHECK(watch.start(directory.in("absent"), [](uv::result<uv::fs_change>) {}) == uv::errc::enoent);
  std::string name;
  CHECK_OK(watch.start(directory.path(), [&](uv::result<uv::fs_change> change) {
    CHECK(change && (change->is_renamed || change->is_changed));
    name = change->name;
    watch.stop();
  }));
  // A second start is refused, and changes nothing.
  CHECK(watch.start(directory.path(), [](uv::result<uv::fs_change>) { CHECK(false); }) == uv::errc::einval);
  CHECK(GET(uv::fs::open(directory.in("new"), O_WRONLY | O_CREAT).now()).is_open());
  loop.run();
  CHECK(name == "new");
}

static void a_file_is_looked_at_again() {
  const temporary_directory directory;
  const std::string path = directory.in("file");
  const uv::file file = GET(uv::fs::open(path, O_WRONLY | O_CREAT).now());
  uv::loop loop = GET(uv::loop::create());
  uv::fs_poll watch = GET(uv::fs_poll::create(loop));
  std::uint64_t size = 0;
  CHECK_OK(watch.start(path, uv::milliseconds(1), [&](std::error_code error, const uv::fs_stats& stats) {
    CHECK_OK(error);
    CHECK(stats.before.st_size < stats.after.st_size);
    size = stats.after.st_size;
    watch.close();
  }));
  // It is written until the watcher, which looks for the first time on a worker, has seen a change.
  uv::timer writer = GET(uv::timer::create(loop));
  CHECK_OK(writer.start(uv::milliseconds(1), uv::milliseconds(1), [&] {
    if (!watch.is_open()) return writer.close();
    CHECK(GET(uv::fs::write(file, "more").now()) == 4);
  }));
  loop.run();
  CHECK(size >= 4);
}

int main() {
  a_change_in_a_directory_is_told();
  a_file_is_looked_at_again();
}
