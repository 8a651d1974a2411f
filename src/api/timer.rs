//! Timers. <https://docs.libuv.org/en/v1.x/timer.html>

use libc::c_int;

use crate::abi::{uv_loop_t, uv_timer_cb, uv_timer_t};
use crate::core::memory::lend::lend;
use crate::handles::timer;
use crate::sys::errno::to_status;

/// Initialises `handle` as a timer of `loop_`, not started.
///
/// Returns 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_init>, since 1.0.
///
/// # Safety
/// `loop_` is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_init(loop_: *mut uv_loop_t, handle: *mut uv_timer_t) -> c_int {
    // SAFETY: an initialised loop, and memory for a timer that nothing else uses, as documented.
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    timer::init(loop_, handle);
    0
}

/// Starts the timer: `cb` in `timeout` milliseconds, then every `repeat` milliseconds unless that
/// is 0. A timer that runs is started anew.
///
/// Returns 0, or `UV_EINVAL` if `cb` is NULL or the handle is closing. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_start>, since 1.0.
///
/// # Safety
/// `handle` is an initialised timer whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_start(
    handle: *mut uv_timer_t,
    cb: uv_timer_cb,
    timeout: u64,
    repeat: u64,
) -> c_int {
    // SAFETY: an initialised timer whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(timer::start(handle, cb, timeout, repeat))
}

/// Stops the timer: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_stop>, since 1.0.
///
/// # Safety
/// `handle` is an initialised timer whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_stop(handle: *mut uv_timer_t) -> c_int {
    // SAFETY: an initialised timer whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    timer::stop(handle);
    0
}

/// Starts a timer that repeats anew, with its repeat value; one that does not repeat goes on as it was.
///
/// Returns 0, or `UV_EINVAL` if it was never started. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_again>, since 1.0.
///
/// # Safety
/// `handle` is an initialised timer whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_again(handle: *mut uv_timer_t) -> c_int {
    // SAFETY: an initialised timer whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(timer::again(handle))
}

/// Sets the repeat value, in milliseconds, used from the next expiry on. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_set_repeat>, since 1.0.
///
/// # Safety
/// `handle` is an initialised timer whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_set_repeat(handle: *mut uv_timer_t, repeat: u64) {
    // SAFETY: an initialised timer whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    handle.repeat.set(repeat);
}

/// The repeat value in milliseconds. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_get_repeat>, since 1.0.
///
/// # Safety
/// `handle` is an initialised timer whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_get_repeat(handle: *const uv_timer_t) -> u64 {
    // SAFETY: an initialised timer whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    handle.repeat.get()
}

/// Milliseconds of loop time until the timer is due; 0 if it is due already. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_get_due_in>, since 1.40.
///
/// # Safety
/// `handle` is an initialised timer whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_get_due_in(handle: *const uv_timer_t) -> u64 {
    // SAFETY: an initialised timer whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    handle.timeout.get().saturating_sub(handle.owner().time.get())
}
