// Open files, and the texts that name files.
#ifndef UV_FILE_HPP
#define UV_FILE_HPP

#include <utility>

#include "result.hpp"

namespace uv {

/// An open file, which is closed with the object.
class file {
 public:
  file() noexcept = default;
  /// Takes over a descriptor.
  explicit file(uv_file descriptor) noexcept : descriptor_(descriptor) {}
  file(file&& other) noexcept : descriptor_(other.release()) {}
  file& operator=(file&& other) noexcept {
    if (this != &other) {
      static_cast<void>(close());
      descriptor_ = other.release();
    }
    return *this;
  }
  ~file() { static_cast<void>(close()); }

  /// Closes the file at once, in this thread.
  std::error_code close() noexcept {
    if (!is_open()) return errc::ebadf;
    uv_fs_t request;
    const int status = uv_fs_close(nullptr, &request, release(), nullptr);
    uv_fs_req_cleanup(&request);
    return to_error(status);
  }
  /// Gives the descriptor away.
  uv_file release() noexcept { return std::exchange(descriptor_, -1); }

  bool is_open() const noexcept { return descriptor_ >= 0; }
  uv_file descriptor() const noexcept { return descriptor_; }

 private:
  uv_file descriptor_ = -1;
};

/// What functions take for an open file: a uv::file or a descriptor.
class file_ref {
 public:
  file_ref(const file& of) noexcept : descriptor_(of.descriptor()) {}
  file_ref(uv_file descriptor) noexcept : descriptor_(descriptor) {}
  operator uv_file() const noexcept { return descriptor_; }

 private:
  uv_file descriptor_;
};

/// What functions take for a path: a text constant, a std::string, a std::filesystem::path.
class path_ref {
 public:
  path_ref(const char* text) noexcept : text_(text) {}
  template <class Text, class = decltype(std::declval<const Text&>().c_str())>
  path_ref(const Text& text) noexcept : text_(text.c_str()) {}
  operator const char*() const noexcept { return text_; }

 private:
  const char* text_;
};

}  // namespace uv

#endif
