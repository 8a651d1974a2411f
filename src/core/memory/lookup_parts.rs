//! What a lookup is asked with: the request keeps copies, one after the other in one block.

use std::ffi::CStr;
use std::ptr::{NonNull, null_mut};

use libc::{addrinfo, c_char};

use crate::abi::uv_getaddrinfo_t;
use crate::core::memory::alloc;
use crate::sys::errno::{Errno, UvResult};

/// A name, a service or both, and hints.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) name: Option<&'a CStr>,
    pub(crate) service: Option<&'a CStr>,
    pub(crate) hints: Option<&'a addrinfo>,
}

/// Gives the request copies of the parts. What its fields held before is forgotten.
pub(crate) fn keep(request: &uv_getaddrinfo_t, parts: Parts<'_>) -> UvResult {
    let text_size = |text: Option<&CStr>| text.map_or(0, |text| text.count_bytes() + 1);
    let hints_size = parts.hints.map_or(0, size_of_val);
    let size = hints_size + text_size(parts.name) + text_size(parts.service);
    // An empty block is none to some allocators.
    let block = NonNull::new(alloc::malloc(size.max(1)).cast::<u8>()).ok_or(Errno::ENOMEM)?;
    let mut at = block.as_ptr();
    request.hints.set(null_mut());
    if let Some(hints) = parts.hints {
        // SAFETY: at the start of a fresh block, which has room for them and is aligned for anything.
        unsafe { at.cast::<addrinfo>().write(*hints) };
        request.hints.set(at.cast());
        at = at.wrapping_add(hints_size);
    }
    for (field, text) in [(&request.hostname, parts.name), (&request.service, parts.service)] {
        field.set(null_mut());
        let Some(text) = text else { continue };
        let bytes = text.to_bytes_with_nul();
        // SAFETY: the block has room for this text behind what is there already.
        unsafe { at.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        field.set(at.cast::<c_char>());
        at = at.wrapping_add(bytes.len());
    }
    Ok(())
}

/// What [`keep`] has copied, until [`free`].
pub(crate) fn of(request: &uv_getaddrinfo_t) -> Parts<'_> {
    // SAFETY: each is null, or a text with its end or hints in the block, which nobody changes.
    unsafe {
        let text = |text: *mut c_char| (!text.is_null()).then(|| CStr::from_ptr(text));
        Parts {
            name: text(request.hostname.get()),
            service: text(request.service.get()),
            hints: request.hints.get().as_ref(),
        }
    }
}

pub(crate) fn free(request: &uv_getaddrinfo_t) {
    let hints = request.hints.replace(null_mut());
    let name = request.hostname.replace(null_mut());
    let service = request.service.replace(null_mut());
    let parts = [hints.cast(), name.cast(), service.cast()];
    let block = parts.into_iter().find(|part: &*mut libc::c_void| !part.is_null()).unwrap_or(null_mut());
    // SAFETY: null, or what stands first in the block, and the request was the only way to it.
    unsafe { alloc::free(block) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::zeroed;

    #[test]
    fn the_parts_are_those_that_were_given() {
        let hints = addrinfo {
            ai_flags: 0,
            ai_family: 7,
            ai_socktype: 0,
            ai_protocol: 0,
            ai_addrlen: 0,
            ai_addr: null_mut(),
            ai_canonname: null_mut(),
            ai_next: null_mut(),
        };
        for (name, service) in [(Some(c"name"), Some(c"s")), (None, Some(c"80")), (Some(c"x"), None)] {
            for hints in [None, Some(&hints)] {
                let request: uv_getaddrinfo_t = zeroed();
                keep(&request, Parts { name, service, hints }).unwrap();
                let kept = of(&request);
                assert_eq!((kept.name, kept.service), (name, service));
                assert_eq!(kept.hints.map(|hints| hints.ai_family), hints.map(|_| 7));
                free(&request);
                assert!(of(&request).name.is_none() && of(&request).hints.is_none());
            }
        }
    }
}
