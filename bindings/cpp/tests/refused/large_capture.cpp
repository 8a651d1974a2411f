// A callback that does not fit into its handle.
#include <array>
#include <uv.hpp>

int main() {
  uv::timer timer;
  std::array<char, uv::callback_capacity + 1> large{};
  return timer.start(uv::milliseconds(1), [large] { static_cast<void>(large); }) ? 1 : 0;
}
