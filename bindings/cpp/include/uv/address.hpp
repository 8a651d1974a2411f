// Addresses of IPv4 and IPv6.
#ifndef UV_ADDRESS_HPP
#define UV_ADDRESS_HPP

#include <cstdint>
#include <cstring>
#include <string>

#include "result.hpp"

namespace uv {

class address {
 public:
  /// No address: its family is AF_UNSPEC.
  address() noexcept { std::memset(&it_, 0, sizeof it_); }

  /// From a text such as "127.0.0.1" or "::1".
  static result<address> parse(const char* ip, std::uint16_t port) noexcept {
    address made;
    if (uv_ip4_addr(ip, port, &made.it_.v4) == 0) return made;
    if (const std::error_code error = to_error(uv_ip6_addr(ip, port, &made.it_.v6))) return error;
    return made;
  }

  /// This machine's own, by IPv4.
  static address loopback(std::uint16_t port) noexcept { return *parse("127.0.0.1", port); }
  /// Any of this machine's, to listen on, by IPv4.
  static address any(std::uint16_t port) noexcept { return *parse("0.0.0.0", port); }

  /// Copies an address of the system's; one of another family than IPv4 and IPv6 is none.
  static address from(const sockaddr* system) noexcept {
    address made;
    if (system == nullptr) return made;
    if (system->sa_family == AF_INET) std::memcpy(&made.it_, system, sizeof(sockaddr_in));
    if (system->sa_family == AF_INET6) std::memcpy(&made.it_, system, sizeof(sockaddr_in6));
    return made;
  }

  /// AF_INET, AF_INET6 or AF_UNSPEC.
  int family() const noexcept { return it_.any.sa_family; }
  bool is_ipv6() const noexcept { return family() == AF_INET6; }
  explicit operator bool() const noexcept { return family() != AF_UNSPEC; }

  std::uint16_t port() const noexcept { return ntohs(is_ipv6() ? it_.v6.sin6_port : it_.v4.sin_port); }
  /// The address without the port, as a text.
  std::string ip() const {
    char text[64] = "";
    if (*this) uv_ip_name(system(), text, sizeof text);
    return text;
  }
  /// Such as "127.0.0.1:80" or "[::1]:80".
  std::string text() const {
    std::string out = ip();
    if (is_ipv6()) {
      out.insert(out.begin(), '[');
      out += ']';
    }
    out += ':';
    out += std::to_string(port());
    return out;
  }

  const sockaddr* system() const noexcept { return &it_.any; }

  friend bool operator==(const address& a, const address& b) noexcept {
    if (a.family() != b.family() || a.port() != b.port()) return false;
    if (!a.is_ipv6()) return a.it_.v4.sin_addr.s_addr == b.it_.v4.sin_addr.s_addr;
    return std::memcmp(&a.it_.v6.sin6_addr, &b.it_.v6.sin6_addr, sizeof(in6_addr)) == 0 &&
           a.it_.v6.sin6_scope_id == b.it_.v6.sin6_scope_id;
  }
  friend bool operator!=(const address& a, const address& b) noexcept { return !(a == b); }

 private:
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  } it_;
};

namespace detail {

// Asks one of libuv's functions for the address of a handle.
template <class Raw>
result<address> ask_address(int (*function)(const Raw*, sockaddr*, int*), const Raw* raw) noexcept {
  if (raw == nullptr) return errc::ebadf;
  sockaddr_storage storage{};
  int length = sizeof storage;
  auto* system = reinterpret_cast<sockaddr*>(&storage);
  if (const std::error_code error = to_error(function(raw, system, &length))) return error;
  return address::from(system);
}

}  // namespace detail

}  // namespace uv

#endif
