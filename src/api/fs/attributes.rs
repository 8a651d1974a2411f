//! Permissions and owners.

use std::ffi::c_char;

use libc::{c_int, mode_t};

use crate::abi::*;
use crate::core::files::parts::{Subject, lend_call};
use crate::core::memory::lend::lend_any_text;
use crate::requests::fs::request::launch;
use crate::sys::errno::to_int;

/// Asks whether the process may use the file at `path` as `mode` says (`F_OK`, `R_OK` ...).
///
/// Returns 0 or an error; with a callback 0, and the request has the result, or an error, and there is no callback.
/// Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_access>, since 1.0.
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
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_ACCESS, Subject::Path(path), |request| {
        request.flags.set(mode);
        Ok(())
    }))
}

/// Sets the permissions of the file at `path`.
///
/// Results and threads as for [`uv_fs_access`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_chmod>, since 1.0.
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
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_CHMOD, Subject::Path(path), |request| {
        request.mode.set(mode as mode_t);
        Ok(())
    }))
}

/// Sets the permissions of an open file.
///
/// Results and threads as for [`uv_fs_access`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_fchmod>, since 1.0.
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
    // SAFETY: a loop and a request that is not under way, as documented.
    let call = unsafe { lend_call(r#loop, req, cb) };
    to_int(launch(call, UV_FS_FCHMOD, Subject::File(file), |request| {
        request.mode.set(mode as mode_t);
        Ok(())
    }))
}

/// Sets the owner and the group of the file at `path`; -1 leaves one as it is.
///
/// Results and threads as for [`uv_fs_access`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_chown>, since 1.0.
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
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_CHOWN, Subject::Path(path), |request| {
        request.uid.set(uid);
        request.gid.set(gid);
        Ok(())
    }))
}

/// As [`uv_fs_chown`], on a symbolic link itself.
///
/// Results and threads as for [`uv_fs_access`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_lchown>, since 1.21.
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
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_LCHOWN, Subject::Path(path), |request| {
        request.uid.set(uid);
        request.gid.set(gid);
        Ok(())
    }))
}

/// As [`uv_fs_chown`], on an open file.
///
/// Results and threads as for [`uv_fs_access`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_fchown>, since 1.0.
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
    // SAFETY: a loop and a request that is not under way, as documented.
    let call = unsafe { lend_call(r#loop, req, cb) };
    to_int(launch(call, UV_FS_FCHOWN, Subject::File(file), |request| {
        request.uid.set(uid);
        request.gid.set(gid);
        Ok(())
    }))
}
