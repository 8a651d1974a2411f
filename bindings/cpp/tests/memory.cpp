// How often memory is asked for, and what happens if there is none. (Valgrind takes the place of these operators
// itself, unless it is told --soname-synonyms=somalloc=nouserintercepts.)
#include <cstdlib>
#include <new>
#include <string>

#include "check.hpp"

static int allocations = 0;
static int failures_to_come = 0;

static void* allocate(std::size_t size) noexcept {
  ++allocations;
  if (failures_to_come > 0) {
    --failures_to_come;
    return nullptr;
  }
  return std::malloc(size);
}

void* operator new(std::size_t size) {
  void* memory = allocate(size);
  if (memory == nullptr) std::abort();
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept { return operator new(size, tag); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

static void a_handle_is_one_allocation() {
  uv::loop loop = GET(uv::loop::create());
  allocations = 0;
  uv::timer timer = GET(uv::timer::create(loop));
  CHECK(allocations == 1);
  int calls = 0;
  CHECK_OK(timer.start(uv::milliseconds(0), [&, state = 0L]() mutable {
    if (++state == 1) CHECK_OK(timer.start(uv::milliseconds(0), [&] { ++calls; }));
  }));
  loop.run();
  CHECK_OK(timer.close([&] { ++calls; }));
  loop.run();
  CHECK(calls == 2);
  CHECK(allocations == 1);
}

static void a_request_is_one_allocation() {
  uv_os_sock_t ends[2];
  CHECK_OK(uv::to_error(uv_socketpair(SOCK_STREAM, 0, ends, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE)));
  uv::loop loop = GET(uv::loop::create());
  uv::pipe writer = GET(uv::pipe::create(loop));
  uv::pipe reader = GET(uv::pipe::create(loop));
  CHECK_OK(writer.open(ends[0]));
  CHECK_OK(reader.open(ends[1]));
  const auto one = [&](auto&& bytes) {
    std::string large(100, 'x');
    allocations = 0;
    CHECK_OK(writer.write(std::forward<decltype(bytes)>(bytes), [](std::error_code error) { CHECK_OK(error); }));
    return allocations == 1;
  };
  std::string text(1000, 'x');
  CHECK(one(uv::bytes(text)));
  CHECK(one(uv::borrow(text)));
  CHECK(one(text));
  CHECK(one(std::move(text)));
  loop.run();

  // All streams of a thread read into the same memory.
  std::size_t got = 0;
  CHECK_OK(reader.read_start([&](uv::result<uv::bytes> data) { got += GET(std::move(data)).size(); }));
  allocations = 0;
  while (got < 4000) loop.run(uv::run_mode::once);
  CHECK(allocations == 1);
  CHECK_OK(writer.write("more"));
  allocations = 0;
  while (got < 4004) loop.run(uv::run_mode::once);
  CHECK(allocations == 0);
}

static void without_memory_nothing_begins() {
  failures_to_come = 1;
  CHECK(uv::loop::create().error() == uv::errc::enomem);
  uv::loop loop = GET(uv::loop::create());
  failures_to_come = 1;
  CHECK(uv::timer::create(loop).error() == uv::errc::enomem);
  const auto never = [](auto&&) { CHECK(false); };
  failures_to_come = 1;
  CHECK(uv::queue_work(loop, [] { CHECK(false); }, never) == uv::errc::enomem);
  failures_to_come = 1;
  CHECK(uv::fs::stat("/").start(loop, never) == uv::errc::enomem);
  uv::tcp server = GET(uv::tcp::create(loop));
  CHECK_OK(server.bind(uv::address::loopback(0)));
  uv::tcp client = GET(uv::tcp::create(loop));
  const uv::address to = GET(server.local_address());
  failures_to_come = 1;
  CHECK(client.connect(to, never) == uv::errc::enomem);
  CHECK(!loop.is_alive());
}

static void without_memory_to_read_into() {
  uv_os_sock_t ends[2];
  CHECK_OK(uv::to_error(uv_socketpair(SOCK_STREAM, 0, ends, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE)));
  uv::loop loop = GET(uv::loop::create());
  uv::pipe writer = GET(uv::pipe::create(loop));
  uv::pipe outer = GET(uv::pipe::create(loop));
  CHECK_OK(writer.open(ends[0]));
  CHECK_OK(outer.open(ends[1]));
  std::error_code end;
  CHECK_OK(outer.read_start([&](uv::result<uv::bytes>) {
    // The thread's memory is in use here: another loop needs some of its own.
    uv_os_sock_t others[2];
    CHECK_OK(uv::to_error(uv_socketpair(SOCK_STREAM, 0, others, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE)));
    uv::loop second = GET(uv::loop::create());
    uv::pipe from = GET(uv::pipe::create(second));
    uv::pipe to = GET(uv::pipe::create(second));
    CHECK_OK(from.open(others[0]));
    CHECK_OK(to.open(others[1]));
    CHECK_OK(from.write("x"));
    CHECK_OK(to.read_start([&](uv::result<uv::bytes> data) {
      end = data.error();
      second.close_handles();
    }));
    failures_to_come = 1;
    second.run();
    loop.close_handles();
  }));
  CHECK_OK(writer.write("x"));
  loop.run();
  CHECK(end == uv::errc::enobufs);
}

int main() {
  a_handle_is_one_allocation();
  a_request_is_one_allocation();
  without_memory_nothing_begins();
  without_memory_to_read_into();
}
