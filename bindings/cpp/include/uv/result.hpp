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

namespace detail {

template <class T>
struct outcome_of {
  using type = result<T>;
};
template <class T>
struct outcome_of<result<T>> {
  using type = result<T>;
};
template <>
struct outcome_of<std::error_code> {
  using type = std::error_code;
};
template <>
struct outcome_of<void> {
  using type = std::error_code;
};

}  // namespace detail

/// What an operation ends with: a `result<T>`, or for nothing but success or failure, a `std::error_code`. A
/// function that returns one of these by itself needs no second one around it.
template <class T>
using outcome = typename detail::outcome_of<T>::type;

}  // namespace uv

#endif
