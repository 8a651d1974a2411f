//! Opening, closing, flushing and cutting files.

use std::ffi::c_char;

use libc::{c_int, mode_t};

use super::request::{Subject, launch};
use crate::abi::*;
use crate::sys::errno::to_int;

/// Opens a file with flags such as `UV_FS_O_RDONLY`; `mode` is for one that is made. The descriptor is
/// not inherited by child processes.
///
/// Returns the descriptor or an error; with a callback 0, and the request has the result. Loop thread only with a
/// callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_open>.
///
/// # Safety
/// `path` is a C string. `req` is not under way and stays until its callback; the loop, needed with a
/// callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_open(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    flags: c_int,
    mode: c_int,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe {
        launch(r#loop, req, UV_FS_OPEN, cb, Subject::Path(path), |req| {
            (*req).flags = flags;
            (*req).mode = mode as mode_t;
        })
    })
}

/// Closes a descriptor. An interruption by a signal is no error: the descriptor is closed.
///
/// Results and threads as for [`uv_fs_open`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_close>.
///
/// # Safety
/// As for [`uv_fs_open`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_close(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_CLOSE, cb, Subject::File(file), |_| ()) })
}

/// Waits until the file is on its device.
///
/// Results and threads as for [`uv_fs_open`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_fsync>.
///
/// # Safety
/// As for [`uv_fs_open`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_fsync(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_FSYNC, cb, Subject::File(file), |_| ()) })
}

/// Waits until the file's data, and what is needed to find it, are on its device.
///
/// Results and threads as for [`uv_fs_open`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_fdatasync>.
///
/// # Safety
/// As for [`uv_fs_open`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_fdatasync(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_FDATASYNC, cb, Subject::File(file), |_| ()) })
}

/// Cuts an open file, or extends it with zeroes, to `offset` bytes.
///
/// Results and threads as for [`uv_fs_open`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_ftruncate>.
///
/// # Safety
/// As for [`uv_fs_open`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_ftruncate(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    offset: i64,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe {
        launch(r#loop, req, UV_FS_FTRUNCATE, cb, Subject::File(file), |req| (*req).off = offset)
    })
}
