// TCP servers and connections.
#ifndef UV_TCP_HPP
#define UV_TCP_HPP

#include "address.hpp"
#include "stream.hpp"

namespace uv {

class tcp : public stream<tcp, uv_tcp_t> {
 public:
  /// `family` makes the socket at once: AF_INET or AF_INET6.
  std::error_code init(loop_ref loop, unsigned family = AF_UNSPEC) {
    return handle::open(loop, [=](uv_loop_t* on, uv_tcp_t* raw) { return uv_tcp_init_ex(on, raw, family); });
  }

  /// Makes a socket of the program's this handle's.
  std::error_code open(uv_os_sock_t socket) {
    return with([=](uv_tcp_t* raw) { return uv_tcp_open(raw, socket); });
  }

  /// Port 0 lets the system choose: local_address() says which. `flags` are UV_TCP_IPV6ONLY, UV_TCP_REUSEPORT.
  std::error_code bind(const address& to, unsigned flags = 0) {
    return with([&](uv_tcp_t* raw) { return uv_tcp_bind(raw, to.system(), flags); });
  }

  /// Connects, then calls `done(std::error_code)`.
  template <class F>
  std::error_code connect(const address& to, F&& done, pending* follower = nullptr) {
    return connect_with(std::forward<F>(done), follower, [&](uv_connect_t* request, uv_connect_cb tell) {
      return uv_tcp_connect(request, raw(), to.system(), tell);
    });
  }

  result<address> local_address() const noexcept { return detail::ask_address(uv_tcp_getsockname, raw()); }
  result<address> peer_address() const noexcept { return detail::ask_address(uv_tcp_getpeername, raw()); }

  /// Whether small pieces go at once, or the system gathers them.
  std::error_code set_nodelay(bool on) noexcept {
    return with([=](uv_tcp_t* raw) { return uv_tcp_nodelay(raw, on ? 1 : 0); });
  }
  /// Has the system probe a silent peer after `idle`; none stops that.
  std::error_code set_keepalive(std::optional<std::chrono::seconds> idle) noexcept {
    const auto seconds = static_cast<unsigned>(idle ? idle->count() : 0);
    return with([&](uv_tcp_t* raw) { return uv_tcp_keepalive(raw, idle ? 1 : 0, seconds); });
  }

  /// Closes the handle and resets the connection: the peer gets an error instead of the end. Fails, and closes
  /// nothing, after shutdown().
  std::error_code close_reset() noexcept {
    const auto reset = [](uv_tcp_t* raw) { return uv_tcp_close_reset(raw, block::closed); };
    if (const std::error_code error = with(reset)) return error;
    block_->is_closing = true;
    block_->leave();
    close();
    return {};
  }
};

}  // namespace uv

#endif
