// Loops: one's own, the process', another's.
#include "check.hpp"

using uv::milliseconds;

static void an_own_loop_runs_and_stops() {
  uv::loop loop = GET(uv::loop::create());
  CHECK(!loop.is_alive());
  CHECK(!loop.run());
  uv::timer timer = GET(uv::timer::create(loop));
  int calls = 0;
  CHECK_OK(timer.start(milliseconds(0), milliseconds(1), [&] {
    if (++calls == 3) loop.stop();
  }));
  CHECK(loop.is_alive());
  CHECK(loop.run());  // stopped, with the timer still active
  CHECK(calls == 3);
  CHECK(loop.backend_timeout() && loop.backend_timeout()->count() <= 1);
  timer.stop();
  CHECK(!loop.run(uv::run_mode::no_wait));
}

static void a_loop_can_be_moved() {
  uv::loop first = GET(uv::loop::create());
  uv::timer timer = GET(uv::timer::create(first));
  int calls = 0;
  CHECK_OK(timer.start(milliseconds(0), [&] { ++calls; }));
  uv::loop second = std::move(first);
  CHECK(!first && second);
  second.run();
  CHECK(calls == 1);
  second = GET(uv::loop::create());
  CHECK(!timer.is_open());
}

static void a_timer_of_a_loop_that_is_gone_refuses() {
  uv::timer timer;
  {
    uv::loop loop = GET(uv::loop::create());
    CHECK_OK(timer.init(loop));
    CHECK_OK(timer.start(milliseconds(0), [] { CHECK(false); }));
  }
  CHECK(!timer.is_open());
  CHECK(!timer.is_active());
  CHECK(timer.start(milliseconds(0), [] {}) == uv::errc::ebadf);
  CHECK(timer.again() == uv::errc::ebadf);
  CHECK(timer.raw() == nullptr);
  CHECK(!timer.loop());
}

static void the_default_loop_is_closed_by_hand() {
  const uv::loop_ref loop = uv::default_loop();
  CHECK(loop.raw() == uv_default_loop());
  {
    uv::timer timer = GET(uv::timer::create(loop));
    CHECK(uv::close_default_loop() == uv::errc::ebusy);
  }
  loop.run();
  uv::timer kept = GET(uv::timer::create(loop));
  loop.close_handles();
  CHECK(!kept.is_open());
  loop.run();
  CHECK_OK(uv::close_default_loop());
}

static void a_loop_of_other_code_is_left_to_it() {
  uv_loop_t raw;
  CHECK_OK(uv::to_error(uv_loop_init(&raw)));
  int calls = 0;
  {
    const uv::loop_ref loop(&raw);
    uv::timer timer = GET(uv::timer::create(loop));
    CHECK_OK(timer.start(milliseconds(0), [&] { ++calls; }));
    loop.run();
    loop.close_handles();
    CHECK(timer.is_open());
  }
  uv_run(&raw, UV_RUN_DEFAULT);
  CHECK(calls == 1);
  CHECK_OK(uv::to_error(uv_loop_close(&raw)));
}

static void a_loop_closes_what_other_code_left_open() {
  uv_timer_t foreign;
  uv::loop loop = GET(uv::loop::create());
  CHECK_OK(uv::to_error(uv_timer_init(loop.raw(), &foreign)));
  loop.close();
  CHECK(uv_is_closing(reinterpret_cast<uv_handle_t*>(&foreign)) != 0);
}

static void time_and_options() {
  uv::loop loop = GET(uv::loop::create());
  const milliseconds before = loop.now();
  loop.update_time();
  CHECK(loop.now() >= before);
  CHECK(loop.backend_fd() >= 0);
  CHECK_OK(loop.configure(UV_METRICS_IDLE_TIME));
}

int main() {
  an_own_loop_runs_and_stops();
  a_loop_can_be_moved();
  a_timer_of_a_loop_that_is_gone_refuses();
  the_default_loop_is_closed_by_hand();
  a_loop_of_other_code_is_left_to_it();
  a_loop_closes_what_other_code_left_open();
  time_and_options();
}
