//! Prepare, check and idle handles: one callback an iteration, each in its phase.
//!
//! <https://docs.libuv.org/en/v1.x/prepare.html>, <https://docs.libuv.org/en/v1.x/check.html>,
//! <https://docs.libuv.org/en/v1.x/idle.html>

use libc::c_int;

use crate::abi::{uv_check_cb, uv_check_t, uv_idle_cb, uv_idle_t, uv_loop_t, uv_prepare_cb, uv_prepare_t};
use crate::core::memory::lend::lend;
use crate::handles::idle;
use crate::sys::errno::to_status;

/// Initialises `handle` as a prepare handle of `loop_`, not started. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/prepare.html#c.uv_prepare_init>, since 1.0.
///
/// # Safety
/// `loop_` is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_prepare_init(loop_: *mut uv_loop_t, handle: *mut uv_prepare_t) -> c_int {
    // SAFETY: an initialised loop, and memory for a prepare handle that nothing else uses, as documented.
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    idle::init_prepare(loop_, handle);
    0
}

/// Has `cb` called before the loop waits for events. Does nothing for a handle that is active.
///
/// Returns 0, or `UV_EINVAL` if `cb` is NULL or the handle is closing. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/prepare.html#c.uv_prepare_start>, since 1.0.
///
/// # Safety
/// `handle` is an initialised prepare handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_prepare_start(handle: *mut uv_prepare_t, cb: uv_prepare_cb) -> c_int {
    // SAFETY: an initialised prepare handle whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(idle::start_prepare(handle, cb))
}

/// Stops the handle: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/prepare.html#c.uv_prepare_stop>, since 1.0.
///
/// # Safety
/// `handle` is an initialised prepare handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_prepare_stop(handle: *mut uv_prepare_t) -> c_int {
    // SAFETY: an initialised prepare handle whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    idle::stop_prepare(handle);
    0
}

/// Initialises `handle` as a check handle of `loop_`, not started. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/check.html#c.uv_check_init>, since 1.0.
///
/// # Safety
/// `loop_` is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_check_init(loop_: *mut uv_loop_t, handle: *mut uv_check_t) -> c_int {
    // SAFETY: an initialised loop, and memory for a check handle that nothing else uses, as documented.
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    idle::init_check(loop_, handle);
    0
}

/// Has `cb` called after the loop has waited for events. Does nothing for a handle that is active.
///
/// Returns 0, or `UV_EINVAL` if `cb` is NULL or the handle is closing. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/check.html#c.uv_check_start>, since 1.0.
///
/// # Safety
/// `handle` is an initialised check handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_check_start(handle: *mut uv_check_t, cb: uv_check_cb) -> c_int {
    // SAFETY: an initialised check handle whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(idle::start_check(handle, cb))
}

/// Stops the handle: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/check.html#c.uv_check_stop>, since 1.0.
///
/// # Safety
/// `handle` is an initialised check handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_check_stop(handle: *mut uv_check_t) -> c_int {
    // SAFETY: an initialised check handle whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    idle::stop_check(handle);
    0
}

/// Initialises `handle` as an idle handle of `loop_`, not started. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/idle.html#c.uv_idle_init>, since 1.0.
///
/// # Safety
/// `loop_` is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_idle_init(loop_: *mut uv_loop_t, handle: *mut uv_idle_t) -> c_int {
    // SAFETY: an initialised loop, and memory for a idle handle that nothing else uses, as documented.
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    idle::init_idle(loop_, handle);
    0
}

/// Has `cb` called in every iteration; while one is active the loop does not wait. Does nothing for a handle
/// that is active.
///
/// Returns 0, or `UV_EINVAL` if `cb` is NULL or the handle is closing. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/idle.html#c.uv_idle_start>, since 1.0.
///
/// # Safety
/// `handle` is an initialised idle handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_idle_start(handle: *mut uv_idle_t, cb: uv_idle_cb) -> c_int {
    // SAFETY: an initialised idle handle whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(idle::start_idle(handle, cb))
}

/// Stops the handle: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/idle.html#c.uv_idle_stop>, since 1.0.
///
/// # Safety
/// `handle` is an initialised idle handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_idle_stop(handle: *mut uv_idle_t) -> c_int {
    // SAFETY: an initialised idle handle whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    idle::stop_idle(handle);
    0
}
