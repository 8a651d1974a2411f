// Handles that are called in each turn.
#include <string>

#include "check.hpp"

static void each_phase_calls_once_a_turn() {
  uv::loop loop = GET(uv::loop::create());
  uv::idle idle = GET(uv::idle::create(loop));
  uv::prepare prepare = GET(uv::prepare::create(loop));
  uv::check check = GET(uv::check::create(loop));
  std::string order;
  CHECK_OK(idle.start([&] { order += 'i'; }));
  CHECK_OK(prepare.start([&] { order += 'p'; }));
  CHECK_OK(check.start([&] { order += 'c'; }));
  loop.run(uv::run_mode::no_wait);
  loop.run(uv::run_mode::no_wait);
  CHECK(order == "ipcipc");
  idle.stop();
  prepare.close();
  CHECK(check.is_active() && !idle.is_active());
  loop.run(uv::run_mode::no_wait);
  CHECK(order == "ipcipcc");
}

int main() { each_phase_calls_once_a_turn(); }
