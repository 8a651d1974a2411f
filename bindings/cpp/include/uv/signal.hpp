// Signals.
#ifndef UV_SIGNAL_HPP
#define UV_SIGNAL_HPP

#include "handle.hpp"

namespace uv {

namespace detail {
struct signal_callbacks {
  callback<int> caught;
};
}  // namespace detail

class signal : public handle<signal, uv_signal_t, detail::signal_callbacks> {
 public:
  std::error_code init(loop_ref loop) { return open(loop, uv_signal_init); }

  /// Calls `caught(number)` whenever the process gets that signal.
  template <class F>
  std::error_code start(int number, F&& caught) {
    return start(uv_signal_start, number, std::forward<F>(caught));
  }
  /// The same for the next one alone.
  template <class F>
  std::error_code start_once(int number, F&& caught) {
    return start(uv_signal_start_oneshot, number, std::forward<F>(caught));
  }
  void stop() noexcept {
    if (is_open()) uv_signal_stop(raw());
  }

 private:
  template <class F>
  std::error_code start(int (*how)(uv_signal_t*, uv_signal_cb, int), int number, F&& caught) {
    if (!is_open()) return errc::ebadf;
    const auto tell = [](uv_signal_t* raw, int which) noexcept { block::of(raw).on.caught.call(which); };
    return started(how(raw(), tell, number), on().caught, std::forward<F>(caught));
  }
};

}  // namespace uv

#endif
