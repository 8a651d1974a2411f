//! Permissions and owners.

use std::ffi::c_char;

use libc::{c_int, mode_t};

use super::request::{Subject, launch};
use crate::abi::*;
use crate::sys::errno::to_int;

/// Asks whether the process may use the file at `path` as `mode` says (`F_OK`, `R_OK` ...).
///
/// Returns 0 or an error; with a callback 0, and the request has the result. Loop thread only with a
/// callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_access>.
///
/// # Safety
/// `path` is a C string. `req` is not under way and stays until its callback; the loop, needed with a
/// callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_access(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    mode: c_int,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_ACCESS, cb, Subject::Path(path), |req| (*req).flags = mode) })
}

/// Sets the permissions of the file at `path`.
///
/// Results and threads as for [`uv_fs_access`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_chmod>.
///
/// # Safety
/// As for [`uv_fs_access`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_chmod(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    mode: c_int,
    cb: uv_fs_cb,
) -> c_int {
    let mode = mode as mode_t;
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_CHMOD, cb, Subject::Path(path), |req| (*req).mode = mode) })
}

/// Sets the permissions of an open file.
///
/// Results and threads as for [`uv_fs_access`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_fchmod>.
///
/// # Safety
/// As for [`uv_fs_access`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_fchmod(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    mode: c_int,
    cb: uv_fs_cb,
) -> c_int {
    let mode = mode as mode_t;
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_FCHMOD, cb, Subject::File(file), |req| (*req).mode = mode) })
}

/// Sets the owner in a request.
fn owner(uid: uv_uid_t, gid: uv_gid_t) -> impl FnOnce(*mut uv_fs_t) {
    move |req| {
        // SAFETY: only used on requests that are set up.
        unsafe {
            (*req).uid = uid;
            (*req).gid = gid;
        }
    }
}

/// Sets the owner and the group of the file at `path`; -1 leaves one as it is.
///
/// Results and threads as for [`uv_fs_access`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_chown>.
///
/// # Safety
/// As for [`uv_fs_access`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_chown(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    uid: uv_uid_t,
    gid: uv_gid_t,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_CHOWN, cb, Subject::Path(path), owner(uid, gid)) })
}

/// As [`uv_fs_chown`], on a symbolic link itself.
///
/// Results and threads as for [`uv_fs_access`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_lchown>.
///
/// # Safety
/// As for [`uv_fs_access`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_lchown(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    uid: uv_uid_t,
    gid: uv_gid_t,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_LCHOWN, cb, Subject::Path(path), owner(uid, gid)) })
}

/// As [`uv_fs_chown`], on an open file.
///
/// Results and threads as for [`uv_fs_access`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_fchown>.
///
/// # Safety
/// As for [`uv_fs_access`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_fchown(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    uid: uv_uid_t,
    gid: uv_gid_t,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_FCHOWN, cb, Subject::File(file), owner(uid, gid)) })
}
