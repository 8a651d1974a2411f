//! Reading and writing, with any number of buffers.

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::files::buffers::lend_buffers;
use crate::core::files::parts::lend_call;
use crate::requests::fs::request::transfer;
use crate::sys::errno::to_int;

/// Reads into buffers, at `offset` or, if that is negative, at the file's position. It may read less
/// than there is room for, in any case no more than one call of the system does.
///
/// Returns the number of bytes (0 at the end), `UV_EINVAL` without buffers, or another error; with a callback 0,
/// and the request has the result, or an error, and there is no callback. Loop thread only with a callback, else
/// any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_read>, since 1.0.
///
/// # Safety
/// `bufs` is null or has `nbufs` buffers, which stay until the callback. `req` is not under way and
/// stays as long; the loop, needed with a callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_read(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    offset: i64,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and buffers, as documented.
    let (call, buffers) = unsafe { (lend_call(r#loop, req, cb), lend_buffers(bufs, nbufs)) };
    to_int(transfer(call, UV_FS_READ, file, buffers, offset))
}

/// Writes all buffers, at `offset` or, if that is negative, at the file's position.
///
/// Returns the number of bytes, which is less only if an error came in between; `UV_EINVAL` without buffers or for
/// more than 2 GiB; or another error. With a callback 0, and the request has the result, or an error, and there is
/// no callback. Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_write>, since 1.0.
///
/// # Safety
/// As for [`uv_fs_read`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_write(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    offset: i64,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: a loop, a request that is not under way and buffers, as documented.
    let (call, buffers) = unsafe { (lend_call(r#loop, req, cb), lend_buffers(bufs, nbufs)) };
    to_int(transfer(call, UV_FS_WRITE, file, buffers, offset))
}
