// Descriptors that the program itself reads and writes.
#ifndef UV_POLL_HPP
#define UV_POLL_HPP

#include "handle.hpp"

namespace uv {

namespace detail {
struct poll_callbacks {
  callback<result<int>> ready;
};
}  // namespace detail

class poll : public handle<poll, uv_poll_t, detail::poll_callbacks> {
 public:
  /// The descriptor stays the program's, which closes it after the handle.
  std::error_code init(loop_ref loop, int descriptor) {
    return open(loop, [=](uv_loop_t* on, uv_poll_t* raw) { return uv_poll_init(on, raw, descriptor); });
  }

  /// Calls `ready(result<int>)` with those of `events` (UV_READABLE, UV_WRITABLE, ...) that are there. May be
  /// called again with other events.
  template <class F>
  std::error_code start(int events, F&& ready) {
    if (!is_open()) return errc::ebadf;
    const auto tell = [](uv_poll_t* raw, int status, int which) noexcept {
      block::of(raw).on.ready.call(status < 0 ? result<int>(to_error(status)) : result<int>(which));
    };
    return started(uv_poll_start(raw(), events, tell), on().ready, std::forward<F>(ready));
  }
  void stop() noexcept {
    if (is_open()) uv_poll_stop(raw());
  }
};

}  // namespace uv

#endif
