// Signals.
#include <csignal>

#include "check.hpp"

static void a_signal_is_caught_until_it_is_stopped() {
  uv::loop loop = GET(uv::loop::create());
  uv::signal signal = GET(uv::signal::create(loop));
  int caught = 0;
  CHECK_OK(signal.start(SIGUSR1, [&](int number) {
    CHECK(number == SIGUSR1);
    if (++caught == 3) {
      signal.stop();
    } else {
      std::raise(SIGUSR1);
    }
  }));
  std::raise(SIGUSR1);
  loop.run();
  CHECK(caught == 3);
  CHECK(!signal.is_active());
}

static void a_signal_is_caught_once() {
  uv::loop loop = GET(uv::loop::create());
  uv::signal once = GET(uv::signal::create(loop));
  int caught = 0;
  CHECK_OK(once.start_once(SIGUSR2, [&](int) { ++caught; }));
  std::raise(SIGUSR2);
  loop.run();
  CHECK(caught == 1);
  CHECK(once.start(SIGKILL, [](int) {}) == uv::errc::einval);
}

int main() {
  a_signal_is_caught_until_it_is_stopped();
  a_signal_is_caught_once();
}
