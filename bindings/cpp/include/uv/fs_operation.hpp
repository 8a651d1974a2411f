// A file operation that has not begun, and the two ways to carry it out.
#ifndef UV_FS_OPERATION_HPP
#define UV_FS_OPERATION_HPP

#include "loop.hpp"
#include "request.hpp"

namespace uv::fs {

/// What the functions in uv::fs return: call `now()` or `start(loop, done)`. Paths and memory that were given
/// to the function are used until then; paths are not needed after that, memory is until it is done.
///
/// `Begin` passes a request to libuv, `Take` has what it leaves there, `Held` are bytes to write.
template <class Take, class Begin, class Held = detail::nothing>
class [[nodiscard]] operation {
 public:
  using value_type = decltype(Take::from(std::declval<uv_fs_t&>()));
  using outcome_type = outcome<value_type>;

  explicit operation(Begin begin, Held held = Held()) : begin_(std::move(begin)), held_(std::move(held)) {}

  /// Does it here, waiting for it.
  outcome_type now() && {
    uv_fs_t request{};
    const int status = begin_(nullptr, &request, held_, nullptr);
    outcome_type out = read(status < 0 ? status : request.result, request);
    uv_fs_req_cleanup(&request);
    return out;
  }

  /// Has it done without waiting, then calls `done` with the outcome.
  template <class Done>
  std::error_code start(loop_ref loop, Done&& done, pending* follower = nullptr) && {
    using request = detail::request<uv_fs_t, std::decay_t<Done>, Held>;
    return request::start(std::forward<Done>(done), std::move(held_), follower, [&](request& it) {
      const int status = begin_(loop.raw(), &it, it.held, [](uv_fs_t* raw) noexcept {
        outcome_type out = read(raw->result, *raw);
        uv_fs_req_cleanup(raw);
        request::of(raw).finish(std::move(out));
      });
      if (status < 0) uv_fs_req_cleanup(&it);
      return status;
    });
  }

 private:
  static outcome_type read(ssize_t status, uv_fs_t& request) {
    if (status < 0) return to_error(status);
    if constexpr (std::is_void_v<value_type>) {
      return {};
    } else {
      return Take::from(request);
    }
  }

  Begin begin_;
  Held held_;
};

}  // namespace uv::fs

#endif
