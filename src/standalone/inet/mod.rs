//! Internet addresses and their texts: part of libuv's "Miscellaneous utilities".

use std::ffi::CStr;
use std::fmt;
use std::io::Write;
use std::mem::zeroed;
use std::net::{Ipv4Addr, Ipv6Addr};

use libc::{AF_INET, AF_INET6, c_char, c_int, c_uint, c_void, size_t, sockaddr, sockaddr_in, sockaddr_in6};

use crate::abi::uv_buf_t;
use crate::core::out_text;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::interfaces;

mod text;

use text::{Text6, parse4, parse6, split_zone};

/// `INET6_ADDRSTRLEN`: the longest text of an address, with its NUL.
const TEXT_MAX: usize = 46;

/// Writes an address and a NUL; `ENOSPC` if they do not fit.
///
/// # Safety
/// `dst` is writable for `size` bytes.
unsafe fn print(address: impl fmt::Display, dst: *mut c_char, size: size_t) -> UvResult {
    let mut text = [0; TEXT_MAX];
    // The last byte stays NUL: a text is shorter than the buffer.
    let _ = write!(&mut text[..TEXT_MAX - 1], "{address}");
    let len = text.iter().position(|byte| *byte == 0).unwrap_or(TEXT_MAX - 1);
    if len >= size {
        return Err(Errno::ENOSPC);
    }
    // SAFETY: the caller's promise; `len` and the NUL stay within `size`.
    unsafe { dst.copy_from_nonoverlapping(text.as_ptr().cast(), len + 1) };
    Ok(())
}

/// # Safety
/// `src` is an address of the family; `dst` is writable for `size` bytes.
unsafe fn to_text(family: c_int, src: *const c_void, dst: *mut c_char, size: size_t) -> UvResult {
    // SAFETY: the caller's promise; nothing is known of the alignment.
    unsafe {
        match family {
            AF_INET => print(Ipv4Addr::from(src.cast::<[u8; 4]>().read()), dst, size),
            AF_INET6 => print(Text6(Ipv6Addr::from(src.cast::<[u8; 16]>().read())), dst, size),
            _ => Err(Errno::EAFNOSUPPORT),
        }
    }
}

/// # Safety
/// `src` is null or NUL-terminated; `dst` is null or has room for an address of the family.
unsafe fn from_text(family: c_int, src: *const c_char, dst: *mut c_void) -> UvResult {
    if src.is_null() || dst.is_null() {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the caller's promise; nothing is known of the alignment.
    unsafe {
        let text = CStr::from_ptr(src);
        match family {
            AF_INET => dst.cast::<[u8; 4]>().write(parse4(text.to_bytes())?),
            AF_INET6 => dst.cast::<[u8; 16]>().write(parse6(split_zone(text).0)?),
            _ => return Err(Errno::EAFNOSUPPORT),
        }
    }
    Ok(())
}

/// The port as the network wants it; like C this takes the low 16 bits.
fn network_port(port: c_int) -> u16 {
    (port as u16).to_be()
}

/// # Safety
/// `buffer` and `size` are as for [`out_text::write`].
unsafe fn interface_name(index: c_uint, buffer: *mut c_char, size: *mut size_t) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        out_text::room(buffer, size)?;
        let name = interfaces::name(index)?;
        out_text::write(CStr::from_bytes_until_nul(&name).unwrap_or_default().to_bytes(), buffer, size)
    }
}

/// Makes a buffer of an address and a length. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_buf_init>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_buf_init(base: *mut c_char, len: c_uint) -> uv_buf_t {
    uv_buf_t { base, len: len as size_t }
}

/// Makes a socket address of an IPv4 address and a port.
///
/// Returns 0, or `UV_EINVAL` if the text is no address. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_ip4_addr>.
///
/// # Safety
/// `ip` is NUL-terminated; `addr` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_ip4_addr(ip: *const c_char, port: c_int, addr: *mut sockaddr_in) -> c_int {
    // SAFETY: the caller's promise; zero is a value of the type.
    unsafe {
        addr.write(zeroed());
        (*addr).sin_family = AF_INET as _;
        (*addr).sin_port = network_port(port);
        to_status(from_text(AF_INET, ip, (&raw mut (*addr).sin_addr).cast()))
    }
}

/// Makes a socket address of an IPv6 address and a port. A zone after a "%" is an interface name and
/// becomes the scope id, 0 if there is no such interface.
///
/// Returns 0, or `UV_EINVAL` if the text is no address. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_ip6_addr>.
///
/// # Safety
/// `ip` is NUL-terminated; `addr` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_ip6_addr(ip: *const c_char, port: c_int, addr: *mut sockaddr_in6) -> c_int {
    // SAFETY: the caller's promise; zero is a value of the type.
    unsafe {
        addr.write(zeroed());
        (*addr).sin6_family = AF_INET6 as _;
        (*addr).sin6_port = network_port(port);
        if ip.is_null() {
            return Errno::EINVAL.code();
        }
        let (address, zone) = split_zone(CStr::from_ptr(ip));
        (*addr).sin6_scope_id = zone.map_or(0, interfaces::index);
        to_status(parse6(address).map(|address| (*addr).sin6_addr.s6_addr = address))
    }
}

/// Writes the text of an IPv4 socket address. Returns 0, or `UV_ENOSPC` if it does not fit. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_ip4_name>.
///
/// # Safety
/// `src` is readable; `dst` is writable for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_ip4_name(src: *const sockaddr_in, dst: *mut c_char, size: size_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(unsafe { to_text(AF_INET, (&raw const (*src).sin_addr).cast(), dst, size) })
}

/// Writes the text of an IPv6 socket address, without its scope. Returns 0, or `UV_ENOSPC` if it does
/// not fit. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_ip6_name>.
///
/// # Safety
/// `src` is readable; `dst` is writable for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_ip6_name(src: *const sockaddr_in6, dst: *mut c_char, size: size_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(unsafe { to_text(AF_INET6, (&raw const (*src).sin6_addr).cast(), dst, size) })
}

/// Writes the text of a socket address. Returns 0, `UV_ENOSPC` if it does not fit, or
/// `UV_EAFNOSUPPORT` if it is neither IPv4 nor IPv6. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_ip_name>.
///
/// # Safety
/// `src` is readable as its family says; `dst` is writable for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_ip_name(src: *const sockaddr, dst: *mut c_char, size: size_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        match c_int::from((*src).sa_family) {
            AF_INET => uv_ip4_name(src.cast(), dst, size),
            AF_INET6 => uv_ip6_name(src.cast(), dst, size),
            _ => Errno::EAFNOSUPPORT.code(),
        }
    }
}

/// Writes the text of an address of the family `AF_INET` or `AF_INET6`.
///
/// Returns 0, `UV_ENOSPC` if it does not fit, or `UV_EAFNOSUPPORT`; on error `dst` is left alone.
/// Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_inet_ntop>.
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
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { to_text(af, src, dst, size) })
}

/// Reads an address of the family `AF_INET` or `AF_INET6`; an IPv6 zone is ignored.
///
/// Returns 0, `UV_EINVAL` if the text is none, or `UV_EAFNOSUPPORT`; on error `dst` is left alone.
/// Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_inet_pton>.
///
/// # Safety
/// `src` is null or NUL-terminated; `dst` is null or has room for an address of the family.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_inet_pton(af: c_int, src: *const c_char, dst: *mut c_void) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { from_text(af, src, dst) })
}

/// Writes the name of a network interface and sets `*size` to its length.
///
/// Returns 0, `UV_EINVAL` without a buffer, `UV_ENOBUFS` with the size needed in `*size`, or `UV_ENXIO`.
/// Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_if_indextoname>.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_if_indextoname(ifindex: c_uint, buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { interface_name(ifindex, buffer, size) })
}

/// Writes what stands for an interface in a scoped IPv6 address: on Unix its name.
///
/// Returns what [`uv_if_indextoname`] does. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_if_indextoiid>.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_if_indextoiid(ifindex: c_uint, buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { interface_name(ifindex, buffer, size) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_leaves_the_buffer_alone() {
        let mut dst = [1; 16];
        // SAFETY: the buffer is at least as long as said.
        unsafe {
            assert_eq!(print(Ipv4Addr::BROADCAST, dst.as_mut_ptr(), 15), Err(Errno::ENOSPC));
            assert_eq!(dst, [1; 16]);
            assert_eq!(print(Ipv4Addr::BROADCAST, dst.as_mut_ptr(), 16), Ok(()));
        }
        assert_eq!(dst[15], 0);
    }
}
