// UDP sockets.
#ifndef UV_UDP_HPP
#define UV_UDP_HPP

#include "address.hpp"
#include "handle.hpp"
#include "read_buffer.hpp"
#include "request.hpp"

namespace uv {

struct datagram {
  bytes data;
  address from;
  bool is_cut = false;  // it was longer than the memory for it
};

namespace detail {
struct udp_callbacks {
  callback<result<datagram>> received;
  mutable_bytes into;
};
}  // namespace detail

class udp : public handle<udp, uv_udp_t, detail::udp_callbacks> {
 public:
  /// `family` makes the socket at once: AF_INET or AF_INET6.
  std::error_code init(loop_ref loop, unsigned family = AF_UNSPEC) {
    return handle::open(loop, [=](uv_loop_t* on, uv_udp_t* raw) { return uv_udp_init_ex(on, raw, family); });
  }

  /// Makes a socket of the program's this handle's.
  std::error_code open(uv_os_sock_t socket) {
    return with([=](uv_udp_t* raw) { return uv_udp_open(raw, socket); });
  }

  /// `flags` are UV_UDP_IPV6ONLY, UV_UDP_REUSEADDR, UV_UDP_REUSEPORT, UV_UDP_LINUX_RECVERR.
  std::error_code bind(const address& to, unsigned flags = 0) {
    return with([&](uv_udp_t* raw) { return uv_udp_bind(raw, to.system(), flags); });
  }
  /// Fixes the peer; no address takes it away.
  std::error_code connect(const address& to) {
    return with([&](uv_udp_t* raw) { return uv_udp_connect(raw, to ? to.system() : nullptr); });
  }

  /// Sends a datagram, then calls `done(std::error_code)`; `to` is no address where the peer is fixed. The
  /// bytes are held as in stream::write().
  template <class Source, class F>
  std::error_code send(const address& to, Source&& source, F&& done, pending* follower = nullptr) {
    if (!is_open()) return errc::ebadf;
    auto held = detail::hold(std::forward<Source>(source));
    using request = detail::request<uv_udp_send_t, std::decay_t<F>, decltype(held)>;
    return request::start(std::forward<F>(done), std::move(held), follower, [&](request& it) {
      const borrowed view = it.held.view();
      const auto tell = [](uv_udp_send_t* raw, int status) noexcept { request::of(raw).finish(to_error(status)); };
      return uv_udp_send(&it, raw(), view.list(), view.count(), to ? to.system() : nullptr, tell);
    });
  }
  template <class Source>
  std::error_code send(const address& to, Source&& source) {
    return send(to, std::forward<Source>(source), detail::ignore());
  }
  /// Sends a datagram now or not at all (`eagain`).
  std::error_code try_send(const address& to, bytes what) noexcept {
    const uv_buf_t buffer = detail::buffer(what.data(), what.size());
    return with([&](uv_udp_t* raw) { return uv_udp_try_send(raw, &buffer, 1, to ? to.system() : nullptr); });
  }

  /// Calls `received(result<datagram>)` for each datagram, which stays where it is for the time of the call.
  template <class F>
  std::error_code receive_start(F&& received) {
    return receive_start(mutable_bytes(), std::forward<F>(received));
  }
  /// The same, into memory of the program's.
  template <class F>
  std::error_code receive_start(mutable_bytes into, F&& received) {
    if (!is_open()) return errc::ebadf;
    const auto provide = [](uv_handle_t* raw, std::size_t, uv_buf_t* buffer) noexcept {
      detail::filled::provide(buffer, block::of(raw).on.into);
    };
    const auto tell = [](uv_udp_t* raw, ssize_t count, const uv_buf_t* buffer, const sockaddr* from,
                         unsigned flags) noexcept {
      detail::udp_callbacks& on = block::of(raw).on;
      const detail::filled hold(buffer, on.into);
      if (count < 0) on.received.call(to_error(count));
      // Nothing, and from nobody: there was none. Nothing from somebody is an empty datagram.
      if (count < 0 || from == nullptr) return;
      on.received.call(datagram{bytes(buffer->base, static_cast<std::size_t>(count)), address::from(from),
                                (flags & UV_UDP_PARTIAL) != 0});
    };
    const int status = uv_udp_recv_start(raw(), provide, tell);
    if (status >= 0) on().into = into;
    return started(status, on().received, std::forward<F>(received));
  }
  void receive_stop() noexcept {
    if (is_open()) uv_udp_recv_stop(raw());
  }

  result<address> local_address() const noexcept { return detail::ask_address(uv_udp_getsockname, raw()); }
  result<address> peer_address() const noexcept { return detail::ask_address(uv_udp_getpeername, raw()); }

  /// Joins or leaves a multicast group, on the interface with that address or on any (null).
  std::error_code set_membership(const char* group, const char* interface_address, uv_membership membership) {
    return with([=](uv_udp_t* raw) { return uv_udp_set_membership(raw, group, interface_address, membership); });
  }
  std::error_code set_multicast_loop(bool on) {
    return with([=](uv_udp_t* raw) { return uv_udp_set_multicast_loop(raw, on ? 1 : 0); });
  }
  std::error_code set_multicast_ttl(int hops) {
    return with([=](uv_udp_t* raw) { return uv_udp_set_multicast_ttl(raw, hops); });
  }
  std::error_code set_broadcast(bool on) {
    return with([=](uv_udp_t* raw) { return uv_udp_set_broadcast(raw, on ? 1 : 0); });
  }
  std::error_code set_ttl(int hops) {
    return with([=](uv_udp_t* raw) { return uv_udp_set_ttl(raw, hops); });
  }

  /// What waits to be sent: bytes, and datagrams.
  std::size_t send_queue_size() const noexcept { return is_open() ? uv_udp_get_send_queue_size(raw()) : 0; }
  std::size_t send_queue_count() const noexcept { return is_open() ? uv_udp_get_send_queue_count(raw()) : 0; }
};

}  // namespace uv

#endif
