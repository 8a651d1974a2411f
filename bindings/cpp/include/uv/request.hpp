// What all requests share: one piece of memory each, which ends before the callback is called.
#ifndef UV_REQUEST_HPP
#define UV_REQUEST_HPP

#include <new>
#include <utility>

#include "bytes.hpp"
#include "result.hpp"

namespace uv {

class pending;

namespace detail {

// The end of a request that a `pending` may look at.
struct watched {
  pending* watcher = nullptr;
  uv_req_t* request = nullptr;
  bool abandoned = false;
};

}  // namespace detail

/// Follows a request under way, if it is given to the function that starts it: to cancel it, or to have its
/// callback not called. Not needed for a request to go on. Loop thread only.
class pending {
 public:
  pending() noexcept = default;
  pending(pending&& other) noexcept { follow(std::exchange(other.it_, nullptr)); }
  pending& operator=(pending&& other) noexcept {
    if (this != &other) {
      detach();
      follow(std::exchange(other.it_, nullptr));
    }
    return *this;
  }
  ~pending() { detach(); }

  /// Whether the callback is still to come.
  bool is_under_way() const noexcept { return it_ != nullptr; }

  /// Cancels the request if a worker has not begun with it (`ebusy`): its callback gets `ecanceled`.
  std::error_code cancel() noexcept { return it_ == nullptr ? errc::ebadf : to_error(uv_cancel(it_->request)); }

  /// The request goes on, but its callback will not be called: it is destroyed when the request is over.
  void abandon() noexcept {
    if (it_ == nullptr) return;
    it_->abandoned = true;
    detach();
  }

  void follow(detail::watched* request) noexcept {
    detach();
    it_ = request;
    if (it_ != nullptr) it_->watcher = this;
  }
  void detach() noexcept {
    if (it_ != nullptr) std::exchange(it_, nullptr)->watcher = nullptr;
  }

 private:
  detail::watched* it_ = nullptr;
};

namespace detail {

// `Held` is what the request keeps until it is over.
template <class Raw, class Done, class Held = nothing>
struct request : Raw, watched {
  Done done;
  Held held;

  // Starts a request: `go` passes it to libuv. If that fails, the callback is not called.
  template <class Go>
  static std::error_code start(Done done, Held held, pending* follower, Go&& go) {
    static_assert(alignof(request) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__, "uv: too large an alignment");
    void* memory = ::operator new(sizeof(request) + held.room(), std::nothrow);
    if (memory == nullptr) return errc::enomem;
    auto* self = ::new (memory) request(std::move(done), std::move(held));
    self->held.settle(static_cast<char*>(memory) + sizeof(request));
    if (follower != nullptr) follower->follow(self);
    const std::error_code error = to_error(go(*self));
    if (error) self->free();
    return error;
  }

  static request& of(Raw* raw) noexcept { return *static_cast<request*>(raw); }

  // Ends the request: the memory first, so that the callback's next request can have it.
  template <class... Args>
  void finish(Args&&... args) {
    Done call = std::move(done);
    const bool wanted = !abandoned;
    free();
    if (wanted) call(std::forward<Args>(args)...);
  }

 private:
  request(Done&& with, Held&& holding) : Raw(), done(std::move(with)), held(std::move(holding)) {
    watched::request = reinterpret_cast<uv_req_t*>(static_cast<Raw*>(this));
  }

  void free() noexcept {
    if (watcher != nullptr) watcher->detach();
    this->~request();
    ::operator delete(static_cast<void*>(this));
  }
};

// For requests whose end nobody waits for.
struct ignore {
  template <class... Args>
  void operator()(Args&&...) const noexcept {}
};

}  // namespace detail

}  // namespace uv

#endif
