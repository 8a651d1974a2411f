//! Timers. <https://docs.libuv.org/en/v1.x/timer.html>

use libc::c_int;

use crate::abi::{UV_TIMER, uv_loop_t, uv_timer_cb, uv_timer_t};
use crate::core::lend::lend;
use crate::core::queue::{DueLink, List};
use crate::core::{callback, closing, handle, inner, timeout};
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::prefetch::prefetch;

fn init(loop_: &uv_loop_t, timer: &uv_timer_t) -> UvResult {
    inner(loop_).timers.with(|timers| timers.claim(timer))?;
    handle::init(loop_, timer, UV_TIMER);
    timer.timer_cb.set(None);
    timer.timeout.set(0);
    timer.repeat.set(0);
    List::<DueLink>::init(timer);
    Ok(())
}

fn start(timer: &uv_timer_t, cb: uv_timer_cb, timeout: u64, repeat: u64) -> UvResult {
    if handle::is_closing(timer) || cb.is_none() {
        return Err(Errno::EINVAL);
    }
    let loop_ = timer.owner();
    timer.timer_cb.set(cb);
    timer.repeat.set(repeat);
    inner(loop_).timers.with(|timers| timers.set(timer, loop_.time.get().saturating_add(timeout)));
    if !handle::is_active(timer) {
        List::<DueLink>::remove(timer); // it may be due in the present batch
        handle::start(timer);
    }
    Ok(())
}

pub(crate) fn stop(timer: &uv_timer_t) {
    if handle::is_active(timer) {
        inner(timer.owner()).timers.with(|timers| timers.unset());
        handle::stop(timer);
    } else {
        List::<DueLink>::remove(timer); // it may be due in the present batch
    }
}

fn again(timer: &uv_timer_t) -> UvResult {
    let repeat = timer.repeat.get();
    if timer.timer_cb.get().is_none() {
        return Err(Errno::EINVAL);
    }
    if repeat != 0 {
        start(timer, timer.timer_cb.get(), repeat, repeat)?;
    }
    Ok(())
}

/// Calls the timers that are due now. Those which their callbacks start wait for the next time; one
/// that is stopped or closed in a callback leaves the batch.
pub(crate) fn run(loop_: &uv_loop_t) {
    if !timeout::is_any_timer_active(loop_) {
        return;
    }
    let due = inner(loop_).batches.due.list();
    let referenced = inner(loop_).timers.with(|timers| timers.take_due(loop_.time.get(), due));
    loop_.active_handles.set(loop_.active_handles.get() - referenced);
    while let Some(timer) = due.pop_front() {
        prefetch(timer.node.word().get()); // one some way behind it, where they are many
        let repeat = timer.repeat.get();
        if repeat != 0 {
            let _ = start(timer, timer.timer_cb.get(), repeat, repeat);
        }
        callback::timer(timer);
    }
}

/// What is due and was not called yet waits again, for a time that has come.
pub(crate) fn give_back(loop_: &uv_loop_t) {
    while let Some(timer) = inner(loop_).batches.due.list().pop_front() {
        inner(loop_).timers.with(|timers| timers.set(timer, timer.timeout.get()));
        handle::start(timer);
    }
}

pub(crate) fn close(timer: &uv_timer_t) {
    stop(timer);
    closing::make_pending(timer);
}

pub(crate) fn finish_close(timer: &uv_timer_t) {
    inner(timer.owner()).timers.with(|timers| timers.release(timer));
}

/// Initialises `handle` as a timer of `loop_`, not started.
///
/// Returns 0, or `UV_ENOMEM`: the memory that starting will need is taken here. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_init>.
///
/// # Safety
/// `loop_` is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_init(loop_: *mut uv_loop_t, handle: *mut uv_timer_t) -> c_int {
    // SAFETY: our caller's promise.
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    to_status(init(loop_, handle))
}

/// Starts the timer: `cb` in `timeout` milliseconds, then every `repeat` milliseconds unless that
/// is 0. A timer that runs is started anew.
///
/// Returns 0, or `UV_EINVAL` if `cb` is NULL or the handle is closing. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_start>.
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
    // SAFETY: our caller's promise.
    let handle = unsafe { lend(handle) };
    to_status(start(handle, cb, timeout, repeat))
}

/// Stops the timer: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_stop>.
///
/// # Safety
/// `handle` is an initialised timer whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_stop(handle: *mut uv_timer_t) -> c_int {
    // SAFETY: our caller's promise.
    let handle = unsafe { lend(handle) };
    stop(handle);
    0
}

/// Stops the timer and, if it repeats, starts it again with its repeat value.
///
/// Returns 0, or `UV_EINVAL` if it was never started. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_again>.
///
/// # Safety
/// `handle` is an initialised timer whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_again(handle: *mut uv_timer_t) -> c_int {
    // SAFETY: our caller's promise.
    let handle = unsafe { lend(handle) };
    to_status(again(handle))
}

/// Sets the repeat value, in milliseconds, used from the next expiry on. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_set_repeat>.
///
/// # Safety
/// `handle` is an initialised timer whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_set_repeat(handle: *mut uv_timer_t, repeat: u64) {
    // SAFETY: our caller's promise.
    let handle = unsafe { lend(handle) };
    handle.repeat.set(repeat);
}

/// The repeat value in milliseconds. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_get_repeat>.
///
/// # Safety
/// `handle` is an initialised timer whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_get_repeat(handle: *const uv_timer_t) -> u64 {
    // SAFETY: our caller's promise.
    let handle = unsafe { lend(handle) };
    handle.repeat.get()
}

/// Milliseconds of loop time until the timer is due; 0 if it is due already. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_get_due_in>.
///
/// # Safety
/// `handle` is an initialised timer whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_get_due_in(handle: *const uv_timer_t) -> u64 {
    // SAFETY: our caller's promise.
    let handle = unsafe { lend(handle) };
    handle.timeout.get().saturating_sub(handle.owner().time.get())
}
