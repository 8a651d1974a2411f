// Waking a loop from other threads.
#ifndef UV_ASYNC_HPP
#define UV_ASYNC_HPP

#include "handle.hpp"

namespace uv {

namespace detail {
struct async_callbacks {
  callback<> sent;
};
}  // namespace detail

class async : public handle<async, uv_async_t, detail::async_callbacks> {
 public:
  /// Calls `sent()` on the loop's thread after each send(), once for several of them that come close together.
  template <class F>
  std::error_code init(loop_ref loop, F&& sent) {
    // The callback is there before a thread can send.
    return open(loop, [&](uv_loop_t* on, uv_async_t* raw) {
      block::of(raw).on.sent = std::forward<F>(sent);
      return uv_async_init(on, raw, [](uv_async_t* it) noexcept { block::of(it).on.sent.call(); });
    });
  }

  /// The one method for any thread, and for signal handlers. The program sees to it that the handle is
  /// neither moved nor closed meanwhile.
  std::error_code send() const noexcept { return with(uv_async_send); }
};

}  // namespace uv

#endif
