//! The answers of name resolution.

use std::ffi::{c_char, c_int};
use std::net::SocketAddr;

use libc::addrinfo;

use crate::error::{Result, check};
use crate::raw::request::{self, Kind};
use crate::raw::{address, text};
use crate::sys::{self, uv_getaddrinfo_t, uv_getnameinfo_t};

// SAFETY: it is a request of uv.h.
unsafe impl Kind for uv_getaddrinfo_t {
    type Answer = Result<Vec<SocketAddr>>;
    type Shared = ();
}

// SAFETY: it is a request of uv.h.
unsafe impl Kind for uv_getnameinfo_t {
    type Answer = Result<(String, String)>;
    type Shared = ();
}

/// What to ask for: streams, of any family.
pub fn hints() -> addrinfo {
    // SAFETY: a structure of integers and of pointers that may be null.
    let mut hints: addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_socktype = libc::SOCK_STREAM;
    hints
}

/// # Safety
///
/// For C to call.
pub unsafe extern "C" fn on_addresses(request: &uv_getaddrinfo_t, status: c_int, list: *mut addrinfo) {
    let mut addresses = Vec::new();
    let mut item = list.cast_const();
    while !item.is_null() {
        // SAFETY: C passes a list of addresses, which is ours until it is freed below.
        unsafe {
            addresses.extend(address::of_c((*item).ai_addr));
            item = (*item).ai_next;
        }
    }
    // SAFETY: the list came with this callback, or is null.
    unsafe { sys::uv_freeaddrinfo(list) };
    request::finish(request, check(status).map(|_| addresses));
}

/// # Safety
///
/// For C to call.
pub unsafe extern "C" fn on_name(
    request: &uv_getnameinfo_t,
    status: c_int,
    host: *const c_char,
    service: *const c_char,
) {
    // SAFETY: C passes text that stays for the callback, or null with an error.
    let [host, service] = [host, service].map(|text| unsafe { text::copy(text) }.unwrap_or_default());
    let names = (host.to_string_lossy().into_owned(), service.to_string_lossy().into_owned());
    request::finish(request, check(status).map(|_| names));
}
