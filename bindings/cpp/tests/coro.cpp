// Coroutines: tasks, and what they wait for.
#include <csignal>
#include <memory>
#include <string>
#include <thread>

#include "temporary.hpp"

#ifdef __cpp_impl_coroutine

#include <uv/coro.hpp>

using uv::milliseconds;
using uv::task;

static task<int> number(int it) { co_return it; }

static task<int> sum(int count) {
  int all = 0;
  for (int i = 1; i <= count; ++i) all += co_await number(i);
  co_return all;
}

static void tasks_wait_for_tasks() {
  uv::loop loop = GET(uv::loop::create());
  CHECK(GET(uv::run(loop, sum(100))) == 5050);
}

static void a_task_begins_when_it_is_waited_for() {
  bool begun = false;
  {
    const auto make = [&]() -> task<> {
      begun = true;
      co_return;
    };
    const task<> never = make();
  }
  CHECK(!begun);
}

static task<std::error_code> sleep_twice(uv::loop_ref loop) {
  const milliseconds before = loop.now();
  if (const std::error_code error = co_await uv::sleep(loop, milliseconds(2))) co_return error;
  CHECK(loop.now() >= before + milliseconds(2));
  co_return co_await uv::sleep(loop, milliseconds(0));
}

static task<> raise_later(uv::loop_ref loop) {
  CHECK_OK(co_await uv::sleep(loop, milliseconds(1)));
  std::raise(SIGUSR1);
}

static task<std::error_code> catch_signal(uv::loop_ref loop) {
  uv::start(raise_later(loop));
  const uv::result<int> caught = co_await uv::wait_for_signal(loop, SIGUSR1);
  CHECK(caught && *caught == SIGUSR1);
  co_return (co_await uv::wait_for_signal(loop, SIGKILL)).error();
}

static task<> work_elsewhere(uv::loop_ref loop) {
  const std::thread::id here = std::this_thread::get_id();
  const auto there = co_await uv::work(loop, [] { return std::this_thread::get_id(); });
  CHECK(there && *there != here);
  CHECK(std::this_thread::get_id() == here);
  CHECK_OK(co_await uv::work(loop, [] {}));
  const uv::result<uv::addresses> found = co_await uv::resolve(loop, "127.0.0.1", "7");
  CHECK(found && found->front() == uv::address::loopback(7));
}

static task<std::error_code> use_files(uv::loop_ref loop) {
  const temporary_directory directory;
  uv::result<uv::file> file = co_await uv::on(loop, uv::fs::open(directory.in("file"), O_RDWR | O_CREAT));
  if (!file) co_return file.error();
  const uv::result<std::size_t> written = co_await uv::on(loop, uv::fs::write(*file, std::string("some text")));
  CHECK(written && *written == 9);
  char memory[16];
  const uv::result<std::size_t> count = co_await uv::on(loop, uv::fs::read(*file, memory, 5));
  CHECK(uv::bytes(memory, *count).text() == "text");
  co_return co_await uv::on(loop, uv::fs::unlink(directory.in("absent")));
}

static void what_tasks_wait_for() {
  uv::loop loop = GET(uv::loop::create());
  CHECK_OK(uv::run(loop, sleep_twice(loop)));
  CHECK(uv::run(loop, catch_signal(loop)) == uv::errc::einval);
  CHECK_OK(uv::run(loop, work_elsewhere(loop)));
  CHECK(uv::run(loop, use_files(loop)) == uv::errc::enoent);
}

static task<> forever(uv::loop_ref loop, std::shared_ptr<int>) {
  uv::timer timer = GET(uv::timer::create(loop));
  uv::tcp server = GET(uv::tcp::create(loop));
  server.unref();
  // Nobody connects, and the loop does not wait for it.
  const auto client = co_await uv::accept(server);
  CHECK(client.error() == uv::errc::ecanceled);
}

static void a_task_that_cannot_go_on_is_ended() {
  uv::loop loop = GET(uv::loop::create());
  auto guard = std::make_shared<int>(1);
  CHECK(uv::run(loop, forever(loop, guard)) == uv::errc::ecanceled);
  CHECK(guard.use_count() == 1);
}

static void a_loop_that_ends_wakes_what_waits() {
  auto guard = std::make_shared<int>(1);
  int woken = 0;
  const auto wait = [&woken](uv::loop_ref loop, std::shared_ptr<int>) -> task<> {
    const std::error_code end = co_await uv::sleep(loop, milliseconds(1000000));
    CHECK(end == uv::errc::ecanceled);
    // So does what is tried then, on the same loop.
    const uv::result<int> signal = co_await uv::wait_for_signal(loop, SIGUSR1);
    CHECK(signal.error() == uv::errc::ecanceled);
    ++woken;
  };
  {
    uv::loop loop = GET(uv::loop::create());
    uv::start(forever(loop, guard));
    uv::start(wait(loop, guard));
    CHECK(guard.use_count() == 3);
  }
  CHECK(woken == 1);
  CHECK(guard.use_count() == 1);
}

static void a_task_may_end_while_it_waits() {
  uv::loop loop = GET(uv::loop::create());
  auto guard = std::make_shared<int>(1);
  const auto wait_for_work = [](uv::loop_ref on, std::shared_ptr<int>) -> task<> {
    CHECK_OK(co_await uv::work(on, [] {}));
    CHECK(false);
  };
  {
    task<> first = forever(loop, guard);
    first.begin();
    task<> second = wait_for_work(loop, guard);
    second.begin();
    CHECK(guard.use_count() == 3);
  }
  CHECK(guard.use_count() == 1);
  loop.run();
}

#ifdef __cpp_exceptions
static task<int> throws() {
  throw 7;
  co_return 0;
}

static task<int> catches() {
  try {
    co_return co_await throws();
  } catch (int it) {
    co_return it;
  }
}

static void exceptions_go_to_who_waits() {
  uv::loop loop = GET(uv::loop::create());
  CHECK(GET(uv::run(loop, catches())) == 7);
  bool caught = false;
  try {
    static_cast<void>(uv::run(loop, throws()));
  } catch (int) {
    caught = true;
  }
  CHECK(caught);
}
#else
static void exceptions_go_to_who_waits() {}
#endif

int main() {
  tasks_wait_for_tasks();
  a_task_begins_when_it_is_waited_for();
  what_tasks_wait_for();
  a_task_that_cannot_go_on_is_ended();
  a_loop_that_ends_wakes_what_waits();
  a_task_may_end_while_it_waits();
  exceptions_go_to_who_waits();
}

#else
int main() {}
#endif
