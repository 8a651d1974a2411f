// A callback with other arguments than it is called with.
#include <uv.hpp>

int main() {
  uv::timer timer;
  return timer.start(uv::milliseconds(1), [](int) {}) ? 1 : 0;
}
