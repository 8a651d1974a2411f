// Addresses of names, and names of addresses.
#ifndef UV_DNS_HPP
#define UV_DNS_HPP

#include <memory>
#include <string>

#include "address.hpp"
#include "loop.hpp"
#include "request.hpp"

namespace uv {

/// The addresses that were found, in the order of preference.
class addresses {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = address;
    using difference_type = std::ptrdiff_t;
    using pointer = const address*;
    using reference = address;

    explicit iterator(const addrinfo* at = nullptr) noexcept : at_(at) {}
    address operator*() const noexcept { return address::from(at_->ai_addr); }
    iterator& operator++() noexcept {
      at_ = at_->ai_next;
      return *this;
    }
    friend bool operator==(iterator a, iterator b) noexcept { return a.at_ == b.at_; }
    friend bool operator!=(iterator a, iterator b) noexcept { return a.at_ != b.at_; }

   private:
    const addrinfo* at_;
  };

  /// Takes over a list of libuv's.
  explicit addresses(addrinfo* list) noexcept : list_(list) {}

  iterator begin() const noexcept { return iterator(list_.get()); }
  iterator end() const noexcept { return iterator(); }
  bool empty() const noexcept { return list_ == nullptr; }
  address front() const noexcept { return list_ == nullptr ? address() : *begin(); }
  const addrinfo* raw() const noexcept { return list_.get(); }

 private:
  struct free {
    void operator()(addrinfo* list) const noexcept { uv_freeaddrinfo(list); }
  };
  std::unique_ptr<addrinfo, free> list_;
};

struct name_and_service {
  std::string name;
  std::string service;
};

/// Hints for stream sockets, of either family or of one.
inline addrinfo stream_hints(int family = AF_UNSPEC) noexcept {
  addrinfo it{};
  it.ai_family = family;
  it.ai_socktype = SOCK_STREAM;
  return it;
}

/// Looks up a name, a service or both (one may be null), then calls `done(result<addresses>)`.
template <class Done>
std::error_code getaddrinfo(loop_ref loop, const char* name, const char* service, const addrinfo& hints, Done&& done,
                            pending* follower = nullptr) {
  using request = detail::request<uv_getaddrinfo_t, std::decay_t<Done>>;
  return request::start(std::forward<Done>(done), {}, follower, [&](request& it) {
    const auto tell = [](uv_getaddrinfo_t* raw, int status, addrinfo* list) noexcept {
      addresses found(list);
      request::of(raw).finish(status < 0 ? result<addresses>(to_error(status)) : std::move(found));
    };
    return uv_getaddrinfo(loop.raw(), &it, tell, name, service, &hints);
  });
}

/// Looks up the name of an address, then calls `done(result<name_and_service>)`. `flags` are those of the
/// system's getnameinfo.
template <class Done>
std::error_code getnameinfo(loop_ref loop, const address& of, int flags, Done&& done, pending* follower = nullptr) {
  using request = detail::request<uv_getnameinfo_t, std::decay_t<Done>>;
  return request::start(std::forward<Done>(done), {}, follower, [&](request& it) {
    const auto tell = [](uv_getnameinfo_t* raw, int status, const char* name, const char* service) noexcept {
      result<name_and_service> found = to_error(status);
      if (status == 0) found = name_and_service{name, service};
      request::of(raw).finish(std::move(found));
    };
    return uv_getnameinfo(loop.raw(), &it, tell, of.system(), flags);
  });
}

}  // namespace uv

#endif
