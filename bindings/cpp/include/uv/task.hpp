// Coroutines that others wait for.
#ifndef UV_TASK_HPP
#define UV_TASK_HPP

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "loop.hpp"

namespace uv {

template <class T>
class task;

namespace detail {

struct promise_base {
  std::coroutine_handle<> continuation = std::noop_coroutine();
#ifdef __cpp_exceptions
  std::exception_ptr exception;
#endif

  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      return self.promise().continuation;
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  final_awaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept {
#ifdef __cpp_exceptions
    exception = std::current_exception();
#else
    std::terminate();
#endif
  }
  void rethrow() {
#ifdef __cpp_exceptions
    if (exception) std::rethrow_exception(std::exchange(exception, nullptr));
#endif
  }
};

template <class T>
struct promise : promise_base {
  std::optional<T> value;
  task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& it) {
    value.emplace(std::forward<U>(it));
  }
  T take() {
    rethrow();
    return std::move(*value);
  }
};

template <>
struct promise<void> : promise_base {
  task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() { rethrow(); }
};

}  // namespace detail

/// A coroutine. It begins when it is waited for, and ends, wherever it is, with the object.
template <class T = void>
class [[nodiscard]] task {
 public:
  using promise_type = detail::promise<T>;

  explicit task(std::coroutine_handle<promise_type> it) noexcept : it_(it) {}
  task(task&& other) noexcept : it_(std::exchange(other.it_, nullptr)) {}
  task& operator=(task&& other) noexcept {
    std::swap(it_, other.it_);
    return *this;
  }
  ~task() {
    if (it_) it_.destroy();
  }

  auto operator co_await() && noexcept {
    struct awaiter {
      std::coroutine_handle<promise_type> it;
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) const noexcept {
        it.promise().continuation = waiter;
        return it;
      }
      T await_resume() const { return it.promise().take(); }
    };
    return awaiter{it_};
  }

  /// For those who drive it themselves: begins, says whether it has ended, and with what.
  void begin() { it_.resume(); }
  bool is_done() const noexcept { return it_.done(); }
  T take() { return it_.promise().take(); }

 private:
  std::coroutine_handle<promise_type> it_;
};

namespace detail {

template <class T>
task<T> promise<T>::get_return_object() noexcept {
  return task<T>(std::coroutine_handle<promise>::from_promise(*this));
}
inline task<void> promise<void>::get_return_object() noexcept {
  return task<void>(std::coroutine_handle<promise>::from_promise(*this));
}

// A coroutine that nobody waits for frees itself. What it throws ends the program.
struct on_its_own {
  struct promise_type {
    on_its_own get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

}  // namespace detail

/// Begins a task that goes on by itself.
inline detail::on_its_own start(task<> it) { co_await std::move(it); }

/// Runs the loop until the task is done, and returns its value. It is `ecanceled`, and the task ended, if the
/// loop has nothing left to wait for before that.
template <class T>
outcome<T> run(loop_ref loop, task<T> it) {
  it.begin();
  while (!it.is_done() && loop.run(run_mode::once)) {
  }
  if (!it.is_done()) return make_error_code(errc::ecanceled);
  if constexpr (std::is_void_v<T>) {
    it.take();
    return {};
  } else {
    return it.take();
  }
}

}  // namespace uv

#endif
