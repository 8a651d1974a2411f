//! The hints of a lookup, which the request keeps a copy of.

use std::ptr::null_mut;

use libc::addrinfo;

use crate::abi::uv_getaddrinfo_t;
use crate::core::memory::alloc;
use crate::sys::errno::UvResult;

pub(crate) fn keep(request: &uv_getaddrinfo_t, hints: Option<&addrinfo>) -> UvResult {
    request.hints.set(match hints {
        Some(hints) => alloc::new(*hints)?,
        None => null_mut(),
    });
    Ok(())
}

/// Those that [`keep`] has copied, until [`free`].
pub(crate) fn of(request: &uv_getaddrinfo_t) -> Option<&addrinfo> {
    // SAFETY: null, or the copy, which nobody changes.
    unsafe { request.hints.get().as_ref() }
}

pub(crate) fn free(request: &uv_getaddrinfo_t) {
    // SAFETY: null, or the copy, and the request was the only way to it.
    unsafe { alloc::free(request.hints.replace(null_mut()).cast()) };
}
