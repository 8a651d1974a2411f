//! What is known of a file or of its file system.

use std::ffi::c_char;

use libc::c_int;

use crate::abi::*;
use crate::core::files::parts::{Subject, lend_call};
use crate::core::memory::lend::lend_any_text;
use crate::requests::fs::request::launch;
use crate::sys::errno::to_int;

/// Asks about the file at `path`. The answer is in `req.statbuf`, to which `req.ptr` points.
///
/// Returns 0 or an error; with a callback 0, and the request has the result, or an error, and there is no callback.
/// Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_stat>, since 1.0.
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
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_STAT, Subject::Path(path), |_| Ok(())))
}

/// As [`uv_fs_stat`]; at a symbolic link it asks about the link.
///
/// Results and threads as for [`uv_fs_stat`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_lstat>, since 1.0.
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
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_LSTAT, Subject::Path(path), |_| Ok(())))
}

/// As [`uv_fs_stat`], on an open file.
///
/// Results and threads as for [`uv_fs_stat`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_fstat>, since 1.0.
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
    // SAFETY: a loop and a request that is not under way, as documented.
    let call = unsafe { lend_call(r#loop, req, cb) };
    to_int(launch(call, UV_FS_FSTAT, Subject::File(file), |_| Ok(())))
}

/// Asks about the file system that holds `path`. The answer is a `uv_statfs_t` at `req.ptr`, until
/// uv_fs_req_cleanup.
///
/// Results and threads as for [`uv_fs_stat`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_statfs>, since 1.31.
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
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_STATFS, Subject::Path(path), |_| Ok(())))
}
