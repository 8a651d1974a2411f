//! Directories that are read as a whole. The request's field `nbufs` counts what was handed out.

#![forbid(unsafe_code)]

use std::ffi::CStr;

use libc::{c_int, ssize_t};

use crate::abi::*;
use crate::core::files::listing::Listing;
use crate::core::files::results;
use crate::sys::errno::{Errno, UvResult};

/// Reads the directory; returns the number of entries.
pub(super) fn scan(request: &uv_fs_t, path: &CStr) -> UvResult<ssize_t> {
    let listing = Listing::of(path)?;
    let count = listing.len();
    request.nbufs.set(0);
    if count > 0 {
        results::put_listing(request, listing)?;
    }
    Ok(count as ssize_t)
}

/// The next entry of what was read.
pub(crate) fn next(request: &uv_fs_t) -> UvResult<uv_dirent_t> {
    if request.result.get() < 0 {
        return Err(Errno::from_code(request.result.get() as c_int));
    }
    let index = request.nbufs.get();
    match results::listing(request).and_then(|listing| listing.get(index as usize)) {
        Some(entry) => {
            request.nbufs.set(index + 1);
            Ok(entry)
        }
        None => {
            results::drop_listing(request);
            Err(Errno::EOF)
        }
    }
}
