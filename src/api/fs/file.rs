//! Opening, closing, flushing and cutting files.

use std::ffi::c_char;

use libc::{c_int, mode_t};

use crate::abi::*;
use crate::core::files::parts::{Subject, lend_call};
use crate::core::memory::lend::lend_any_text;
use crate::requests::fs::request::launch;
use crate::sys::errno::to_int;

/// Opens a file with flags such as `UV_FS_O_RDONLY`; `mode` is for one that is made. The descriptor is
/// not inherited by child processes.
///
/// Returns the descriptor or an error; with a callback 0, and the request has the result, or an error, and there is
/// no callback. Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_open>, since 1.0.
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
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_OPEN, Subject::Path(path), |request| {
        request.flags.set(flags);
        request.mode.set(mode as mode_t);
        Ok(())
    }))
}

/// Closes a descriptor. An interruption by a signal is no error: the descriptor is closed.
///
/// Results and threads as for [`uv_fs_open`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_close>, since 1.0.
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
    // SAFETY: a loop and a request that is not under way, as documented.
    let call = unsafe { lend_call(r#loop, req, cb) };
    to_int(launch(call, UV_FS_CLOSE, Subject::File(file), |_| Ok(())))
}

/// Waits until the file is on its device.
///
/// Results and threads as for [`uv_fs_open`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_fsync>, since 1.0.
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
    // SAFETY: a loop and a request that is not under way, as documented.
    let call = unsafe { lend_call(r#loop, req, cb) };
    to_int(launch(call, UV_FS_FSYNC, Subject::File(file), |_| Ok(())))
}

/// Waits until the file's data, and what is needed to find it, are on its device.
///
/// Results and threads as for [`uv_fs_open`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_fdatasync>, since 1.0.
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
    // SAFETY: a loop and a request that is not under way, as documented.
    let call = unsafe { lend_call(r#loop, req, cb) };
    to_int(launch(call, UV_FS_FDATASYNC, Subject::File(file), |_| Ok(())))
}

/// Cuts an open file, or extends it with zeroes, to `offset` bytes.
///
/// Results and threads as for [`uv_fs_open`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_ftruncate>, since 1.0.
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
    // SAFETY: a loop and a request that is not under way, as documented.
    let call = unsafe { lend_call(r#loop, req, cb) };
    to_int(launch(call, UV_FS_FTRUNCATE, Subject::File(file), |request| {
        request.off.set(offset);
        Ok(())
    }))
}
