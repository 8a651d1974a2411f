//! Copying from descriptor to descriptor.

use libc::{c_int, size_t};

use crate::abi::*;
use crate::core::files::buffers;
use crate::core::files::parts::{Subject, lend_call};
use crate::requests::fs::request::launch;
use crate::sys::errno::to_int;

/// Sends `length` bytes of `in_fd`, from `in_offset` on, to `out_fd`, at its position.
///
/// Returns the number of bytes sent, `UV_EINVAL` if `length` is more than one call can move, or another error; with
/// a callback 0, and the request has the result, or an error, and there is no callback. Loop thread only with a
/// callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_sendfile>, since 1.0.
///
/// # Safety
/// `req` is not under way and stays until its callback; the loop, needed with a callback, is
/// initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_sendfile(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    out_fd: uv_file,
    in_fd: uv_file,
    in_offset: i64,
    length: size_t,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop and a request that is not under way, as documented.
    let call = unsafe { lend_call(r#loop, req, cb) };
    to_int(launch(call, UV_FS_SENDFILE, Subject::File(out_fd), |request| {
        request.flags.set(in_fd);
        request.off.set(in_offset);
        buffers::set_length(request, length)
    }))
}
