// Handles that are called in each turn of the loop.
#ifndef UV_TURN_HPP
#define UV_TURN_HPP

#include "handle.hpp"

namespace uv {

namespace detail {

struct turn_callbacks {
  callback<> turn;
};

template <class Derived, class Raw, int (*Init)(uv_loop_t*, Raw*), int (*Start)(Raw*, void (*)(Raw*)),
          int (*Stop)(Raw*)>
class turn_handle : public handle<Derived, Raw, turn_callbacks> {
 public:
  std::error_code init(loop_ref loop) { return this->open(loop, Init); }

  /// Calls `turn()` once per turn of the loop.
  template <class F>
  std::error_code start(F&& turn) {
    if (!this->is_open()) return errc::ebadf;
    const auto tell = [](Raw* raw) noexcept { handle_block<Raw, turn_callbacks>::of(raw).on.turn.call(); };
    return this->started(Start(this->raw(), tell), this->on().turn, std::forward<F>(turn));
  }
  void stop() noexcept {
    if (this->is_open()) Stop(this->raw());
  }
};

}  // namespace detail

/// Called before the loop looks for events, which it then does without waiting.
class idle : public detail::turn_handle<idle, uv_idle_t, uv_idle_init, uv_idle_start, uv_idle_stop> {};

/// Called right before the loop waits for events.
class prepare : public detail::turn_handle<prepare, uv_prepare_t, uv_prepare_init, uv_prepare_start, uv_prepare_stop> {
};

/// Called right after the loop has waited for events.
class check : public detail::turn_handle<check, uv_check_t, uv_check_init, uv_check_start, uv_check_stop> {};

}  // namespace uv

#endif
