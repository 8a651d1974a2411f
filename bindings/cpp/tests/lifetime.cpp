// The memory of handles: until the close callback, whoever goes first.
#include <memory>
#include <optional>

#include "check.hpp"

using uv::milliseconds;

static void a_handle_is_destroyed_in_its_own_callback() {
  uv::loop loop = GET(uv::loop::create());
  auto timer = std::make_unique<uv::timer>(GET(uv::timer::create(loop)));
  auto guard = std::make_shared<int>(7);
  std::weak_ptr<int> watch = guard;
  CHECK_OK(timer->start(milliseconds(0), [&timer, guard = std::move(guard)] {
    timer.reset();
    CHECK(*guard == 7);  // what the callback captured is still there
  }));
  loop.run();
  CHECK(!timer);
  CHECK(watch.expired());
}

static void a_handle_is_moved_in_its_own_callback() {
  uv::loop loop = GET(uv::loop::create());
  uv::timer first = GET(uv::timer::create(loop));
  uv::timer second;
  CHECK_OK(first.start(milliseconds(0), [&] { second = std::move(first); }));
  loop.run();
  CHECK(!first.is_open() && second.is_open());
  int calls = 0;
  CHECK_OK(second.start(milliseconds(0), [&] { ++calls; }));
  loop.run();
  CHECK(calls == 1);
}

static void closing_tells_when_it_is_done() {
  uv::loop loop = GET(uv::loop::create());
  uv::timer timer = GET(uv::timer::create(loop));
  int closed = 0;
  CHECK_OK(timer.close([&] { ++closed; }));
  CHECK(!timer.is_open());
  CHECK(timer.close([&] { closed = 100; }) == uv::errc::ebadf);
  CHECK(closed == 0);
  loop.run();
  CHECK(closed == 1);
}

static void an_object_that_is_assigned_to_closes_what_it_had() {
  uv::loop loop = GET(uv::loop::create());
  uv::timer timer = GET(uv::timer::create(loop));
  auto guard = std::make_shared<int>(1);
  CHECK_OK(timer.start(milliseconds(1000000), [guard] {}));
  timer = GET(uv::timer::create(loop));
  CHECK(timer.is_open() && !timer.is_active());
  CHECK_OK(timer.init(loop));
  loop.run();
  CHECK(guard.use_count() == 1);
}

// A session as programs write it: its callbacks keep it alive.
struct session : std::enable_shared_from_this<session> {
  uv::timer timer;
  int* ended;
  explicit session(int* count) : ended(count) {}
  ~session() { ++*ended; }
  void begin(uv::loop_ref loop) {
    CHECK_OK(timer.init(loop));
    CHECK_OK(timer.start(milliseconds(0), milliseconds(1), [self = shared_from_this(), calls = 0]() mutable {
      if (++calls == 3) self->timer.close();
    }));
  }
};

static void a_session_ends_with_its_handle() {
  uv::loop loop = GET(uv::loop::create());
  int ended = 0;
  std::make_shared<session>(&ended)->begin(loop);
  loop.run();
  CHECK(ended == 1);
}

static void a_session_ends_with_its_loop() {
  int ended = 0;
  {
    uv::loop loop = GET(uv::loop::create());
    std::make_shared<session>(&ended)->begin(loop);
    std::make_shared<session>(&ended)->begin(loop);
    loop.run(uv::run_mode::no_wait);
    CHECK(ended == 0);
  }
  CHECK(ended == 2);
}

static void a_program_ends_from_within() {
  int ended = 0;
  uv::loop loop = GET(uv::loop::create());
  std::make_shared<session>(&ended)->begin(loop);
  uv::timer kept = GET(uv::timer::create(loop));
  CHECK_OK(kept.start(milliseconds(0), [&] { loop.close_handles(); }));
  CHECK(!loop.run());
  CHECK(ended == 1);
  CHECK(!kept.is_open());
  CHECK_OK(kept.init(loop));  // the object can be used again
}

static void handles_made_while_the_loop_closes_are_closed_too() {
  auto late = std::make_unique<uv::timer>();
  {
    uv::loop loop = GET(uv::loop::create());
    uv::timer timer = GET(uv::timer::create(loop));
    CHECK_OK(timer.close([&late, loop_now = uv::loop_ref(loop)] { CHECK_OK(late->init(loop_now)); }));
  }
  CHECK(!late->is_open());
}

static void references_keep_a_loop_running_or_do_not() {
  uv::loop loop = GET(uv::loop::create());
  uv::timer timer = GET(uv::timer::create(loop));
  CHECK_OK(timer.start(milliseconds(1000000), [] { CHECK(false); }));
  CHECK(timer.has_ref() && timer.is_active());
  timer.unref();
  CHECK(!timer.has_ref());
  CHECK(!loop.run());
  timer.ref();
  CHECK(loop.is_alive());
}

static void an_empty_handle_refuses_everything() {
  uv::timer timer;
  CHECK(!timer.is_open() && !timer.is_active() && !timer.has_ref());
  CHECK(timer.start(milliseconds(0), [] {}) == uv::errc::ebadf);
  CHECK(timer.descriptor().error() == uv::errc::ebadf);
  timer.stop();
  timer.ref();
  timer.unref();
  timer.close();
  uv::tcp tcp;
  CHECK(tcp.write("x") == uv::errc::ebadf);
  CHECK(tcp.read_start([](uv::result<uv::bytes>) {}) == uv::errc::ebadf);
  CHECK(tcp.accept().error() == uv::errc::ebadf);
  CHECK(tcp.local_address().error() == uv::errc::ebadf);
  CHECK(tcp.shutdown() == uv::errc::ebadf);
  CHECK(tcp.close_reset() == uv::errc::ebadf);
}

int main() {
  a_handle_is_destroyed_in_its_own_callback();
  a_handle_is_moved_in_its_own_callback();
  closing_tells_when_it_is_done();
  an_object_that_is_assigned_to_closes_what_it_had();
  a_session_ends_with_its_handle();
  a_session_ends_with_its_loop();
  a_program_ends_from_within();
  handles_made_while_the_loop_closes_are_closed_too();
  references_keep_a_loop_running_or_do_not();
  an_empty_handle_refuses_everything();
}
