//! Directories that are read piece by piece.

use std::ffi::c_char;

use libc::c_int;

use crate::abi::*;
use crate::core::files::parts::{Subject, lend_call};
use crate::core::memory::lend::{lend_any, lend_any_text};
use crate::requests::fs::dir;
use crate::requests::fs::request::launch;
use crate::sys::errno::to_int;

/// Opens a directory for [`uv_fs_readdir`]: a `uv_dir_t` at `req.ptr`, which stays until
/// [`uv_fs_closedir`].
///
/// Returns 0 or an error; with a callback 0, and the request has the result, or an error, and there is no callback.
/// Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_opendir>, since 1.28.
///
/// # Safety
/// `path` is a C string. `req` is not under way and stays until its callback; the loop, needed with a
/// callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_opendir(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_OPENDIR, Subject::Path(path), |_| Ok(())))
}

/// Reads the next entries into `dir.dirents`, up to `dir.nentries` of them. The names in them stay
/// until uv_fs_req_cleanup.
///
/// Returns the number of entries (0 at the end), `UV_EINVAL` without a directory or room, or another error; with a
/// callback 0, and the request has the result, or an error, and there is no callback. Threads as for
/// [`uv_fs_opendir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_readdir>, since 1.28.
///
/// # Safety
/// As for [`uv_fs_opendir`]; `dir` is null or came from it, and nothing else uses it meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_readdir(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    dir: *mut uv_dir_t,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a directory that is open, as documented.
    let (call, open) = unsafe { (lend_call(r#loop, req, cb), lend_any(dir)) };
    to_int(launch(call, UV_FS_READDIR, Subject::None, |request| dir::set_readable(request, open)))
}

/// Closes a directory and frees `dir`.
///
/// Returns 0 or, without a directory, `UV_EINVAL`; with a callback 0, or an error, and there is no callback.
/// Threads as for [`uv_fs_opendir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_closedir>, since 1.28.
///
/// # Safety
/// As for [`uv_fs_readdir`]; `dir` is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_closedir(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    dir: *mut uv_dir_t,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a directory that is open, as documented.
    let (call, open) = unsafe { (lend_call(r#loop, req, cb), lend_any(dir)) };
    to_int(launch(call, UV_FS_CLOSEDIR, Subject::None, |request| dir::set(request, open)))
}
