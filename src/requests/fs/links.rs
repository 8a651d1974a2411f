//! Hard and symbolic links, and the paths that they lead to.

use std::ffi::{CStr, c_char};

use libc::c_int;

use super::request::{Subject, launch};
use crate::abi::*;
use crate::standalone::text::c_string;
use crate::sys::errno::{UvResult, to_int};
use crate::sys::fs::path;

/// Longer than the text of any link, which Linux limits to a page.
const LONGEST_LINK: usize = 4096;

/// # Safety
/// `req` was set up by [`uv_fs_readlink`].
pub(super) unsafe fn readlink(req: *mut uv_fs_t) -> UvResult {
    let mut text = [0; LONGEST_LINK];
    // SAFETY: the caller's promise.
    unsafe {
        let length = path::readlink(CStr::from_ptr((*req).path), &mut text)?;
        (*req).ptr = c_string::copy(text.get(..length).unwrap_or(&text))?.cast();
    }
    Ok(())
}

/// # Safety
/// `req` was set up by [`uv_fs_realpath`].
pub(super) unsafe fn realpath(req: *mut uv_fs_t) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        let resolved = path::realpath(CStr::from_ptr((*req).path))?;
        (*req).ptr = c_string::copy(resolved.as_c_str().to_bytes())?.cast();
    }
    Ok(())
}

/// Makes `new_path` another name of the file at `path`.
///
/// Returns 0 or an error; with a callback 0, and the request has the result. Loop thread only with a
/// callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_link>.
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
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_LINK, cb, Subject::Paths(path, new_path), |_| ()) })
}

/// Makes the symbolic link `new_path`, whose text is `path`. The flags matter on Windows only.
///
/// Results and threads as for [`uv_fs_link`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_symlink>.
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
    // SAFETY: our caller's promise.
    to_int(unsafe {
        launch(r#loop, req, UV_FS_SYMLINK, cb, Subject::Paths(path, new_path), |req| (*req).flags = flags)
    })
}

/// Reads the text of a symbolic link into `req.ptr`, a C string until uv_fs_req_cleanup.
///
/// Results and threads as for [`uv_fs_link`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_readlink>.
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
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_READLINK, cb, Subject::Path(path), |_| ()) })
}

/// Puts the absolute path of a file, without links, dots and double slashes, into `req.ptr`: a C
/// string until uv_fs_req_cleanup.
///
/// Results and threads as for [`uv_fs_link`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_realpath>.
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
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_REALPATH, cb, Subject::Path(path), |_| ()) })
}
