//! The system's resolver. It blocks for as long as it likes.

use std::ffi::CStr;
use std::ptr::null_mut;

use libc::{addrinfo, c_char, c_int, sockaddr, socklen_t};

use crate::abi::*;
use crate::sys::errno::{Errno, UvResult};

/// The addresses of `host`, the port of `service`, or both; to be given to [`free`].
///
/// # Safety
/// `hints` is null or points to hints, which the C library wants mostly zeroed.
pub(crate) unsafe fn addresses(
    host: Option<&CStr>,
    service: Option<&CStr>,
    hints: *const addrinfo,
) -> UvResult<*mut addrinfo> {
    let text = |part: Option<&CStr>| part.map_or(std::ptr::null(), CStr::as_ptr);
    let mut found = null_mut();
    // SAFETY: the strings are valid, the hints the caller's promise; `found` outlives the call.
    check(unsafe { libc::getaddrinfo(text(host), text(service), hints, &raw mut found) })?;
    Ok(found)
}

/// Gives addresses back.
///
/// # Safety
/// `found` came from [`addresses`] and is not used again.
pub(crate) unsafe fn free(found: *mut addrinfo) {
    // SAFETY: the caller's promise.
    unsafe { libc::freeaddrinfo(found) };
}

/// Writes the name of the host and the service at an address, each with a NUL at its end.
///
/// # Safety
/// `address` holds `length` bytes.
pub(crate) unsafe fn names(
    address: *const sockaddr,
    length: socklen_t,
    host: &mut [c_char],
    service: &mut [c_char],
    flags: c_int,
) -> UvResult {
    // The type differs between C libraries, the range does not.
    let size = |room: &[c_char]| room.len() as socklen_t;
    // SAFETY: the address is the caller's promise; the sizes are those of the slices.
    check(unsafe {
        libc::getnameinfo(
            address,
            length,
            host.as_mut_ptr(),
            size(host),
            service.as_mut_ptr(),
            size(service),
            flags as _,
        )
    })
}

/// What only some C libraries answer, and the libc crate does not name: glibc's numbers.
#[cfg(target_os = "linux")]
mod more {
    pub(super) const EAI_ADDRFAMILY: libc::c_int = -9;
    pub(super) const EAI_CANCELED: libc::c_int = -101;
}

/// The libuv code for an answer of the resolver.
fn check(answer: c_int) -> UvResult {
    let code = match answer {
        0 => return Ok(()),
        libc::EAI_SYSTEM => return Err(Errno::last()),
        libc::EAI_AGAIN => UV_EAI_AGAIN,
        libc::EAI_BADFLAGS => UV_EAI_BADFLAGS,
        libc::EAI_FAIL => UV_EAI_FAIL,
        libc::EAI_FAMILY => UV_EAI_FAMILY,
        libc::EAI_MEMORY => UV_EAI_MEMORY,
        libc::EAI_NODATA => UV_EAI_NODATA,
        libc::EAI_NONAME => UV_EAI_NONAME,
        libc::EAI_OVERFLOW => UV_EAI_OVERFLOW,
        libc::EAI_SERVICE => UV_EAI_SERVICE,
        libc::EAI_SOCKTYPE => UV_EAI_SOCKTYPE,
        #[cfg(target_os = "linux")]
        more::EAI_ADDRFAMILY => UV_EAI_ADDRFAMILY,
        #[cfg(target_os = "linux")]
        more::EAI_CANCELED => UV_EAI_CANCELED,
        _ => UV_EAI_FAIL,
    };
    Err(Errno::from_code(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_have_codes() {
        assert_eq!(check(0), Ok(()));
        assert_eq!(check(libc::EAI_NONAME), Err(Errno::from_code(UV_EAI_NONAME)));
        assert_eq!(check(12345), Err(Errno::from_code(UV_EAI_FAIL)));
    }

    #[test]
    fn numbers_need_no_name_server() {
        // SAFETY: no hints; what was found is freed once.
        unsafe {
            let found = addresses(Some(c"127.0.0.1"), Some(c"80"), std::ptr::null());
            let first = found.expect("numeric");
            assert_eq!((*first).ai_family, libc::AF_INET);
            let (mut host, mut service) = ([0; 64], [0; 32]);
            let flags = libc::NI_NUMERICHOST | libc::NI_NUMERICSERV;
            let done = names((*first).ai_addr, (*first).ai_addrlen, &mut host, &mut service, flags);
            free(first);
            assert_eq!(done, Ok(()));
            assert_eq!(CStr::from_ptr(host.as_ptr()), c"127.0.0.1");
            assert_eq!(CStr::from_ptr(service.as_ptr()), c"80");
        }
    }
}
