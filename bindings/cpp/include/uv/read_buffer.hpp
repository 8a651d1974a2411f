// Where streams and sockets read to, if the program brings no memory of its own.
#ifndef UV_READ_BUFFER_HPP
#define UV_READ_BUFFER_HPP

#include <memory>
#include <new>

#include "bytes.hpp"

namespace uv {

namespace detail {

// The loop asks for memory, reads, and tells at once, so a thread needs one buffer for all its handles. Only
// where a callback runs another loop of the thread's is a second one made.
class read_buffer {
 public:
  static constexpr std::size_t size = 65536;

  // Memory of `size` bytes, or null.
  static char* take() noexcept {
    read_buffer& mine = of_thread();
    if (mine.is_lent_) return new (std::nothrow) char[size];
    if (mine.memory_ == nullptr) mine.memory_.reset(new (std::nothrow) char[size]);
    mine.is_lent_ = mine.memory_ != nullptr;
    return mine.memory_.get();
  }

  static void give_back(char* memory) noexcept {
    read_buffer& mine = of_thread();
    if (memory == mine.memory_.get()) {
      mine.is_lent_ = false;
    } else {
      delete[] memory;
    }
  }

 private:
  static read_buffer& of_thread() noexcept {
    static thread_local read_buffer it;
    return it;
  }

  std::unique_ptr<char[]> memory_;
  bool is_lent_ = false;
};

// What libuv read into, until the callback has seen it. `own` is what the program brought.
class filled {
 public:
  filled(const uv_buf_t* buffer, mutable_bytes own) noexcept
      : lent_(buffer != nullptr && buffer->base != own.data() ? buffer->base : nullptr) {}
  filled(const filled&) = delete;
  filled& operator=(const filled&) = delete;
  ~filled() {
    if (lent_ != nullptr) read_buffer::give_back(lent_);
  }

  static void provide(uv_buf_t* buffer, mutable_bytes own) noexcept {
    *buffer = own.data() != nullptr ? detail::buffer(own.data(), own.size()) : detail::buffer(read_buffer::take(), 0);
    if (own.data() == nullptr && buffer->base != nullptr) buffer->len = read_buffer::size;
  }

 private:
  char* lent_;
};

}  // namespace detail

}  // namespace uv

#endif
