//! Copying a file with its permissions, owner and times.

use std::ffi::c_char;

use libc::c_int;

use crate::abi::*;
use crate::core::files::parts::{Subject, lend_call};
use crate::core::memory::lend::lend_any_text;
use crate::requests::fs::copyfile;
use crate::requests::fs::request::launch;
use crate::sys::errno::{Errno, to_int};

/// Copies a file. `UV_FS_COPYFILE_EXCL` fails if `new_path` exists, `UV_FS_COPYFILE_FICLONE` tries to
/// share the data, `UV_FS_COPYFILE_FICLONE_FORCE` fails where that cannot be done.
///
/// Returns 0, `UV_EINVAL` for other flags, or another error; with a callback 0, and the request has the result, or
/// an error, and there is no callback. Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_copyfile>, since 1.14.
///
/// # Safety
/// The paths are C strings. `req` is not under way and stays until its callback; the loop, needed
/// with a callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_copyfile(
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
    to_int(launch(call, UV_FS_COPYFILE, Subject::Paths(path, new_path), |request| {
        request.flags.set(flags);
        if copyfile::knows(flags) { Ok(()) } else { Err(Errno::EINVAL) }
    }))
}
