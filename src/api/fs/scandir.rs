//! Directories that are read as a whole, sorted by name.

use std::ffi::c_char;

use libc::c_int;

use crate::abi::*;
use crate::core::files::parts::{Subject, lend_call};
use crate::core::memory::lend::{lend, lend_any_text};
use crate::core::memory::out::lend_out;
use crate::requests::fs::request::launch;
use crate::requests::fs::scandir;
use crate::sys::errno::{to_int, to_status};

/// Reads a whole directory, for [`uv_fs_scandir_next`]. The flags are not used.
///
/// Returns the number of entries or an error; with a callback 0, and the request has the result, or an error, and
/// there is no callback. Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_scandir>, since 1.0.
///
/// # Safety
/// `path` is a C string. `req` is not under way and stays until its callback; the loop, needed with a
/// callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_scandir(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    flags: c_int,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and a path, as documented.
    let (call, path) = unsafe { (lend_call(r#loop, req, cb), lend_any_text(path)) };
    to_int(launch(call, UV_FS_SCANDIR, Subject::Path(path), |request| {
        request.flags.set(flags);
        Ok(())
    }))
}

/// The next entry of a directory that was read; the names come sorted. `ent.name` is valid until the
/// next call.
///
/// Returns 0, `UV_EOF` at the end, or the error that reading ended with. Any thread that may use the
/// request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_scandir_next>, since 1.0.
///
/// # Safety
/// `req` was given to [`uv_fs_scandir`] and is done; `ent` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_scandir_next(req: *mut uv_fs_t, ent: *mut uv_dirent_t) -> c_int {
    // SAFETY: a request that is done, and room for an entry, as documented.
    let (request, room) = unsafe { (lend(req), lend_out(ent)) };
    to_status(scandir::next(request).map(|entry| room.set(entry)))
}
