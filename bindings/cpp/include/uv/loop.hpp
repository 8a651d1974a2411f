// Event loops.
#ifndef UV_LOOP_HPP
#define UV_LOOP_HPP

#include <chrono>
#include <new>
#include <utility>

#include "result.hpp"

namespace uv {

using milliseconds = std::chrono::milliseconds;

enum class run_mode {
  until_idle = UV_RUN_DEFAULT,  // until nothing is active any more, or stop()
  once = UV_RUN_ONCE,           // one turn, which waits for events
  no_wait = UV_RUN_NOWAIT,      // one turn, which does not
};

namespace detail {

// An open handle in the list of its loop.
struct open_handle {
  open_handle* before = nullptr;
  open_handle* after = nullptr;
  void (*shut)(open_handle*) noexcept = nullptr;

  void leave() noexcept {
    if (before == nullptr) return;
    before->after = after;
    after->before = before;
    before = after = nullptr;
  }
};

// What a loop knows of the handles of this binding: a circular list of the open ones.
struct open_handles {
  open_handle head;

  open_handles() noexcept { head.before = head.after = &head; }
  open_handles(const open_handles&) = delete;
  open_handles& operator=(const open_handles&) = delete;

  void enter(open_handle& handle) noexcept {
    handle.before = head.before;
    handle.after = &head;
    head.before->after = &handle;
    head.before = &handle;
  }

  void shut_all() noexcept {
    while (head.after != &head) head.after->shut(head.after);
  }
};

}  // namespace detail

/// A loop that somebody else owns. To be copied like a pointer; a default-constructed one names none.
class loop_ref {
 public:
  loop_ref() noexcept = default;
  /// A loop of other code's. Handles on it are closed by their owners alone.
  explicit loop_ref(uv_loop_t* raw) noexcept : raw_(raw) {}

  /// Runs the loop; says whether something is still active. Not for callbacks of the same loop: the one that
  /// runs it would not be called again until it returns.
  bool run(run_mode mode = run_mode::until_idle) const {
    return uv_run(raw_, static_cast<uv_run_mode>(mode)) != 0;
  }
  /// Has run() return as soon as it can.
  void stop() const noexcept { uv_stop(raw_); }
  bool is_alive() const noexcept { return uv_loop_alive(raw_) != 0; }

  /// The loop's time: that of the start of the turn.
  milliseconds now() const noexcept { return milliseconds(static_cast<milliseconds::rep>(uv_now(raw_))); }
  void update_time() const noexcept { uv_update_time(raw_); }

  /// A descriptor that is readable when the loop has something to do, and how long to wait for it; no
  /// duration means for ever.
  int backend_fd() const noexcept { return uv_backend_fd(raw_); }
  std::optional<milliseconds> backend_timeout() const noexcept {
    const int timeout = uv_backend_timeout(raw_);
    if (timeout < 0) return std::nullopt;
    return milliseconds(timeout);
  }

  /// Sets an option: `loop.configure(UV_LOOP_BLOCK_SIGNAL, SIGPROF)`.
  template <class... Args>
  std::error_code configure(uv_loop_option option, Args... args) const noexcept {
    return to_error(uv_loop_configure(raw_, option, args...));
  }
  /// To be called in the child of a fork, before the loop is used there.
  std::error_code after_fork() const noexcept { return to_error(uv_loop_fork(raw_)); }

  /// Closes every handle of this binding: their owners keep objects that are not open any more. It is how a
  /// program ends from within: run() returns when what is under way has been told.
  void close_handles() const noexcept {
    if (handles_ != nullptr) handles_->shut_all();
  }

  explicit operator bool() const noexcept { return raw_ != nullptr; }
  uv_loop_t* raw() const noexcept { return raw_; }
  detail::open_handles* handles() const noexcept { return handles_; }

 protected:
  loop_ref(uv_loop_t* raw, detail::open_handles* handles) noexcept : raw_(raw), handles_(handles) {}

  friend loop_ref default_loop() noexcept;
  template <class, class, class>
  friend class handle;

  uv_loop_t* raw_ = nullptr;
  detail::open_handles* handles_ = nullptr;
};

/// The loop that libuv keeps for the process.
inline loop_ref default_loop() noexcept {
  static detail::open_handles handles;
  return {uv_default_loop(), &handles};
}

/// Releases what that loop holds; `ebusy` while it has handles or requests.
inline std::error_code close_default_loop() noexcept { return to_error(uv_loop_close(uv_default_loop())); }

/// A loop of one's own.
class loop : public loop_ref {
 public:
  loop() noexcept = default;
  static result<loop> create() {
    loop it;
    if (const std::error_code error = it.init()) return error;
    return it;
  }

  loop(loop&& other) noexcept : loop_ref(std::exchange(static_cast<loop_ref&>(other), loop_ref())) {}
  loop& operator=(loop&& other) noexcept {
    if (this != &other) {
      close();
      static_cast<loop_ref&>(*this) = std::exchange(static_cast<loop_ref&>(other), loop_ref());
    }
    return *this;
  }
  ~loop() { close(); }

  std::error_code init() {
    close();
    auto* memory = new (std::nothrow) block;
    if (memory == nullptr) return errc::enomem;
    if (const std::error_code error = to_error(uv_loop_init(memory))) {
      delete memory;
      return error;
    }
    raw_ = memory;
    handles_ = &memory->handles;
    return {};
  }

  /// Closes the handles that are still open, whoever made them, and waits for the requests under way, whose
  /// callbacks run. Handles may outlive their loop: they are not open any more.
  void close() noexcept {
    if (raw_ == nullptr) return;
    while (uv_loop_close(raw_) != 0) {
      handles_->shut_all();
      const auto close_foreign = [](uv_handle_t* it, void*) noexcept {
        if (uv_is_closing(it) == 0) uv_close(it, nullptr);
      };
      uv_walk(raw_, close_foreign, nullptr);
      // Turn by turn, because callbacks may make new handles.
      uv_run(raw_, UV_RUN_ONCE);
    }
    delete static_cast<block*>(std::exchange(raw_, nullptr));
    handles_ = nullptr;
  }

 private:
  struct block : uv_loop_t {
    detail::open_handles handles;
  };
};

}  // namespace uv

#endif
