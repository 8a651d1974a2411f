//! Internet addresses and their texts: part of libuv's "Miscellaneous utilities".

use libc::{AF_INET, AF_INET6, c_char, c_int, c_uint, c_void, size_t, sockaddr, sockaddr_in, sockaddr_in6};

use crate::abi::uv_buf_t;
use crate::core::memory::lend::{lend_any_text, lend_bytes};
use crate::core::memory::out::{lend_out, lend_out_bytes, lend_out_chars};
use crate::core::memory::out_text::lend_out_text;
use crate::standalone::inet::address;
use crate::sys::errno::to_status;

/// Makes a buffer of an address and a length. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_buf_init>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_buf_init(base: *mut c_char, len: c_uint) -> uv_buf_t {
    uv_buf_t { base, len: len as size_t }
}

/// Makes a socket address of an IPv4 address and a port.
///
/// Returns 0, or `UV_EINVAL` if the text is no address. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_ip4_addr>, since 1.0.
///
/// # Safety
/// `ip` is NUL-terminated; `addr` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_ip4_addr(ip: *const c_char, port: c_int, addr: *mut sockaddr_in) -> c_int {
    // SAFETY: a text, or null, and a writable address, as documented.
    to_status(unsafe { address::fill4(lend_any_text(ip), port, lend_out(addr)) })
}

/// Makes a socket address of an IPv6 address and a port. A zone after a "%" is an interface name and
/// becomes the scope id, 0 if there is no such interface.
///
/// Returns 0, or `UV_EINVAL` if the text is no address. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_ip6_addr>, since 1.0.
///
/// # Safety
/// `ip` is NUL-terminated; `addr` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_ip6_addr(ip: *const c_char, port: c_int, addr: *mut sockaddr_in6) -> c_int {
    // SAFETY: a text, or null, and a writable address, as documented.
    to_status(unsafe { address::fill6(lend_any_text(ip), port, lend_out(addr)) })
}

/// Writes the text of an IPv4 socket address. Returns 0, or `UV_ENOSPC` if it does not fit. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_ip4_name>, since 1.0.
///
/// # Safety
/// `src` is readable; `dst` is writable for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_ip4_name(src: *const sockaddr_in, dst: *mut c_char, size: size_t) -> c_int {
    // SAFETY: a readable address, and memory of that size, as documented.
    let (address, out) = unsafe {
        (lend_bytes((&raw const (*src).sin_addr).cast(), address::len(AF_INET)), lend_out_chars(dst, size))
    };
    to_status(address::to_text(AF_INET, address, out))
}

/// Writes the text of an IPv6 socket address, without its scope. Returns 0, or `UV_ENOSPC` if it does
/// not fit. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_ip6_name>, since 1.0.
///
/// # Safety
/// `src` is readable; `dst` is writable for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_ip6_name(src: *const sockaddr_in6, dst: *mut c_char, size: size_t) -> c_int {
    // SAFETY: a readable address, and memory of that size, as documented.
    let (address, out) = unsafe {
        (lend_bytes((&raw const (*src).sin6_addr).cast(), address::len(AF_INET6)), lend_out_chars(dst, size))
    };
    to_status(address::to_text(AF_INET6, address, out))
}

/// Writes the text of a socket address. Returns 0, `UV_ENOSPC` if it does not fit, or
/// `UV_EAFNOSUPPORT` if it is neither IPv4 nor IPv6. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_ip_name>, since 1.43.
///
/// # Safety
/// `src` is readable as its family says; `dst` is writable for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_ip_name(src: *const sockaddr, dst: *mut c_char, size: size_t) -> c_int {
    // SAFETY: an address that is readable as its family says, and memory of that size, as documented.
    let (family, address, out) = unsafe {
        let family = c_int::from((&raw const (*src).sa_family).read_unaligned());
        let address = src.byte_add(address::place(family)).cast();
        (family, lend_bytes(address, address::len(family)), lend_out_chars(dst, size))
    };
    to_status(address::to_text(family, address, out))
}

/// Writes the text of an address of the family `AF_INET` or `AF_INET6`.
///
/// Returns 0, `UV_ENOSPC` if it does not fit, or `UV_EAFNOSUPPORT`; on error `dst` is left alone.
/// Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_inet_ntop>, since 1.0.
///
/// # Safety
/// `src` is an address of the family; `dst` is writable for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_inet_ntop(
    af: c_int,
    src: *const c_void,
    dst: *mut c_char,
    size: size_t,
) -> c_int {
    // SAFETY: an address of the family, and memory of that size, as documented.
    let (address, out) = unsafe { (lend_bytes(src, address::len(af)), lend_out_chars(dst, size)) };
    to_status(address::to_text(af, address, out))
}

/// Reads an address of the family `AF_INET` or `AF_INET6`; an IPv6 zone is ignored.
///
/// Returns 0, `UV_EINVAL` if the text is none, or `UV_EAFNOSUPPORT`; on error `dst` is left alone.
/// Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_inet_pton>, since 1.0.
///
/// # Safety
/// `src` is null or NUL-terminated; `dst` is null or has room for an address of the family.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_inet_pton(af: c_int, src: *const c_char, dst: *mut c_void) -> c_int {
    // SAFETY: a text, or null, and room for an address of the family, or null, as documented.
    let (text, out) = unsafe { (lend_any_text(src), lend_out_bytes(dst, address::len(af))) };
    to_status(address::from_text(af, text, out))
}

/// Writes the name of a network interface and sets `*size` to its length.
///
/// Returns 0, `UV_EINVAL` without a buffer, `UV_ENOBUFS` with the size needed in `*size`, or `UV_ENXIO`.
/// Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_if_indextoname>, since 1.16.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_if_indextoname(ifindex: c_uint, buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: null, or a size and a buffer of that size, as documented.
    to_status(unsafe { lend_out_text(buffer, size) }.and_then(|out| address::interface_name(ifindex, out)))
}

/// Writes what stands for an interface in a scoped IPv6 address: on Unix its name.
///
/// Returns what [`uv_if_indextoname`] does. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_if_indextoiid>, since 1.16.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_if_indextoiid(ifindex: c_uint, buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: null, or a size and a buffer of that size, as documented.
    to_status(unsafe { lend_out_text(buffer, size) }.and_then(|out| address::interface_name(ifindex, out)))
}
