// Views of bytes, and how a write holds its bytes until it is done.
#ifndef UV_BYTES_HPP
#define UV_BYTES_HPP

#include <cstddef>
#include <cstring>
#include <iterator>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include <uv.h>

namespace uv {

namespace detail {

template <class T>
inline constexpr bool is_byte = sizeof(T) == 1 && std::is_trivially_copyable_v<T>;

// Whether a type is a row of bytes in memory: it has data() and size().
template <class Range, class = void>
struct is_byte_range : std::false_type {};
template <class Range>
struct is_byte_range<Range, std::void_t<decltype(std::data(std::declval<Range&>()), std::size(std::declval<Range&>()))>>
    : std::bool_constant<is_byte<std::remove_reference_t<decltype(*std::data(std::declval<Range&>()))>>> {};

template <class Range>
using if_bytes = std::enable_if_t<is_byte_range<std::remove_reference_t<Range>>::value &&
                                  !std::is_array_v<std::remove_reference_t<Range>>>;

template <class Range>
using if_mutable_bytes = std::enable_if_t<
    is_byte_range<Range>::value && !std::is_const_v<std::remove_pointer_t<decltype(std::data(std::declval<Range&>()))>>>;

inline uv_buf_t buffer(const char* data, std::size_t size) noexcept {
  uv_buf_t it;
  it.base = const_cast<char*>(data);  // libuv has one type for what it reads and what it fills
  it.len = size;
  return it;
}

}  // namespace detail

/// A view of bytes that somebody else owns. A text constant is its characters, without the final NUL.
class bytes {
 public:
  constexpr bytes() noexcept = default;
  bytes(const void* data, std::size_t size) noexcept : data_(static_cast<const char*>(data)), size_(size) {}
  constexpr bytes(const char* text) noexcept : bytes(std::string_view(text)) {}
  constexpr bytes(std::string_view text) noexcept : data_(text.data()), size_(text.size()) {}
  template <class Range, class = detail::if_bytes<const Range>>
  bytes(const Range& range) noexcept : bytes(static_cast<const void*>(std::data(range)), std::size(range)) {}

  constexpr const char* data() const noexcept { return data_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr const char* begin() const noexcept { return data_; }
  constexpr const char* end() const noexcept { return data_ + size_; }
  constexpr char operator[](std::size_t at) const noexcept { return data_[at]; }
  constexpr std::string_view text() const noexcept { return {data_, size_}; }

  /// The first `count` bytes, or what follows them; `count` may be more than there are.
  constexpr bytes first(std::size_t count) const noexcept { return text().substr(0, count); }
  constexpr bytes skip(std::size_t count) const noexcept { return text().substr(count < size_ ? count : size_); }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Room to read into, that somebody else owns.
class mutable_bytes {
 public:
  constexpr mutable_bytes() noexcept = default;
  mutable_bytes(void* data, std::size_t size) noexcept : data_(static_cast<char*>(data)), size_(size) {}
  template <class Range, class = detail::if_mutable_bytes<Range>>
  mutable_bytes(Range& range) noexcept : mutable_bytes(static_cast<void*>(std::data(range)), std::size(range)) {}

  constexpr char* data() const noexcept { return data_; }
  constexpr std::size_t size() const noexcept { return size_; }
  operator bytes() const noexcept { return {data_, size_}; }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Bytes that stay the program's, which leaves them alone until the write is done.
class borrowed {
 public:
  explicit borrowed(bytes one) noexcept : one_(detail::buffer(one.data(), one.size())) {}
  borrowed(const uv_buf_t* list, unsigned count) noexcept : list_(list), count_(count) {}

  const uv_buf_t* list() const noexcept { return list_ != nullptr ? list_ : &one_; }
  unsigned count() const noexcept { return count_; }

 private:
  uv_buf_t one_ = detail::buffer(nullptr, 0);
  const uv_buf_t* list_ = nullptr;
  unsigned count_ = 1;
};

/// Lets a write use bytes in their place, without copying or owning them.
inline borrowed borrow(bytes one) noexcept { return borrowed(one); }

/// The same for bytes in several places, which are written one after the other. The list itself is only
/// looked at in the call.
inline borrowed borrow(const uv_buf_t* list, unsigned count) noexcept { return {list, count}; }

namespace detail {

// How a request holds its bytes: `room` says how much memory it needs behind the request, `settle` gives it
// that memory once it is in its final place, `view` says where the bytes are.

class copied {
 public:
  explicit copied(bytes from) noexcept : bytes_(from) {}
  // One byte more: GCC would warn of copying nothing to where the memory ends.
  std::size_t room() const noexcept { return bytes_.size() + 1; }
  void settle(char* memory) noexcept {
    if (bytes_.size() != 0) std::memcpy(memory, bytes_.data(), bytes_.size());
    bytes_ = bytes(memory, bytes_.size());
  }
  borrowed view() const noexcept { return borrowed(bytes_); }

 private:
  bytes bytes_;
};

template <class Owner>
class owned {
 public:
  explicit owned(Owner&& owner) : owner_(std::move(owner)) {}
  std::size_t room() const noexcept { return 0; }
  void settle(char*) noexcept {}
  borrowed view() const noexcept { return borrowed(bytes(owner_)); }

 private:
  Owner owner_;
};

template <class Owner>
class shared {
 public:
  explicit shared(std::shared_ptr<Owner> owner) noexcept : owner_(std::move(owner)) {}
  std::size_t room() const noexcept { return 0; }
  void settle(char*) noexcept {}
  borrowed view() const noexcept { return borrowed(bytes(*owner_)); }

 private:
  std::shared_ptr<Owner> owner_;
};

class lent {
 public:
  explicit lent(borrowed it) noexcept : it_(it) {}
  std::size_t room() const noexcept { return 0; }
  void settle(char*) noexcept {}
  borrowed view() const noexcept { return it_; }

 private:
  borrowed it_;
};

// Nothing to hold.
struct nothing {
  std::size_t room() const noexcept { return 0; }
  void settle(char*) noexcept {}
};

inline lent hold(borrowed it) noexcept { return lent(it); }

template <class Owner>
shared<Owner> hold(std::shared_ptr<Owner> owner) noexcept {
  return shared<Owner>(std::move(owner));
}

// A container that is given away is kept; of what stays with the caller (and of views, which are trivially
// copyable) a copy is made.
template <class Source, class = std::enable_if_t<std::is_convertible_v<const std::remove_reference_t<Source>&, bytes>>>
auto hold(Source&& source) {
  if constexpr (std::is_rvalue_reference_v<Source&&> && !std::is_const_v<std::remove_reference_t<Source>> &&
                !std::is_trivially_copyable_v<std::remove_reference_t<Source>>) {
    return owned<std::remove_reference_t<Source>>(std::move(source));
  } else {
    return copied(bytes(source));
  }
}

}  // namespace detail

}  // namespace uv

#endif
