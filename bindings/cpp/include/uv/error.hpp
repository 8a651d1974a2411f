// Errors: libuv's codes as std::error_code.
#ifndef UV_ERROR_HPP
#define UV_ERROR_HPP

#include <string>
#include <system_error>

#include <uv.h>

#if UV_VERSION_HEX < 0x013500
#error "uv.hpp needs the uv.h of libuv 1.53"
#endif

namespace uv {

/// libuv's error codes, to compare with: `error == uv::errc::eof`.
enum class errc : int {
  e2big = UV_E2BIG,
  eacces = UV_EACCES,
  eaddrinuse = UV_EADDRINUSE,
  eaddrnotavail = UV_EADDRNOTAVAIL,
  eafnosupport = UV_EAFNOSUPPORT,
  eagain = UV_EAGAIN,
  eai_addrfamily = UV_EAI_ADDRFAMILY,
  eai_again = UV_EAI_AGAIN,
  eai_badflags = UV_EAI_BADFLAGS,
  eai_badhints = UV_EAI_BADHINTS,
  eai_canceled = UV_EAI_CANCELED,
  eai_fail = UV_EAI_FAIL,
  eai_family = UV_EAI_FAMILY,
  eai_memory = UV_EAI_MEMORY,
  eai_nodata = UV_EAI_NODATA,
  eai_noname = UV_EAI_NONAME,
  eai_overflow = UV_EAI_OVERFLOW,
  eai_protocol = UV_EAI_PROTOCOL,
  eai_service = UV_EAI_SERVICE,
  eai_socktype = UV_EAI_SOCKTYPE,
  ealready = UV_EALREADY,
  ebadf = UV_EBADF,
  ebusy = UV_EBUSY,
  ecanceled = UV_ECANCELED,
  echarset = UV_ECHARSET,
  econnaborted = UV_ECONNABORTED,
  econnrefused = UV_ECONNREFUSED,
  econnreset = UV_ECONNRESET,
  edestaddrreq = UV_EDESTADDRREQ,
  eexist = UV_EEXIST,
  efault = UV_EFAULT,
  efbig = UV_EFBIG,
  eftype = UV_EFTYPE,
  ehostdown = UV_EHOSTDOWN,
  ehostunreach = UV_EHOSTUNREACH,
  eilseq = UV_EILSEQ,
  eintr = UV_EINTR,
  einval = UV_EINVAL,
  eio = UV_EIO,
  eisconn = UV_EISCONN,
  eisdir = UV_EISDIR,
  eloop = UV_ELOOP,
  emfile = UV_EMFILE,
  emlink = UV_EMLINK,
  emsgsize = UV_EMSGSIZE,
  enametoolong = UV_ENAMETOOLONG,
  enetdown = UV_ENETDOWN,
  enetunreach = UV_ENETUNREACH,
  enfile = UV_ENFILE,
  enobufs = UV_ENOBUFS,
  enodata = UV_ENODATA,
  enodev = UV_ENODEV,
  enoent = UV_ENOENT,
  enoexec = UV_ENOEXEC,
  enomem = UV_ENOMEM,
  enonet = UV_ENONET,
  enoprotoopt = UV_ENOPROTOOPT,
  enospc = UV_ENOSPC,
  enosys = UV_ENOSYS,
  enotconn = UV_ENOTCONN,
  enotdir = UV_ENOTDIR,
  enotempty = UV_ENOTEMPTY,
  enotsock = UV_ENOTSOCK,
  enotsup = UV_ENOTSUP,
  enotty = UV_ENOTTY,
  enxio = UV_ENXIO,
  eof = UV_EOF,
  eoverflow = UV_EOVERFLOW,
  eperm = UV_EPERM,
  epipe = UV_EPIPE,
  eproto = UV_EPROTO,
  eprotonosupport = UV_EPROTONOSUPPORT,
  eprototype = UV_EPROTOTYPE,
  erange = UV_ERANGE,
  eremoteio = UV_EREMOTEIO,
  erofs = UV_EROFS,
  eshutdown = UV_ESHUTDOWN,
  esocktnosupport = UV_ESOCKTNOSUPPORT,
  espipe = UV_ESPIPE,
  esrch = UV_ESRCH,
  etimedout = UV_ETIMEDOUT,
  etxtbsy = UV_ETXTBSY,
  eunatch = UV_EUNATCH,
  exdev = UV_EXDEV,
  unknown = UV_UNKNOWN,
};

namespace detail {

class error_category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "uv"; }

  std::string message(int code) const override {
    // uv_strerror would leak a few bytes for codes that it does not know.
    char text[256];
    return uv_strerror_r(code, text, sizeof text);
  }

  std::error_condition default_error_condition(int code) const noexcept override {
#ifndef _WIN32
    // Codes of the system are its errno, negated; libuv's own begin at 3000.
    if (code < 0 && code > -3000) return {-code, std::generic_category()};
#endif
    return {code, *this};
  }
};

}  // namespace detail

/// The category of libuv's codes. They also compare equal to what they mean in `std::errc`.
inline const std::error_category& category() noexcept {
  static const detail::error_category it;
  return it;
}

inline std::error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), category()}; }

/// What a function of libuv's answered: an error if it is negative.
template <class Status>
std::error_code to_error(Status status) noexcept {
  return status < 0 ? std::error_code(static_cast<int>(status), category()) : std::error_code();
}

}  // namespace uv

template <>
struct std::is_error_code_enum<uv::errc> : std::true_type {};

#endif
