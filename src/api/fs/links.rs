//! Hard and symbolic links, and the paths that they lead to.

use std::ffi::c_char;

use libc::c_int;

use crate::abi::*;
use crate::core::files::parts::{Subject, lend_call};
use crate::core::memory::lend::lend_any_text;
use crate::requests::fs::request::launch;
use crate::sys::errno::to_int;

/// Makes `new_path` another name of the file at `path`.
///
/// Returns 0 or an error; with a callback 0, and the request has the result, or an error, and there is no callback.
/// Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_link>, since 1.0.
///
/// # Safety
/// The paths are C strings. `req` is not under way and stays until its callback; the loop, needed with a
/// callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_link(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    new_path: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and two paths, as documented.
    let (call, path, new_path) =
        unsafe { (lend_call(r#loop, req, cb), lend_any_text(path), lend_any_text(new_path)) };
    to_int(launch(call, UV_FS_LINK, Subject::Paths(path, new_path), |_| Ok(())))
}

/// Makes the symbolic link `new_path`, whose text is `path`. The flags matter on Windows only.
///
/// Results and threads as for [`uv_fs_link`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_symlink>, since 1.0.
///
/// # Safety
/// As for [`uv_fs_link`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_symlink(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    new_path: *const c_char,
    flags: c_int,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and two paths, as documented.
    let (call, path, new_path) =
        unsafe { (lend_call(r#loop, req, cb), lend_any_text(path), lend_any_text(new_path)) };
    to_int(launch(call, UV_FS_SYMLINK, Subject::Paths(path, new_path), |request| {
        request.flags.set(flags);
        Ok(())
    }))
}

/// Reads the text of a symbolic link into `req.ptr`, a C string until uv_fs_req_cleanup.
///
/// Results and threads as for [`uv_fs_link`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_readlink>, since 1.0.
///
/// # Safety
/// As for [`uv_fs_link`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_readlink(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_READLINK, Subject::Path(path), |_| Ok(())))
}

/// Puts the absolute path of a file, without links, dots and double slashes, into `req.ptr`: a C
/// string until uv_fs_req_cleanup.
///
/// Results and threads as for [`uv_fs_link`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_realpath>, since 1.8.
///
/// # Safety
/// As for [`uv_fs_link`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_realpath(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_REALPATH, Subject::Path(path), |_| Ok(())))
}
