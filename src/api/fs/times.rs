//! Setting access and modification times.

use std::ffi::c_char;

use libc::c_int;

use crate::abi::*;
use crate::core::files::parts::{Subject, lend_call};
use crate::core::memory::lend::lend_any_text;
use crate::requests::fs::request::launch;
use crate::sys::errno::to_int;

/// Sets the access and modification times of the file at `path`, in seconds since the epoch;
/// `UV_FS_UTIME_NOW` and `UV_FS_UTIME_OMIT` have their meaning.
///
/// Returns 0 or an error; with a callback 0, and the request has the result, or an error, and there is no callback.
/// Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_utime>, since 1.0.
///
/// # Safety
/// `path` is a C string. `req` is not under way and stays until its callback; the loop, needed with a
/// callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_utime(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    atime: f64,
    mtime: f64,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_UTIME, Subject::Path(path), |request| {
        request.atime.set(atime);
        request.mtime.set(mtime);
        Ok(())
    }))
}

/// As [`uv_fs_utime`], on a symbolic link itself.
///
/// Results and threads as for [`uv_fs_utime`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_lutime>, since 1.36.
///
/// # Safety
/// As for [`uv_fs_utime`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_lutime(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    atime: f64,
    mtime: f64,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_LUTIME, Subject::Path(path), |request| {
        request.atime.set(atime);
        request.mtime.set(mtime);
        Ok(())
    }))
}

/// As [`uv_fs_utime`], on an open file.
///
/// Results and threads as for [`uv_fs_utime`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_futime>, since 1.0.
///
/// # Safety
/// As for [`uv_fs_utime`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_futime(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    atime: f64,
    mtime: f64,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop and a request that is not under way, as documented.
    let call = unsafe { lend_call(r#loop, req, cb) };
    to_int(launch(call, UV_FS_FUTIME, Subject::File(file), |request| {
        request.atime.set(atime);
        request.mtime.set(mtime);
        Ok(())
    }))
}
