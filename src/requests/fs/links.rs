//! The paths that links lead to.

#![forbid(unsafe_code)]

use std::ffi::CStr;

use crate::abi::uv_fs_t;
use crate::core::files::results;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fs::path;

/// Longer than the text of any link, which Linux limits to a page.
const LONGEST_LINK: usize = 4096;

pub(super) fn readlink(request: &uv_fs_t, path: &CStr) -> UvResult {
    // Not on the stack, of which callers may have little.
    let mut text = Vec::<u8>::new();
    text.try_reserve_exact(LONGEST_LINK).map_err(|_| Errno::ENOMEM)?;
    text.resize(LONGEST_LINK, 0);
    let length = path::readlink(path, &mut text)?;
    results::put_text(request, text.get(..length).unwrap_or(&text))
}

pub(super) fn realpath(request: &uv_fs_t, path: &CStr) -> UvResult {
    results::put_text(request, path::realpath(path)?.as_c_str().to_bytes())
}
