//! The system's resolver. It blocks for as long as it likes.

use std::ffi::CStr;
use std::mem::{ManuallyDrop, size_of};
use std::ptr::{NonNull, null_mut};

use libc::{addrinfo, c_char, c_int, sockaddr_in, sockaddr_in6, sockaddr_storage, socklen_t};

use crate::abi::*;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::resolver_codes;

/// What the resolver has found, in memory of the C library. Given to the program, it lasts until
/// [`free`].
pub(crate) struct Addresses(NonNull<addrinfo>);

impl Addresses {
    pub(crate) fn into_raw(self) -> *mut addrinfo {
        ManuallyDrop::new(self).0.as_ptr()
    }
}

impl Drop for Addresses {
    fn drop(&mut self) {
        // SAFETY: getaddrinfo(3) returned them, and nobody else has them.
        unsafe { free(self.0.as_ptr()) };
    }
}

/// The addresses of `host`, the port of `service`, or both. The C library wants hints mostly zeroed.
pub(crate) fn addresses(
    host: Option<&CStr>,
    service: Option<&CStr>,
    hints: Option<&addrinfo>,
) -> UvResult<Addresses> {
    let text = |part: Option<&CStr>| part.map_or(std::ptr::null(), CStr::as_ptr);
    let hints = hints.map_or(std::ptr::null(), std::ptr::from_ref);
    let mut found = null_mut();
    // SAFETY: strings and hints that outlive the call, as does `found`.
    check(unsafe { libc::getaddrinfo(text(host), text(service), hints, &raw mut found) })?;
    NonNull::new(found).map(Addresses).ok_or(Errno::from_code(UV_EAI_FAIL))
}

/// Gives addresses back.
///
/// # Safety
/// `found` came from [`Addresses::into_raw`] and is not used again.
pub(crate) unsafe fn free(found: *mut addrinfo) {
    // SAFETY: the caller's word that it is a list of getaddrinfo(3)'s.
    unsafe { libc::freeaddrinfo(found) };
}

/// The size of an address of one of the families that have names.
pub(crate) fn length_of(family: c_int) -> Option<usize> {
    match family {
        libc::AF_INET => Some(size_of::<sockaddr_in>()),
        libc::AF_INET6 => Some(size_of::<sockaddr_in6>()),
        _ => None,
    }
}

/// Writes the name of the host and the service at an address, each with a NUL at its end.
pub(crate) fn names(
    address: &sockaddr_storage,
    host: &mut [c_char],
    service: &mut [c_char],
    flags: c_int,
) -> UvResult {
    let length = length_of(c_int::from(address.ss_family)).unwrap_or(0);
    // The types of sizes and flags differ between C libraries, what is meant does not.
    // SAFETY: the address has the length of its family, and the sizes are those of the slices.
    check(unsafe {
        libc::getnameinfo(
            std::ptr::from_ref(address).cast(),
            length as socklen_t,
            host.as_mut_ptr(),
            host.len() as _,
            service.as_mut_ptr(),
            service.len() as _,
            flags as _,
        )
    })
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
        other => resolver_codes::code(other).unwrap_or(UV_EAI_FAIL),
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
        let found = addresses(Some(c"127.0.0.1"), Some(c"80"), None).expect("numeric");
        // SAFETY: all zeroes is an address of no family.
        let mut address: sockaddr_storage = unsafe { std::mem::zeroed() };
        // SAFETY: a result has an address, of a size that fits all kinds.
        unsafe {
            let first = found.0.as_ref();
            assert_eq!(first.ai_family, libc::AF_INET);
            (&raw mut address).cast::<sockaddr_in>().write(first.ai_addr.cast::<sockaddr_in>().read());
        }
        let (mut host, mut service) = ([0; 64], [0; 32]);
        let flags = libc::NI_NUMERICHOST | libc::NI_NUMERICSERV;
        assert_eq!(names(&address, &mut host, &mut service, flags), Ok(()));
        let text = |room: &[c_char]| -> String {
            room.iter().map(|&c| char::from(c as u8)).take_while(|&c| c != '\0').collect()
        };
        assert_eq!(text(&host), "127.0.0.1");
        assert_eq!(text(&service), "80");
    }
}
