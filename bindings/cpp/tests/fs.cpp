// File operations, at once and without waiting.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "temporary.hpp"

namespace fs = uv::fs;

static void operations_are_done_at_once() {
  const temporary_directory directory;
  const std::string path = directory.in("file");
  {
    uv::file file = GET(fs::open(path, O_RDWR | O_CREAT | O_EXCL, 0600).now());
    CHECK(file.is_open());
    CHECK(GET(fs::write(file, "hello, world").now()) == 12);
    CHECK(GET(fs::write(file, std::string("HELLO"), 0).now()) == 5);
    char memory[64];
    const std::size_t count = GET(fs::read(file, memory, 0).now());
    CHECK(uv::bytes(memory, count).text() == "HELLO, world");
    CHECK(GET(fs::read(file, memory).now()) == 0);
    CHECK_OK(fs::ftruncate(file, 5).now());
    CHECK(GET(fs::fstat(file).now()).st_size == 5);
    CHECK_OK(fs::fsync(file).now());
    CHECK_OK(fs::fdatasync(file).now());
    CHECK_OK(fs::fchmod(file, 0640).now());
    CHECK_OK(fs::futime(file, 1000, 2000).now());
    const uv_file descriptor = file.descriptor();
    CHECK_OK(file.close());
    CHECK(file.close() == uv::errc::ebadf);
    CHECK(fs::fstat(descriptor).now().error() == uv::errc::ebadf);
  }
  const fs::stat_data about = GET(fs::stat(path).now());
  CHECK((about.st_mode & 0777) == 0640 && about.st_mtim.tv_sec == 2000);
  CHECK_OK(fs::chmod(path, 0600).now());
  CHECK_OK(fs::utime(path, 1, 2).now());
  CHECK_OK(fs::access(path, R_OK | W_OK).now());
  CHECK_OK(fs::chown(path, uv_uid_t(-1), uv_gid_t(-1)).now());
  CHECK(GET(fs::statfs(path).now()).f_bsize > 0);
  CHECK(fs::stat(std::filesystem::path(directory.in("absent"))).now().error() == uv::errc::enoent);
}

static void names_are_made_and_changed() {
  const temporary_directory directory;
  const std::string path = directory.in("a");
  CHECK(GET(fs::open(path, O_WRONLY | O_CREAT).now()).is_open());
  CHECK_OK(fs::rename(path, directory.in("b")).now());
  CHECK_OK(fs::copyfile(directory.in("b"), directory.in("c")).now());
  CHECK(fs::copyfile(directory.in("b"), directory.in("c"), UV_FS_COPYFILE_EXCL).now() == uv::errc::eexist);
  CHECK_OK(fs::link(directory.in("b"), directory.in("d")).now());
  CHECK_OK(fs::symlink("b", directory.in("e")).now());
  CHECK(GET(fs::readlink(directory.in("e")).now()) == "b");
  CHECK(GET(fs::realpath(directory.in("e")).now()) == GET(fs::realpath(directory.in("b")).now()));
  CHECK((GET(fs::lstat(directory.in("e")).now()).st_mode & S_IFMT) == S_IFLNK);
  CHECK_OK(fs::mkdir(directory.in("f")).now());
  std::vector<fs::entry> entries = GET(fs::scandir(directory.path()).now());
  std::string names;
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const fs::entry& it : entries) names += it.name;
  CHECK(names == "bcdef");
  CHECK_OK(fs::rmdir(directory.in("f")).now());
  fs::temporary_file made = GET(fs::mkstemp(directory.in("t-XXXXXX")).now());
  CHECK(made.file.is_open() && GET(fs::stat(made.path).now()).st_size == 0);
}

static void operations_are_done_without_waiting() {
  const temporary_directory directory;
  uv::loop loop = GET(uv::loop::create());
  const std::string path = directory.in("file");
  uv::file file;
  char memory[64];
  std::string got;
  const auto read = [&](uv::result<std::size_t> count) {
    got.assign(memory, GET(std::move(count)));
    CHECK_OK(fs::close(std::move(file)).start(loop, [](std::error_code error) { CHECK_OK(error); }));
  };
  const auto written = [&](uv::result<std::size_t> count) {
    CHECK(GET(std::move(count)) == 100000);
    CHECK_OK(fs::read(file, memory, 99990).start(loop, read));
  };
  CHECK_OK(fs::open(path, O_RDWR | O_CREAT).start(loop, [&](uv::result<uv::file> opened) {
    file = GET(std::move(opened));
    CHECK_OK(fs::write(file, std::string(100000, 'x')).start(loop, written));
  }));
  loop.run();
  CHECK(got == "xxxxxxxxxx");
  CHECK(!file.is_open());

  std::error_code missing;
  CHECK_OK(fs::unlink(directory.in("absent")).start(loop, [&](std::error_code error) { missing = error; }));
  bool listed = false;
  CHECK_OK(fs::scandir(directory.path()).start(loop, [&](uv::result<std::vector<fs::entry>> entries) {
    CHECK(entries && entries->size() == 1 && entries->front().name == "file");
    listed = true;
  }));
  loop.run();
  CHECK(missing == uv::errc::enoent && listed);
}

static void views_that_are_written_are_copied() {
  const temporary_directory directory;
  uv::loop loop = GET(uv::loop::create());
  const uv::file file = GET(fs::open(directory.in("file"), O_RDWR | O_CREAT).now());
  {
    std::string text = "as it was";
    CHECK_OK(fs::write(file, text, 0).start(loop, [](uv::result<std::size_t> count) { CHECK(*count == 9); }));
    text = "overwritten";
  }
  loop.run();
  char memory[16];
  CHECK(uv::bytes(memory, GET(fs::read(file, memory, 0).now())).text() == "as it was");
}

// What nobody waits for any more is closed all the same: the sanitizer's leak check and this count see it.
static void an_abandoned_file_is_closed() {
  const temporary_directory directory;
  uv::loop loop = GET(uv::loop::create());
  const uv_file next_free = GET(fs::open("/", O_RDONLY).now()).descriptor();
  uv::pending follower;
  CHECK_OK(fs::open(directory.path(), O_RDONLY).start(loop, [](uv::result<uv::file>) { CHECK(false); }, &follower));
  CHECK(follower.is_under_way());
  follower.abandon();
  CHECK(!follower.is_under_way());
  loop.run();
  CHECK(GET(fs::open("/", O_RDONLY).now()).descriptor() == next_free);
}

static void a_file_goes_into_another() {
  const temporary_directory directory;
  const uv::file from = GET(fs::open(directory.in("from"), O_RDWR | O_CREAT).now());
  const uv::file to = GET(fs::open(directory.in("to"), O_RDWR | O_CREAT).now());
  CHECK(GET(fs::write(from, "0123456789").now()) == 10);
  CHECK(GET(fs::sendfile(to, from, 2, 5).now()) == 5);
  char memory[16];
  CHECK(uv::bytes(memory, GET(fs::read(to, memory, 0).now())).text() == "23456");
}

int main() {
  operations_are_done_at_once();
  names_are_made_and_changed();
  operations_are_done_without_waiting();
  views_that_are_written_are_copied();
  an_abandoned_file_is_closed();
  a_file_goes_into_another();
}
