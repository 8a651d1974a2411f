//! Async handles: waking the loop from any thread. <https://docs.libuv.org/en/v1.x/async.html>

use libc::c_int;

use crate::abi::*;
use crate::core::memory::lend::lend;
use crate::core::turn::sender::sender;
use crate::handles::async_;

/// Initialises `handle` as an async handle of `loop_`; it is active at once. `cb` may be NULL.
///
/// Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/async.html#c.uv_async_init>, since 1.0.
///
/// # Safety
/// `loop_` is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_async_init(
    loop_: *mut uv_loop_t,
    handle: *mut uv_async_t,
    async_cb: uv_async_cb,
) -> c_int {
    // SAFETY: an initialised loop, and writable memory for the handle until its close callback, as
    // documented.
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    async_::init(loop_, handle, async_cb);
    0
}

/// Has the handle's callback called on the loop thread: at least once after this call, and once
/// for any number of calls before it.
///
/// Always 0. Any thread and signal handlers. It makes no system call while the loop is awake.
///
/// Implements <https://docs.libuv.org/en/v1.x/async.html#c.uv_async_send>, since 1.0.
///
/// # Safety
/// `handle` is an initialised async handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_async_send(handle: *mut uv_async_t) -> c_int {
    // SAFETY: an initialised async handle whose close callback has not run, as documented.
    unsafe { sender(handle) }.send();
    0
}
