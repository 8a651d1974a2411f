//! Names and addresses. <https://docs.libuv.org/en/v1.x/dns.html>

use std::mem::zeroed;

use libc::{addrinfo, c_char, c_int, sockaddr, sockaddr_storage};

use crate::abi::*;
use crate::core::memory::lend::{hold_any, lend_any, lend_any_text};
use crate::requests::dns::{lookup, names};
use crate::sys::errno::to_status;
use crate::sys::resolver;

/// An address, if it is one of the families that have names.
///
/// # Safety
/// `address` is null or has the size of its family.
unsafe fn lend_address(address: *const sockaddr) -> Option<sockaddr_storage> {
    if address.is_null() {
        return None;
    }
    // SAFETY: an address that is not null has as many bytes as its family takes, wherever it stands; there
    // is room for one of any family, of which zero is a value.
    unsafe {
        let family = (&raw const (*address).sa_family).read_unaligned();
        let length = resolver::length_of(c_int::from(family))?;
        let mut storage: sockaddr_storage = zeroed();
        (&raw mut storage).cast::<u8>().copy_from_nonoverlapping(address.cast(), length);
        Some(storage)
    }
}

/// Looks up the addresses of `node`, the port of `service`, or both (one may be null), on the pool.
/// Without a callback it does so at once and leaves the result in `req.addrinfo`.
///
/// Returns 0, `UV_EINVAL` without any of the two or for a name that is none, `UV_E2BIG` for one that is too long in ASCII,
/// `UV_ENOMEM`, `UV_EAGAIN` where there can be no thread, or without a callback a `UV_EAI_*` code or what the system
/// answers. The result is to be given to `uv_freeaddrinfo`. Loop thread only; any thread without a callback.
///
/// Implements <https://docs.libuv.org/en/v1.x/dns.html#c.uv_getaddrinfo>, since 1.0.
///
/// # Safety
/// Strings and hints are valid during the call. With a callback the loop is initialised and `req`
/// stays until it is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_getaddrinfo(
    r#loop: *mut uv_loop_t,
    req: *mut uv_getaddrinfo_t,
    getaddrinfo_cb: uv_getaddrinfo_cb,
    node: *const c_char,
    service: *const c_char,
    hints: *const addrinfo,
) -> c_int {
    // SAFETY: a loop, a request that is not under way, texts and hints, as documented.
    to_status(unsafe {
        let (node, service, hints) = (lend_any_text(node), lend_any_text(service), hints.as_ref());
        lookup::getaddrinfo(lend_any(r#loop), hold_any(req), getaddrinfo_cb, node, service, hints)
    })
}

/// Frees the result of `uv_getaddrinfo`; null is allowed. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/dns.html#c.uv_freeaddrinfo>, since 1.0.
///
/// # Safety
/// `ai` is null or such a result, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_freeaddrinfo(ai: *mut addrinfo) {
    if !ai.is_null() {
        // SAFETY: the result of a lookup, which is not used again, as documented.
        unsafe { resolver::free(ai) };
    }
}

/// Looks up the names of an IPv4 or IPv6 address and its port, on the pool. Without a callback it
/// does so at once and leaves them in `req.host` and `req.service`. `flags` are those of
/// getnameinfo(3).
///
/// Returns 0, `UV_EINVAL` for other families and null pointers, or without a callback a `UV_EAI_*`
/// code. Loop thread only; any thread without a callback.
///
/// Implements <https://docs.libuv.org/en/v1.x/dns.html#c.uv_getnameinfo>, since 1.0.
///
/// # Safety
/// `addr` has the size of its family. With a callback the loop is initialised and `req` stays until
/// it is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_getnameinfo(
    r#loop: *mut uv_loop_t,
    req: *mut uv_getnameinfo_t,
    getnameinfo_cb: uv_getnameinfo_cb,
    addr: *const sockaddr,
    flags: c_int,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and an address, as documented.
    let (r#loop, req, addr) = unsafe { (lend_any(r#loop), hold_any(req), lend_address(addr)) };
    to_status(names::getnameinfo(r#loop, req, getnameinfo_cb, addr, flags))
}
