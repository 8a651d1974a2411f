//! What is known of a file or of its file system.

#![forbid(unsafe_code)]

use std::ffi::CStr;

use crate::abi::*;
use crate::core::files::parts::Parts;
use crate::core::files::results;
use crate::sys::errno::UvResult;
use crate::sys::fs::stat::{self, Freshness, Mount, Target};

/// The file that a stat request is about.
pub(super) fn target<'a>(request: &uv_fs_t, parts: Parts<'a>) -> Target<'a> {
    match request.fs_type.get() {
        UV_FS_FSTAT => Target::Descriptor(request.file.get()),
        UV_FS_LSTAT => Target::Link(parts.path()),
        _ => Target::Path(parts.path()),
    }
}

/// Asks about it, and leaves the answer in the request; returns where it is.
pub(super) fn stat(request: &uv_fs_t, target: Target) -> UvResult<Option<Mount>> {
    let found = stat::stat(target, Freshness::Default);
    let status = found.as_ref().map_err(|error| *error)?; // where it is: it is long
    results::put_stat(request, &status.stat);
    Ok(status.mount)
}

pub(super) fn statfs(request: &uv_fs_t, path: &CStr) -> UvResult {
    let from = stat::file_system(path)?;
    let statfs = uv_statfs_t {
        f_type: stat::magic_number(&from).into(),
        f_bsize: from.f_bsize as u64,
        f_blocks: from.f_blocks,
        f_bfree: from.f_bfree,
        f_bavail: from.f_bavail,
        f_files: from.f_files,
        f_ffree: from.f_ffree,
        f_frsize: from.f_frsize as u64,
        f_spare: [0; 3],
    };
    results::put_statfs(request, statfs)
}
