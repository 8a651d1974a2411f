//! Making, moving and removing names: directories, temporary files, rename, unlink.

use std::ffi::c_char;

use libc::{c_int, mode_t};

use crate::abi::*;
use crate::core::files::parts::{Subject, lend_call};
use crate::core::memory::lend::lend_any_text;
use crate::requests::fs::request::launch;
use crate::sys::errno::to_int;

/// Makes a directory with these permissions, which the umask may take from.
///
/// Returns 0 or an error; with a callback 0, and the request has the result, or an error, and there is no callback.
/// Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_mkdir>, since 1.0.
///
/// # Safety
/// `path` is a C string. `req` is not under way and stays until its callback; the loop, needed with a
/// callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_mkdir(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    mode: c_int,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_MKDIR, Subject::Path(path), |request| {
        request.mode.set(mode as mode_t);
        Ok(())
    }))
}

/// Removes an empty directory.
///
/// Results and threads as for [`uv_fs_mkdir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_rmdir>, since 1.0.
///
/// # Safety
/// As for [`uv_fs_mkdir`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_rmdir(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_RMDIR, Subject::Path(path), |_| Ok(())))
}

/// Makes a directory of mode 0700 with a new name: `tpl` ends with `XXXXXX`, which is replaced. The name
/// is in `req.path` until uv_fs_req_cleanup; `tpl` itself is not changed.
///
/// Results and threads as for [`uv_fs_mkdir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_mkdtemp>, since 1.0.
///
/// # Safety
/// As for [`uv_fs_mkdir`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_mkdtemp(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    tpl: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, tpl) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(tpl)) };
    to_int(launch(call, UV_FS_MKDTEMP, Subject::Template(tpl), |_| Ok(())))
}

/// As [`uv_fs_mkdtemp`], for a file of mode 0600. The result is its descriptor, open for reading and
/// writing; after an error `req.path` is empty.
///
/// Results and threads as for [`uv_fs_mkdir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_mkstemp>, since 1.34.
///
/// # Safety
/// As for [`uv_fs_mkdir`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_mkstemp(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    tpl: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, tpl) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(tpl)) };
    to_int(launch(call, UV_FS_MKSTEMP, Subject::Template(tpl), |_| Ok(())))
}

/// Gives the file at `path` the name `new_path`, in the place of what may be there.
///
/// Results and threads as for [`uv_fs_mkdir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_rename>, since 1.0.
///
/// # Safety
/// As for [`uv_fs_mkdir`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_rename(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    new_path: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and two paths, as documented.
    let (call, path, new_path) =
        unsafe { (lend_call(r#loop, req, cb), lend_any_text(path), lend_any_text(new_path)) };
    to_int(launch(call, UV_FS_RENAME, Subject::Paths(path, new_path), |_| Ok(())))
}

/// Removes a name that is not a directory's.
///
/// Results and threads as for [`uv_fs_mkdir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_unlink>, since 1.0.
///
/// # Safety
/// As for [`uv_fs_mkdir`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_unlink(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_UNLINK, Subject::Path(path), |_| Ok(())))
}
