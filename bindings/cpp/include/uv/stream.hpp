// What TCP connections, pipes and terminals share.
#ifndef UV_STREAM_HPP
#define UV_STREAM_HPP

#include "handle.hpp"
#include "read_buffer.hpp"
#include "request.hpp"

namespace uv {

namespace detail {

struct stream_callbacks {
  callback<result<bytes>> read;
  callback<std::error_code> connection;
  mutable_bytes into;
  bool has_connection = false;  // one that nobody has accepted
};

}  // namespace detail

/// A stream. Its methods for servers are of use where the kind of stream can listen.
template <class Derived, class Raw>
class stream : public handle<Derived, Raw, detail::stream_callbacks> {
  using base_class = handle<Derived, Raw, detail::stream_callbacks>;

 public:
  /// Calls `connection(std::error_code)` for each connection, which accept() then takes. Those that are not
  /// taken wait, and so do the ones behind.
  template <class F>
  std::error_code listen(int backlog, F&& connection) {
    if (const std::error_code error = listen(backlog)) return error;
    on_connection(std::forward<F>(connection));
    return {};
  }
  /// The same with on_connection() for later.
  std::error_code listen(int backlog) {
    if (!this->is_open()) return errc::ebadf;
    return to_error(uv_listen(as_stream(), backlog, [](uv_stream_t* server, int status) noexcept {
      detail::stream_callbacks& on = block::of(server).on;
      if (status >= 0) on.has_connection = true;
      on.connection.call(to_error(status));
    }));
  }

  template <class F>
  void on_connection(F&& connection) {
    if (this->is_open()) this->on().connection = std::forward<F>(connection);
  }
  bool has_connection() const noexcept { return this->is_open() && this->on().has_connection; }

  /// Takes a connection; `eagain` if none waits. The arguments are those of init() after the loop.
  template <class... Args>
  result<Derived> accept(Args&&... args) {
    if (!this->is_open()) return errc::ebadf;
    result<Derived> client = Derived::create(this->loop(), std::forward<Args>(args)...);
    if (!client) return client;
    if (const std::error_code error = accept_as(*client)) return error;
    return client;
  }
  /// Takes a connection, or a handle that came over a pipe, with one that is initialised already.
  template <class Other>
  std::error_code accept_as(Other& client) {
    if (!this->is_open() || !client.is_open()) return errc::ebadf;
    this->on().has_connection = false;
    return to_error(uv_accept(as_stream(), reinterpret_cast<uv_stream_t*>(client.raw())));
  }

  /// Calls `read(result<bytes>)` with what has come, which stays where it is for the time of the call. At the
  /// end of the stream it gets `eof`.
  template <class F>
  std::error_code read_start(F&& read) {
    return read_start(mutable_bytes(), std::forward<F>(read));
  }
  /// The same, into memory of the program's.
  template <class F>
  std::error_code read_start(mutable_bytes into, F&& read) {
    if (!this->is_open()) return errc::ebadf;
    const auto provide = [](uv_handle_t* raw, std::size_t, uv_buf_t* buffer) noexcept {
      detail::filled::provide(buffer, block::of(raw).on.into);
    };
    const auto tell = [](uv_stream_t* raw, ssize_t count, const uv_buf_t* buffer) noexcept {
      detail::stream_callbacks& on = block::of(raw).on;
      const detail::filled hold(buffer, on.into);
      if (count > 0) on.read.call(bytes(buffer->base, static_cast<std::size_t>(count)));
      if (count < 0) on.read.call(to_error(count));
    };
    const int status = uv_read_start(as_stream(), provide, tell);
    if (status >= 0) this->on().into = into;
    return this->started(status, this->on().read, std::forward<F>(read));
  }
  void read_stop() noexcept {
    if (this->is_open()) uv_read_stop(as_stream());
  }

  /// Writes, then calls `done(std::error_code)`. A container that is moved here is kept until then, or a
  /// std::shared_ptr to one; other bytes are copied; uv::borrow(bytes) uses them in their place.
  template <class Source, class F>
  std::error_code write(Source&& source, F&& done, pending* follower = nullptr) {
    return write_with<uv_stream_t>(nullptr, detail::hold(std::forward<Source>(source)), std::forward<F>(done),
                                   follower);
  }
  /// The same for those who do not wait: what goes wrong later shows when they read, or write again.
  template <class Source>
  std::error_code write(Source&& source) {
    return write(std::forward<Source>(source), detail::ignore());
  }

  /// Writes what can be written at once; `eagain` if nothing can. Returns how much that was.
  result<std::size_t> try_write(bytes what) noexcept {
    if (!this->is_open()) return errc::ebadf;
    const uv_buf_t buffer = detail::buffer(what.data(), what.size());
    const int count = uv_try_write(as_stream(), &buffer, 1);
    if (count < 0) return to_error(count);
    return static_cast<std::size_t>(count);
  }

  /// Ends the writing side once everything is written, then calls `done(std::error_code)`.
  template <class F>
  std::error_code shutdown(F&& done, pending* follower = nullptr) {
    if (!this->is_open()) return errc::ebadf;
    using request = detail::request<uv_shutdown_t, std::decay_t<F>>;
    return request::start(std::forward<F>(done), {}, follower, [&](request& it) {
      return uv_shutdown(&it, as_stream(), [](uv_shutdown_t* raw, int status) noexcept {
        request::of(raw).finish(to_error(status));
      });
    });
  }
  std::error_code shutdown() { return shutdown(detail::ignore()); }

  bool is_readable() const noexcept { return this->is_open() && uv_is_readable(as_stream()) != 0; }
  bool is_writable() const noexcept { return this->is_open() && uv_is_writable(as_stream()) != 0; }
  /// The bytes that wait to be written.
  std::size_t write_queue_size() const noexcept {
    return this->is_open() ? uv_stream_get_write_queue_size(as_stream()) : 0;
  }
  std::error_code set_blocking(bool on) noexcept {
    return this->is_open() ? to_error(uv_stream_set_blocking(as_stream(), on ? 1 : 0)) : errc::ebadf;
  }

  /// libuv's structure as the kind that all streams are; null if the stream is not open.
  uv_stream_t* as_stream() const noexcept { return reinterpret_cast<uv_stream_t*>(this->raw()); }

 protected:
  using block = typename base_class::block;

  template <class Other, class Held, class F>
  std::error_code write_with(Other* handle_to_send, Held held, F&& done, pending* follower) {
    if (!this->is_open()) return errc::ebadf;
    using request = detail::request<uv_write_t, std::decay_t<F>, Held>;
    return request::start(std::forward<F>(done), std::move(held), follower, [&](request& it) {
      const borrowed view = it.held.view();
      const auto tell = [](uv_write_t* raw, int status) noexcept { request::of(raw).finish(to_error(status)); };
      if (handle_to_send == nullptr) return uv_write(&it, as_stream(), view.list(), view.count(), tell);
      return uv_write2(&it, as_stream(), view.list(), view.count(), handle_to_send, tell);
    });
  }

  // Starts a connection: `go` passes the request to libuv.
  template <class F, class Go>
  std::error_code connect_with(F&& done, pending* follower, Go&& go) {
    if (!this->is_open()) return errc::ebadf;
    using request = detail::request<uv_connect_t, std::decay_t<F>>;
    return request::start(std::forward<F>(done), {}, follower, [&](request& it) {
      return go(static_cast<uv_connect_t*>(&it), [](uv_connect_t* raw, int status) noexcept {
        request::of(raw).finish(to_error(status));
      });
    });
  }
};

}  // namespace uv

#endif
