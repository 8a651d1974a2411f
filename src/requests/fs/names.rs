//! Making names that are new.

#![forbid(unsafe_code)]

use libc::c_int;

use crate::abi::uv_fs_t;
use crate::core::files::parts::with_template;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fs::path;

pub(super) fn mkdtemp(request: &uv_fs_t) -> UvResult {
    with_template(request, path::mkdtemp)
}

/// Makes a temporary file and returns its descriptor, the program's from here on. If that fails the
/// template becomes empty.
pub(super) fn mkstemp(request: &uv_fs_t) -> UvResult<c_int> {
    with_template(request, |template| {
        let fits = template.ends_with(b"XXXXXX\0");
        let made = if fits { path::mkstemp(template) } else { Err(Errno::EINVAL) };
        match template.first_mut() {
            Some(first) if made.is_err() => *first = 0,
            _ => {}
        }
        Ok(made?.into_raw())
    })
}
