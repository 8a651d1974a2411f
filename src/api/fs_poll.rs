//! Watching a path by asking about it again and again. <https://docs.libuv.org/en/v1.x/fs_poll.html>

use std::ffi::c_char;

use libc::{c_int, c_uint, size_t};

use crate::abi::{uv_fs_poll_cb, uv_fs_poll_t, uv_loop_t};
use crate::core::memory::lend::{lend, lend_any_text};
use crate::core::memory::out_text::lend_out_text;
use crate::handles::fs_poll;
use crate::sys::errno::to_status;

/// Initialises the handle. Returns 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs_poll.html#c.uv_fs_poll_init>, since 1.0.
///
/// # Safety
/// The loop is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_poll_init(r#loop: *mut uv_loop_t, handle: *mut uv_fs_poll_t) -> c_int {
    // SAFETY: an initialised loop, and memory for a handle until its close callback, as documented.
    let (r#loop, handle) = unsafe { (lend(r#loop), lend(handle)) };
    fs_poll::init(r#loop, handle);
    0
}

/// Asks about `path` every `interval` milliseconds (0 counts as 1) and calls `cb` for each change. An
/// error is told once, until another comes or the path is there again.
///
/// Returns 0, also if the handle is active already; `UV_EINVAL` if it is closing; `UV_ENOMEM`, `UV_EAGAIN` where there
/// can be no thread. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs_poll.html#c.uv_fs_poll_start>, since 1.0.
///
/// # Safety
/// `handle` is initialised and its close callback has not run; `path` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_poll_start(
    handle: *mut uv_fs_poll_t,
    cb: uv_fs_poll_cb,
    path: *const c_char,
    interval: c_uint,
) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, and a C string, as documented.
    let (handle, path) = unsafe { (lend(handle), lend_any_text(path)) };
    to_status(fs_poll::start(handle, cb, path, interval))
}

/// Stops asking; the callback is not called any more. Returns 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs_poll.html#c.uv_fs_poll_stop>, since 1.0.
///
/// # Safety
/// `handle` is initialised and its close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_poll_stop(handle: *mut uv_fs_poll_t) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    fs_poll::stop(unsafe { lend(handle) });
    0
}

/// Copies the path that is asked about and sets `size` to its length.
///
/// Returns 0, `UV_EINVAL` if the handle is not active or there is no room at all, `UV_ENOBUFS` with
/// the size needed if there is too little. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs_poll.html#c.uv_fs_poll_getpath>, since 1.0.
///
/// # Safety
/// `handle` is initialised; `buffer` has `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_poll_getpath(
    handle: *mut uv_fs_poll_t,
    buffer: *mut c_char,
    size: *mut size_t,
) -> c_int {
    // SAFETY: an initialised handle, and a buffer of the size that stands at `size`, as documented.
    let (handle, to) = unsafe { (lend(handle), lend_out_text(buffer, size)) };
    to_status(to.and_then(|to| fs_poll::give_path(handle, to)))
}
