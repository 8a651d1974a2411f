// The two ways in which a coroutine waits: for a request, and for a callback of a handle. Both may end with the
// coroutine while it waits.
#ifndef UV_AWAIT_HPP
#define UV_AWAIT_HPP

#include <coroutine>
#include <optional>
#include <utility>

#include "request.hpp"

namespace uv::detail {

/// Waits for a request, which `Start` starts when it is given a callback and a `pending*`.
template <class Value, class Start>
class [[nodiscard]] request_awaiter {
 public:
  explicit request_awaiter(Start start) : start_(std::move(start)) {}
  request_awaiter(const request_awaiter&) = delete;
  request_awaiter& operator=(const request_awaiter&) = delete;
  ~request_awaiter() { follower_.abandon(); }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiter) {
    const auto done = [this, waiter](Value value) {
      value_.emplace(std::move(value));
      waiter.resume();
    };
    const std::error_code error = start_(done, &follower_);
    if (error) value_.emplace(error);
    return !error;
  }
  Value await_resume() { return std::move(*value_); }

 private:
  Start start_;
  pending follower_;
  std::optional<Value> value_;
};

template <class Value, class Start>
request_awaiter<Value, Start> await_request(Start start) {
  return request_awaiter<Value, Start>(std::move(start));
}

template <class Value>
class wake_up;

/// The coroutine's part of waiting for a callback.
template <class Value>
class waiting {
 public:
  waiting() noexcept = default;
  waiting(const waiting&) = delete;
  waiting& operator=(const waiting&) = delete;
  ~waiting();

  bool await_ready() const noexcept { return false; }

 protected:
  // Whether the callback that wakes this up is still there.
  bool is_armed() const noexcept { return bell_ != nullptr; }

  // Waits, unless what should call back did not start.
  bool wait(std::coroutine_handle<> waiter, std::error_code error) {
    if (!error) {
      waiter_ = waiter;
    } else {
      value_.emplace(error);
    }
    return !error;
  }

  std::optional<Value> value_;

 private:
  friend wake_up<Value>;

  void wake(Value value) {
    bell_ = nullptr;
    // Without a waiter, starting failed, and the reason is about to be set.
    if (!waiter_) return;
    value_.emplace(std::move(value));
    std::exchange(waiter_, nullptr).resume();
  }

  std::coroutine_handle<> waiter_;
  wake_up<Value>* bell_ = nullptr;
};

/// The callback's part. If it goes without having been used, because the handle was closed, the coroutine goes
/// on with `ecanceled`.
template <class Value>
class wake_up {
 public:
  explicit wake_up(waiting<Value>* who) noexcept : who_(who) { who_->bell_ = this; }
  wake_up(wake_up&& other) noexcept : who_(std::exchange(other.who_, nullptr)) {
    if (who_ != nullptr) who_->bell_ = this;
  }
  wake_up& operator=(wake_up&&) = delete;
  ~wake_up() {
    if (who_ != nullptr) who_->wake(make_error_code(errc::ecanceled));
  }

  bool is_waited_for() const noexcept { return who_ != nullptr; }
  void operator()(Value value) {
    if (who_ != nullptr) std::exchange(who_, nullptr)->wake(std::move(value));
  }

 private:
  friend waiting<Value>;
  waiting<Value>* who_;
};

template <class Value>
waiting<Value>::~waiting() {
  if (bell_ != nullptr) bell_->who_ = nullptr;
}

}  // namespace uv::detail

#endif
