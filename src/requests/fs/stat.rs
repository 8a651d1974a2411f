//! What is known of a file or of its file system.

use std::ffi::{CStr, c_char};

use libc::{c_int, c_void};

use super::inline;
use super::request::{Subject, launch};
use crate::abi::*;
use crate::core::alloc;
use crate::sys::errno::{UvResult, to_int};
use crate::sys::fs::stat::{self, Freshness, Status, Target};

/// The file that a stat request is about.
///
/// # Safety
/// `req` was set up by one of the stat functions; its path stays unchanged meanwhile.
pub(super) unsafe fn target<'a>(req: *const uv_fs_t) -> Target<'a> {
    // SAFETY: the caller's promise.
    unsafe {
        match (*req).fs_type {
            UV_FS_FSTAT => Target::Descriptor((*req).file),
            UV_FS_LSTAT => Target::Link(CStr::from_ptr((*req).path)),
            _ => Target::Path(CStr::from_ptr((*req).path)),
        }
    }
}

/// Puts an answer into the request.
///
/// # Safety
/// `req` was set up.
pub(super) unsafe fn store(req: *mut uv_fs_t, status: &Status) {
    // SAFETY: the caller's promise.
    unsafe {
        (*req).statbuf = status.stat;
        (*req).ptr = (&raw mut (*req).statbuf).cast();
    }
}

/// # Safety
/// As for [`target`].
pub(super) unsafe fn stat(req: *mut uv_fs_t) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        let target = target(req);
        let status = stat::stat(target, Freshness::Default)?;
        store(req, &status);
        if (*req).cb.is_some() {
            inline::learn(target, status.mount);
        }
    }
    Ok(())
}

/// # Safety
/// `req` was set up by [`uv_fs_statfs`].
pub(super) unsafe fn statfs(req: *mut uv_fs_t) -> UvResult {
    // SAFETY: the caller's promise.
    let from = stat::file_system(unsafe { CStr::from_ptr((*req).path) })?;
    let made = alloc::new(uv_statfs_t {
        f_type: stat::magic_number(&from).into(),
        f_bsize: from.f_bsize as u64,
        f_blocks: from.f_blocks,
        f_bfree: from.f_bfree,
        f_bavail: from.f_bavail,
        f_files: from.f_files,
        f_ffree: from.f_ffree,
        f_frsize: from.f_frsize as u64,
        f_spare: [0; 3],
    })?;
    // SAFETY: the caller's promise.
    unsafe { (*req).ptr = made.cast::<c_void>() };
    Ok(())
}

/// Asks about the file at `path`. The answer is in `req.statbuf`, to which `req.ptr` points.
///
/// Returns 0 or an error; with a callback 0, and the request has the result. Loop thread only with a
/// callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_stat>.
///
/// # Safety
/// `path` is a C string. `req` is not under way and stays until its callback; the loop, needed with a
/// callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_stat(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_STAT, cb, Subject::Path(path), |_| ()) })
}

/// As [`uv_fs_stat`]; at a symbolic link it asks about the link.
///
/// Results and threads as for [`uv_fs_stat`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_lstat>.
///
/// # Safety
/// As for [`uv_fs_stat`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_lstat(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_LSTAT, cb, Subject::Path(path), |_| ()) })
}

/// As [`uv_fs_stat`], on an open file.
///
/// Results and threads as for [`uv_fs_stat`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_fstat>.
///
/// # Safety
/// As for [`uv_fs_stat`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_fstat(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_FSTAT, cb, Subject::File(file), |_| ()) })
}

/// Asks about the file system that holds `path`. The answer is a `uv_statfs_t` at `req.ptr`, until
/// uv_fs_req_cleanup.
///
/// Results and threads as for [`uv_fs_stat`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_statfs>.
///
/// # Safety
/// As for [`uv_fs_stat`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_statfs(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_STATFS, cb, Subject::Path(path), |_| ()) })
}
