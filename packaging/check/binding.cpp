// The smallest program that shows that the C++ binding was found, and linked.
#include <uv.hpp>

int main() {
  uv::result<uv::loop> loop = uv::loop::create();
  uv::timer timer;
  int calls = 0;
  if (!loop || timer.init(*loop) || timer.start(uv::milliseconds(1), [&] { ++calls; })) return 1;
  loop->run();
  return calls == 1 ? 0 : 1;
}
