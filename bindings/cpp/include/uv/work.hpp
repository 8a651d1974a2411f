// Work on the threads of the pool.
#ifndef UV_WORK_HPP
#define UV_WORK_HPP

#include "loop.hpp"
#include "request.hpp"

namespace uv {

namespace detail {

// What the worker leaves for the loop.
template <class Work, class Value = std::invoke_result_t<Work&>>
struct work_and_value : nothing {
  Work work;
  std::optional<Value> value;
  explicit work_and_value(Work&& it) : work(std::move(it)) {}
  void run() { value.emplace(work()); }
  outcome<Value> take(int status) {
    if (status < 0 || !value) return to_error(status);
    return std::move(*value);
  }
};

template <class Work>
struct work_and_value<Work, void> : nothing {
  Work work;
  explicit work_and_value(Work&& it) : work(std::move(it)) {}
  void run() { work(); }
  std::error_code take(int status) { return to_error(status); }
};

}  // namespace detail

/// Calls `work()` on a thread of the pool, then `done` on the loop's, with the uv::outcome of what it
/// returned: a `result`, or a `std::error_code` if that is nothing. It is `ecanceled` if `follower` cancelled it.
template <class Work, class Done>
std::error_code queue_work(loop_ref loop, Work&& work, Done&& done, pending* follower = nullptr) {
  using held = detail::work_and_value<std::decay_t<Work>>;
  using request = detail::request<uv_work_t, std::decay_t<Done>, held>;
  std::decay_t<Work> job(std::forward<Work>(work));
  return request::start(std::forward<Done>(done), held(std::move(job)), follower, [&](request& it) {
    return uv_queue_work(
        loop.raw(), &it, [](uv_work_t* raw) noexcept { request::of(raw).held.run(); },
        [](uv_work_t* raw, int status) noexcept {
          request& over = request::of(raw);
          over.finish(over.held.take(status));
        });
  });
}

/// The same for work whose end nobody waits for.
template <class Work>
std::error_code queue_work(loop_ref loop, Work&& work) {
  return queue_work(loop, std::forward<Work>(work), detail::ignore());
}

}  // namespace uv

#endif
