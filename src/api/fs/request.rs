//! What a request tells, and freeing what it holds.

use std::ffi::c_char;

use libc::{c_int, c_void, ssize_t};

use crate::abi::*;
use crate::core::files::results;
use crate::core::memory::lend::{lend, lend_any};

/// Frees what the request holds; its result stays. Needed after every operation, also one without a callback.
/// Null is allowed. Cannot fail. Any thread that may use the request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_req_cleanup>, since 1.0.
///
/// # Safety
/// `req` is null, or was given to a function of this group and is not under way.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_req_cleanup(req: *mut uv_fs_t) {
    // SAFETY: null, or a request that is not under way and was set up, as documented.
    if let Some(request) = unsafe { lend_any(req) } {
        results::cleanup(request);
    }
}

/// The kind of operation. Cannot fail. Any thread that may use the request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_get_type>, since 1.19.
///
/// # Safety
/// `req` was given to a function of this group.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_get_type(req: *const uv_fs_t) -> uv_fs_type {
    // SAFETY: a request that was set up, as documented.
    let request = unsafe { lend(req) };
    request.fs_type.get()
}

/// The result of the operation. Returns a negative number for an error, else 0, a count, or a descriptor. Any
/// thread that may use the request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_get_result>, since 1.19.
///
/// # Safety
/// As for [`uv_fs_get_type`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_get_result(req: *const uv_fs_t) -> ssize_t {
    // SAFETY: a request that was set up, as documented.
    let request = unsafe { lend(req) };
    request.result.get()
}

/// The result as a positive error number of the system. Cannot fail. Any thread that may use the request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_get_system_error>, since 1.38.
///
/// # Safety
/// As for [`uv_fs_get_type`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_get_system_error(req: *const uv_fs_t) -> c_int {
    // SAFETY: a request that was set up, as documented.
    let request = unsafe { lend(req) };
    // Errors fit an int; of a count only the sign matters.
    request.result.get().wrapping_neg() as c_int
}

/// What the operation produced: a string, a stat, a directory, or null. Cannot fail. Any thread that may use
/// the request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_get_ptr>, since 1.19.
///
/// # Safety
/// As for [`uv_fs_get_type`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_get_ptr(req: *const uv_fs_t) -> *mut c_void {
    // SAFETY: a request that was set up, as documented.
    let request = unsafe { lend(req) };
    request.ptr.get()
}

/// The path that the operation was given, or the one that it made. Cannot fail. Any thread that may use the
/// request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_get_path>, since 1.19.
///
/// # Safety
/// As for [`uv_fs_get_type`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_get_path(req: *const uv_fs_t) -> *const c_char {
    // SAFETY: a request that was set up, as documented.
    let request = unsafe { lend(req) };
    request.path.get()
}

/// Where the request keeps the answer of uv_fs_stat, uv_fs_lstat and uv_fs_fstat. Cannot fail. Any thread
/// that may use the request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_get_statbuf>, since 1.19.
///
/// # Safety
/// As for [`uv_fs_get_type`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_get_statbuf(req: *mut uv_fs_t) -> *mut uv_stat_t {
    // SAFETY: a request that was set up, as documented.
    let request = unsafe { lend(req) };
    request.statbuf.as_ptr()
}
