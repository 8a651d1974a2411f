// Terminals.
#ifndef UV_TTY_HPP
#define UV_TTY_HPP

#include "stream.hpp"

namespace uv {

class tty : public stream<tty, uv_tty_t> {
 public:
  struct size {
    int columns;
    int rows;
  };

  /// `descriptor` is 0, 1 or 2, or another one of a terminal's.
  std::error_code init(loop_ref loop, uv_file descriptor) {
    return open(loop, [=](uv_loop_t* on, uv_tty_t* raw) { return uv_tty_init(on, raw, descriptor, 0); });
  }

  std::error_code set_mode(uv_tty_mode_t mode) {
    return with([=](uv_tty_t* raw) { return uv_tty_set_mode(raw, mode); });
  }
  /// Gives the terminal back the settings it had at first. May be called in a signal handler.
  static std::error_code reset_mode() noexcept { return to_error(uv_tty_reset_mode()); }

  result<size> window_size() const {
    size it{};
    const auto ask = [&](uv_tty_t* raw) { return uv_tty_get_winsize(raw, &it.columns, &it.rows); };
    if (const std::error_code error = with(ask)) return error;
    return it;
  }
};

}  // namespace uv

#endif
