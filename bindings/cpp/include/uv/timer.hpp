// Timers.
#ifndef UV_TIMER_HPP
#define UV_TIMER_HPP

#include <cstdint>

#include "handle.hpp"

namespace uv {

namespace detail {
struct timer_callbacks {
  callback<> expired;
};
}  // namespace detail

class timer : public handle<timer, uv_timer_t, detail::timer_callbacks> {
 public:
  std::error_code init(loop_ref loop) { return open(loop, uv_timer_init); }

  /// Calls `expired()` after `timeout`, then every `repeat` unless that is 0.
  template <class F>
  std::error_code start(milliseconds timeout, milliseconds repeat, F&& expired) {
    if (!is_open()) return errc::ebadf;
    const auto tell = [](uv_timer_t* raw) noexcept { block::of(raw).on.expired.call(); };
    const int status = uv_timer_start(raw(), tell, count(timeout), count(repeat));
    return started(status, on().expired, std::forward<F>(expired));
  }
  template <class F>
  std::error_code start(milliseconds timeout, F&& expired) {
    return start(timeout, milliseconds(0), std::forward<F>(expired));
  }

  void stop() noexcept {
    if (is_open()) uv_timer_stop(raw());
  }
  /// Begins anew with the repeat value; `einval` if it was never started.
  std::error_code again() noexcept { return with(uv_timer_again); }

  void repeat(milliseconds value) noexcept {
    if (is_open()) uv_timer_set_repeat(raw(), count(value));
  }
  milliseconds repeat() const noexcept { return is_open() ? value(uv_timer_get_repeat(raw())) : milliseconds(0); }
  /// How long until the timer is due, counted from the loop's time.
  milliseconds due_in() const noexcept { return is_open() ? value(uv_timer_get_due_in(raw())) : milliseconds(0); }

 private:
  static std::uint64_t count(milliseconds it) noexcept {
    return it.count() < 0 ? 0 : static_cast<std::uint64_t>(it.count());
  }
  static milliseconds value(std::uint64_t it) noexcept { return milliseconds(static_cast<milliseconds::rep>(it)); }
};

}  // namespace uv

#endif
