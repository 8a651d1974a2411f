// Pipes: Unix domain sockets, and the ends of pipes.
#ifndef UV_PIPE_HPP
#define UV_PIPE_HPP

#include <string>
#include <string_view>

#include "stream.hpp"

namespace uv {

class pipe : public stream<pipe, uv_pipe_t> {
 public:
  /// `passes_handles`: for pipes between processes that also hand over sockets.
  std::error_code init(loop_ref loop, bool passes_handles = false) {
    return handle::open(loop,
                        [=](uv_loop_t* on, uv_pipe_t* raw) { return uv_pipe_init(on, raw, passes_handles ? 1 : 0); });
  }

  /// Makes a descriptor of the program's this handle's.
  std::error_code open(uv_file descriptor) {
    return with([=](uv_pipe_t* raw) { return uv_pipe_open(raw, descriptor); });
  }

  /// A name is a path, or begins with a zero byte; too long a one is refused (`einval`).
  std::error_code bind(std::string_view name) {
    return with([=](uv_pipe_t* raw) { return uv_pipe_bind2(raw, name.data(), name.size(), UV_PIPE_NO_TRUNCATE); });
  }

  /// Connects, then calls `done(std::error_code)`.
  template <class F>
  std::error_code connect(std::string_view name, F&& done, pending* follower = nullptr) {
    return connect_with(std::forward<F>(done), follower, [&](uv_connect_t* request, uv_connect_cb tell) {
      return uv_pipe_connect2(request, raw(), name.data(), name.size(), UV_PIPE_NO_TRUNCATE, tell);
    });
  }

  /// Who may connect to a pipe that is bound: UV_READABLE, UV_WRITABLE, or both, for everybody.
  std::error_code chmod(int flags) {
    return with([=](uv_pipe_t* raw) { return uv_pipe_chmod(raw, flags); });
  }

  result<std::string> local_name() const { return ask_name(uv_pipe_getsockname); }
  result<std::string> peer_name() const { return ask_name(uv_pipe_getpeername); }

  /// As write(), and hands a stream to the process at the other end.
  template <class Other, class Source, class F>
  std::error_code write_handle(Other& other, Source&& source, F&& done) {
    if (!other.is_open()) return errc::ebadf;
    return this->write_with(other.as_stream(), detail::hold(std::forward<Source>(source)), std::forward<F>(done),
                            nullptr);
  }
  /// How many handles have come and wait to be accepted, and of what kind the first one is.
  int pending_count() const noexcept { return is_open() ? uv_pipe_pending_count(raw()) : 0; }
  uv_handle_type pending_type() const noexcept {
    return is_open() ? uv_pipe_pending_type(raw()) : UV_UNKNOWN_HANDLE;
  }

 private:
  result<std::string> ask_name(int (*function)(const uv_pipe_t*, char*, std::size_t*)) const {
    if (!is_open()) return errc::ebadf;
    char name[256];
    std::size_t size = sizeof name;
    if (const std::error_code error = to_error(function(raw(), name, &size))) return error;
    return std::string(name, size);
  }
};

}  // namespace uv

#endif
