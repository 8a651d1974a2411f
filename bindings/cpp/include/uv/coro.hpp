// Coroutines: tasks, and what they can wait for. Needs C++20.
//
//   uv::task<std::error_code> echo(uv::tcp client) {
//     char memory[4096];
//     for (;;) {
//       uv::result<uv::bytes> data = co_await uv::read(client, memory);
//       if (!data) co_return data.error();
//       if (auto error = co_await uv::write(client, *data)) co_return error;
//     }
//   }
//
// A handle that is closed, or whose loop is, ends what waits for it with `ecanceled`. What these functions are
// given is used when they are waited for: wait in the same expression. Handles stay where they are meanwhile.
#ifndef UV_CORO_HPP
#define UV_CORO_HPP

#include "../uv.hpp"

#ifndef __cpp_impl_coroutine
#error "uv/coro.hpp needs a compiler with coroutines (-std=c++20)"
#endif

#include "await.hpp"
#include "task.hpp"

namespace uv {

namespace detail {

class [[nodiscard]] sleep_awaiter : public waiting<std::error_code> {
 public:
  sleep_awaiter(loop_ref loop, milliseconds time) noexcept : loop_(loop), time_(time) {}

  bool await_suspend(std::coroutine_handle<> waiter) {
    std::error_code error = timer_.init(loop_);
    if (!error) {
      error = timer_.start(time_, [wake = wake_up<std::error_code>(this)]() mutable { wake(std::error_code()); });
    }
    return wait(waiter, error);
  }
  std::error_code await_resume() const { return *value_; }

 private:
  loop_ref loop_;
  milliseconds time_;
  timer timer_;
};

template <class Stream>
class [[nodiscard]] read_awaiter : public waiting<result<bytes>> {
 public:
  read_awaiter(Stream& from, mutable_bytes into) noexcept : from_(from), into_(into) {}
  ~read_awaiter() {
    if (this->is_armed()) uv_read_stop(raw_);
  }

  bool await_suspend(std::coroutine_handle<> waiter) {
    if (into_.size() == 0) return this->wait(waiter, errc::enobufs);
    // The structure is there as long as the callback is; the object may not be.
    raw_ = from_.as_stream();
    auto read = [raw = raw_, wake = wake_up<result<bytes>>(this)](result<bytes> data) mutable {
      if (!wake.is_waited_for()) return;
      uv_read_stop(raw);
      wake(data);
    };
    return this->wait(waiter, from_.read_start(into_, std::move(read)));
  }
  result<bytes> await_resume() const { return *this->value_; }

 private:
  Stream& from_;
  mutable_bytes into_;
  uv_stream_t* raw_ = nullptr;
};

template <class Stream>
class [[nodiscard]] accept_awaiter : public waiting<std::error_code> {
 public:
  explicit accept_awaiter(Stream& server) noexcept : server_(server) {}

  bool await_ready() const noexcept { return server_.has_connection(); }
  bool await_suspend(std::coroutine_handle<> waiter) {
    if (!server_.is_open()) return this->wait(waiter, errc::ebadf);
    server_.on_connection(
        [wake = wake_up<std::error_code>(this)](std::error_code error) mutable { wake(error); });
    return this->wait(waiter, std::error_code());
  }
  result<Stream> await_resume() const {
    if (this->value_ && *this->value_) return *this->value_;
    return server_.accept();
  }

 private:
  Stream& server_;
};

class [[nodiscard]] signal_awaiter : public waiting<result<int>> {
 public:
  signal_awaiter(loop_ref loop, int number) noexcept : loop_(loop), number_(number) {}

  bool await_suspend(std::coroutine_handle<> waiter) {
    std::error_code error = signal_.init(loop_);
    if (!error) {
      error = signal_.start_once(number_, [wake = wake_up<result<int>>(this)](int caught) mutable { wake(caught); });
    }
    return wait(waiter, error);
  }
  result<int> await_resume() const { return *value_; }

 private:
  loop_ref loop_;
  int number_;
  signal signal_;
};

}  // namespace detail

/// Waits for a time. Gives a `std::error_code`.
inline auto sleep(loop_ref loop, milliseconds time) { return detail::sleep_awaiter(loop, time); }

/// Waits for a signal. Gives a `result<int>`.
inline auto wait_for_signal(loop_ref loop, int number) { return detail::signal_awaiter(loop, number); }

/// Waits for bytes to read into memory of the program's. Gives a `result<bytes>` within that memory; its error
/// is `eof` at the end of the stream.
template <class Stream>
auto read(Stream& from, mutable_bytes into) {
  return detail::read_awaiter<Stream>(from, into);
}

/// Waits until everything is written; the bytes are held as in stream::write(). Gives a `std::error_code`.
template <class Stream, class Source>
auto write(Stream& to, Source&& source) {
  return detail::await_request<std::error_code>([&](auto&& done, pending* follower) {
    return to.write(std::forward<Source>(source), done, follower);
  });
}

/// Waits until everything is written and the writing side is shut down. Gives a `std::error_code`.
template <class Stream>
auto shutdown(Stream& to) {
  return detail::await_request<std::error_code>(
      [&](auto&& done, pending* follower) { return to.shutdown(done, follower); });
}

/// Waits for a connection to an address, or to a name if it is a pipe's. Gives a `std::error_code`.
template <class Stream, class Address>
auto connect(Stream& stream, const Address& to) {
  return detail::await_request<std::error_code>(
      [&](auto&& done, pending* follower) { return stream.connect(to, done, follower); });
}

/// Waits for a connection to a stream that listens. Gives a `result` of such a stream. One at a time: whoever
/// comes next ends the wait of the one before with `ecanceled`.
template <class Stream>
auto accept(Stream& server) {
  return detail::accept_awaiter<Stream>(server);
}

/// Waits until a datagram is sent. Gives a `std::error_code`.
template <class Source>
auto send(udp& socket, const address& to, Source&& source) {
  return detail::await_request<std::error_code>([&](auto&& done, pending* follower) {
    return socket.send(to, std::forward<Source>(source), done, follower);
  });
}

/// Waits for `function()` on a thread of the pool. Gives the uv::outcome of what it returns.
template <class Function>
auto work(loop_ref loop, Function&& function) {
  using value = outcome<std::invoke_result_t<std::decay_t<Function>&>>;
  return detail::await_request<value>([loop, &function](auto&& done, pending* follower) {
    return queue_work(loop, std::forward<Function>(function), done, follower);
  });
}

/// Waits for the addresses of a name, a service or both. Gives a `result<addresses>`.
inline auto resolve(loop_ref loop, const char* name, const char* service, const addrinfo& hints = stream_hints()) {
  return detail::await_request<result<addresses>>([=](auto&& done, pending* follower) {
    return getaddrinfo(loop, name, service, hints, done, follower);
  });
}

/// Waits for a file operation: `co_await uv::on(loop, uv::fs::stat("name"))`. Gives its outcome.
template <class Take, class Begin, class Held>
auto on(loop_ref loop, fs::operation<Take, Begin, Held> operation) {
  using value = typename fs::operation<Take, Begin, Held>::outcome_type;
  return detail::await_request<value>([loop, it = std::move(operation)](auto&& done, pending* follower) mutable {
    return std::move(it).start(loop, done, follower);
  });
}

}  // namespace uv

#endif
