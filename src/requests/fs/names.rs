//! Making, moving and removing names: directories, temporary files, rename, unlink.

use std::ffi::{CStr, c_char};

use libc::{c_int, mode_t};

use super::request::{Subject, launch};
use crate::abi::*;
use crate::sys::errno::{Errno, UvResult, to_int};
use crate::sys::fs::path;

/// Makes a temporary file and returns its descriptor. If that fails the template becomes empty.
///
/// # Safety
/// `template` is a C string that may be written.
pub(super) unsafe fn mkstemp(template: *mut c_char) -> UvResult<c_int> {
    // SAFETY: the caller's promise.
    unsafe {
        let fits = CStr::from_ptr(template).to_bytes().ends_with(b"XXXXXX");
        let made = if fits { path::mkstemp(template) } else { Err(Errno::EINVAL) };
        if made.is_err() {
            template.write(0);
        }
        made
    }
}

/// Makes a directory with these permissions, which the umask may take from.
///
/// Returns 0 or an error; with a callback 0, and the request has the result. Loop thread only with a
/// callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_mkdir>.
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
    // SAFETY: our caller's promise.
    to_int(unsafe {
        launch(r#loop, req, UV_FS_MKDIR, cb, Subject::Path(path), |req| (*req).mode = mode as mode_t)
    })
}

/// Removes an empty directory.
///
/// Results and threads as for [`uv_fs_mkdir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_rmdir>.
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
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_RMDIR, cb, Subject::Path(path), |_| ()) })
}

/// Makes a directory of mode 0700 with a new name: `tpl` ends with `XXXXXX`, which is replaced. The name
/// is in `req.path` until uv_fs_req_cleanup; `tpl` itself is not changed.
///
/// Results and threads as for [`uv_fs_mkdir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_mkdtemp>.
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
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_MKDTEMP, cb, Subject::Template(tpl), |_| ()) })
}

/// As [`uv_fs_mkdtemp`], for a file of mode 0600. The result is its descriptor, open for reading and
/// writing; after an error `req.path` is empty.
///
/// Results and threads as for [`uv_fs_mkdir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_mkstemp>.
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
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_MKSTEMP, cb, Subject::Template(tpl), |_| ()) })
}

/// Gives the file at `path` the name `new_path`, in the place of what may be there.
///
/// Results and threads as for [`uv_fs_mkdir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_rename>.
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
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_RENAME, cb, Subject::Paths(path, new_path), |_| ()) })
}

/// Removes a name that is not a directory's.
///
/// Results and threads as for [`uv_fs_mkdir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_unlink>.
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
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_UNLINK, cb, Subject::Path(path), |_| ()) })
}
