// A value, or why there is none.
#ifndef UV_RESULT_HPP
#define UV_RESULT_HPP

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <type_traits>
#include <utility>

#include "error.hpp"

namespace uv {

template <class T>
class [[nodiscard]] result {
 public:
  using value_type = T;

  result(T value) : value_(std::move(value)) {}
  result(std::error_code error) noexcept : error_(error ? error : make_error_code(errc::unknown)) {}
  result(errc error) noexcept : result(make_error_code(error)) {}

  explicit operator bool() const noexcept { return value_.has_value(); }
  bool has_value() const noexcept { return value_.has_value(); }

  /// No error if there is a value.
  std::error_code error() const noexcept { return error_; }

  /// The value. To ask for it where there is none ends the process.
  T& operator*() & { return need(); }
  const T& operator*() const& { return const_cast<result&>(*this).need(); }
  T&& operator*() && { return std::move(need()); }
  T* operator->() { return &need(); }
  const T* operator->() const { return &const_cast<result&>(*this).need(); }

  template <class U>
  T value_or(U&& other) && {
    return value_ ? std::move(*value_) : static_cast<T>(std::forward<U>(other));
  }

 private:
  T& need() {
    if (!value_) {
      std::fprintf(stderr, "uv::result without a value: %s\n", error_.message().c_str());
      std::abort();
    }
    return *value_;
  }

  std::optional<T> value_;
  std::error_code error_;
};

/// What an operation ends with: a `result<T>`, or for nothing but success or failure, a `std::error_code`.
template <class T>
using outcome = typename std::conditional_t<std::is_void_v<T>, std::enable_if<true, std::error_code>,
                                            std::enable_if<true, result<T>>>::type;

}  // namespace uv

#endif
