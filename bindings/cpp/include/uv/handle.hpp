// What all handles share: their memory, and how it ends.
//
// A handle object owns a block on the heap, which holds libuv's structure and the callbacks. Closing gives the
// block to the loop, which frees it when it calls back, in the same turn. So an object may be destroyed, or
// moved, in any callback, its own ones included.
//
// The loop may also close handles whose objects are still there (when it is destroyed, or by close_handles()).
// Then the block stays, closed, for the object to free; its callbacks, and what they captured, are gone.
#ifndef UV_HANDLE_HPP
#define UV_HANDLE_HPP

#include <memory>

#include "callback.hpp"
#include "loop.hpp"

namespace uv {

namespace detail {

template <class Raw, class Callbacks>
struct handle_block : Raw, open_handle {
  Callbacks on;
  callback<> on_closed;
  open_handles* handles = nullptr;
  bool has_object = true;
  bool is_closing = false;
  bool is_closed = false;

  handle_block() : Raw() {
    open_handle::shut = [](open_handle* self) noexcept { static_cast<handle_block*>(self)->begin_to_close(); };
  }

  template <class Any>
  static handle_block& of(Any* raw) noexcept {
    // libuv's kinds of handles begin alike, and the block begins with one of them.
    return *static_cast<handle_block*>(reinterpret_cast<Raw*>(raw));
  }

  uv_handle_t* base() noexcept { return reinterpret_cast<uv_handle_t*>(static_cast<Raw*>(this)); }

  void begin_to_close() noexcept {
    is_closing = true;
    this->leave();
    uv_close(base(), closed);
  }

  static void closed(uv_handle_t* raw) noexcept { of(raw).end(); }

 private:
  void end() noexcept {
    callback<> notify = std::move(on_closed);
    is_closed = true;
    if (has_object) {
      // The object may be among what the callbacks captured: the block is left alone from here on.
      Callbacks gone = std::move(on);
    } else {
      delete this;
    }
    notify.call();
  }
};

}  // namespace detail

/// The base of all handles. Handles can be moved but not copied; a default-constructed one is not open.
template <class Derived, class Raw, class Callbacks>
class handle {
 public:
  handle() noexcept = default;
  handle(handle&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  handle& operator=(handle&& other) noexcept {
    if (this != &other) {
      close();
      block_ = std::exchange(other.block_, nullptr);
    }
    return *this;
  }
  ~handle() { close(); }

  /// A new handle. The arguments are those of init().
  template <class... Args>
  static result<Derived> create(loop_ref loop, Args&&... args) {
    Derived it;
    if (const std::error_code error = it.init(loop, std::forward<Args>(args)...)) return error;
    return it;
  }

  /// Closes the handle. Its callbacks will not be called any more, except that requests under way end with
  /// `ecanceled`.
  void close() noexcept {
    block* it = std::exchange(block_, nullptr);
    if (it == nullptr) return;
    it->has_object = false;
    if (it->is_closed) {
      delete it;
    } else if (!it->is_closing) {
      it->begin_to_close();
    }
  }

  /// Closes the handle and calls `closed` once it is. Returns `ebadf` if it was not open.
  template <class F>
  std::error_code close(F&& closed) {
    if (!is_open()) return errc::ebadf;
    block_->on_closed = std::forward<F>(closed);
    close();
    return {};
  }

  bool is_open() const noexcept { return block_ != nullptr && !block_->is_closing; }
  bool is_active() const noexcept { return is_open() && uv_is_active(base()) != 0; }

  /// Whether the loop stays alive for this handle while it is active: it does unless told otherwise.
  void ref() noexcept {
    if (is_open()) uv_ref(base());
  }
  void unref() noexcept {
    if (is_open()) uv_unref(base());
  }
  bool has_ref() const noexcept { return is_open() && uv_has_ref(base()) != 0; }

  /// The loop of an open handle.
  loop_ref loop() const noexcept { return is_open() ? loop_ref(block_->Raw::loop, block_->handles) : loop_ref(); }

  /// The descriptor behind the handle.
  result<uv_os_fd_t> descriptor() const noexcept {
    uv_os_fd_t fd{};
    if (const std::error_code error = !is_open() ? errc::ebadf : to_error(uv_fileno(base(), &fd))) return error;
    return fd;
  }

  /// libuv's structure, for what has no method here; null if the handle is not open. `data` is the program's.
  Raw* raw() const noexcept { return is_open() ? static_cast<Raw*>(block_) : nullptr; }

 protected:
  using block = detail::handle_block<Raw, Callbacks>;

  // Takes the place of what was open before. `start` initialises the structure.
  template <class Start>
  std::error_code open(loop_ref loop, Start&& start) {
    close();
    std::unique_ptr<block> fresh(new (std::nothrow) block);
    if (fresh == nullptr) return errc::enomem;
    if (const std::error_code error = to_error(start(loop.raw(), static_cast<Raw*>(fresh.get())))) return error;
    adopt(loop, fresh.release());
    return {};
  }

  void adopt(loop_ref loop, block* fresh) noexcept {
    fresh->handles = loop.handles();
    if (fresh->handles != nullptr) fresh->handles->enter(*fresh);
    block_ = fresh;
  }

  // Calls one of libuv's functions with the open handle.
  template <class Function>
  std::error_code with(Function&& function) const {
    if (!is_open()) return errc::ebadf;
    return to_error(function(static_cast<Raw*>(block_)));
  }

  // Keeps the callback of what was started. If it was not, the one of before stays: it may still be called.
  template <class Callback, class F>
  static std::error_code started(int status, Callback& place, F&& with) {
    if (status >= 0) place = std::forward<F>(with);
    return to_error(status);
  }

  Callbacks& on() const noexcept { return block_->on; }
  uv_handle_t* base() const noexcept { return block_->base(); }

  block* block_ = nullptr;
};

}  // namespace uv

#endif
