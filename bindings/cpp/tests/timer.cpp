// Timers.
#include <vector>

#include "check.hpp"

using uv::milliseconds;

static void timers_are_due_in_order() {
  uv::loop loop = GET(uv::loop::create());
  std::vector<int> order;
  std::vector<uv::timer> timers;
  for (const int after : {3, 1, 2}) {
    timers.push_back(GET(uv::timer::create(loop)));
    CHECK_OK(timers.back().start(milliseconds(after), [&order, after] { order.push_back(after); }));
  }
  loop.run();
  CHECK((order == std::vector<int>{1, 2, 3}));
}

static void a_timer_repeats_until_it_is_stopped() {
  uv::loop loop = GET(uv::loop::create());
  uv::timer timer = GET(uv::timer::create(loop));
  CHECK(timer.again() == uv::errc::einval);
  int calls = 0;
  CHECK_OK(timer.start(milliseconds(0), milliseconds(1), [&] {
    if (++calls >= 4) timer.stop();
  }));
  loop.run();
  CHECK(calls == 4);
  CHECK_OK(timer.again());
  loop.run();
  CHECK(calls > 4);
}

static void a_timer_starts_itself_anew() {
  uv::loop loop = GET(uv::loop::create());
  uv::timer timer = GET(uv::timer::create(loop));
  int second = 0;
  CHECK_OK(timer.start(milliseconds(0), [&] {
    CHECK_OK(timer.start(milliseconds(1), [&] { ++second; }));
  }));
  loop.run();
  CHECK(second == 1);
}

static void its_times_can_be_asked_for() {
  uv::loop loop = GET(uv::loop::create());
  uv::timer timer = GET(uv::timer::create(loop));
  CHECK_OK(timer.start(std::chrono::seconds(10), std::chrono::seconds(20), [] {}));
  CHECK(timer.due_in() == std::chrono::seconds(10));
  CHECK(timer.repeat() == std::chrono::seconds(20));
  timer.repeat(milliseconds(5));
  CHECK(timer.repeat() == milliseconds(5));
  // What is due already is due at once.
  CHECK_OK(timer.start(milliseconds(-5), [] {}));
  CHECK(timer.due_in() == milliseconds(0));
}

int main() {
  timers_are_due_in_order();
  a_timer_repeats_until_it_is_stopped();
  a_timer_starts_itself_anew();
  its_times_can_be_asked_for();
}
