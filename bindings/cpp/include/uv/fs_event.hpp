// Watching files: with the help of the system, or by looking again and again.
#ifndef UV_FS_EVENT_HPP
#define UV_FS_EVENT_HPP

#include <string_view>

#include "file.hpp"
#include "handle.hpp"

namespace uv {

struct fs_change {
  std::string_view name;  // within the directory; empty if the system does not say
  bool is_renamed;
  bool is_changed;
};

struct fs_stats {
  const uv_stat_t& before;
  const uv_stat_t& after;
};

namespace detail {
struct fs_event_callbacks {
  callback<result<fs_change>> changed;
};
struct fs_poll_callbacks {
  callback<std::error_code, const fs_stats&> changed;
};
}  // namespace detail

class fs_event : public handle<fs_event, uv_fs_event_t, detail::fs_event_callbacks> {
 public:
  std::error_code init(loop_ref loop) { return open(loop, uv_fs_event_init); }

  /// Calls `changed(result<fs_change>)` when something happens to the file, or in the directory.
  template <class F>
  std::error_code start(path_ref path, F&& changed, unsigned flags = 0) {
    if (!is_open()) return errc::ebadf;
    const auto tell = [](uv_fs_event_t* raw, const char* name, int events, int status) noexcept {
      auto& changed_on = block::of(raw).on.changed;
      if (status < 0) return changed_on.call(to_error(status));
      changed_on.call(fs_change{name == nullptr ? std::string_view() : std::string_view(name),
                                (events & UV_RENAME) != 0, (events & UV_CHANGE) != 0});
    };
    return started(uv_fs_event_start(raw(), tell, path, flags), on().changed, std::forward<F>(changed));
  }
  void stop() noexcept {
    if (is_open()) uv_fs_event_stop(raw());
  }
};

class fs_poll : public handle<fs_poll, uv_fs_poll_t, detail::fs_poll_callbacks> {
 public:
  std::error_code init(loop_ref loop) { return open(loop, uv_fs_poll_init); }

  /// Looks every `interval` and calls `changed(std::error_code, const fs_stats&)` when what is known of the
  /// file is another, or when it cannot be looked at any more.
  template <class F>
  std::error_code start(path_ref path, milliseconds interval, F&& changed) {
    if (!is_open()) return errc::ebadf;
    const auto tell = [](uv_fs_poll_t* raw, int status, const uv_stat_t* before, const uv_stat_t* after) noexcept {
      block::of(raw).on.changed.call(to_error(status), fs_stats{*before, *after});
    };
    const int status = uv_fs_poll_start(raw(), tell, path, static_cast<unsigned>(interval.count()));
    return started(status, on().changed, std::forward<F>(changed));
  }
  void stop() noexcept {
    if (is_open()) uv_fs_poll_stop(raw());
  }
};

}  // namespace uv

#endif
