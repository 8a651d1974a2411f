//! Timers. <https://docs.libuv.org/en/v1.x/timer.html>

use libc::c_int;

use crate::abi::{UV_TIMER, uv__queue, uv_loop_t, uv_timer_cb, uv_timer_t};
use crate::core::handle::{self, as_handle};
use crate::core::queue::{self, container_of};
use crate::core::{closing, inner};
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::prefetch::prefetch;

unsafe fn init(loop_: *mut uv_loop_t, timer: *mut uv_timer_t) -> UvResult {
    // SAFETY: the loop is initialised and the timer's memory the caller's: our callers' promise.
    unsafe {
        (*inner(loop_)).timers.claim(timer)?;
        handle::init(loop_, as_handle(timer), UV_TIMER);
        (*timer).timer_cb = None;
        (*timer).timeout = 0;
        (*timer).repeat = 0;
        queue::init(&raw mut (*timer).node.queue);
        Ok(())
    }
}

unsafe fn start(timer: *mut uv_timer_t, cb: uv_timer_cb, timeout: u64, repeat: u64) -> UvResult {
    // SAFETY: an initialised timer of an initialised loop: our callers' promise.
    unsafe {
        if handle::is_closing(as_handle(timer)) || cb.is_none() {
            return Err(Errno::EINVAL);
        }
        let loop_ = (*timer).r#loop;
        (*timer).timer_cb = cb;
        (*timer).repeat = repeat;
        (*inner(loop_)).timers.set(timer, (*loop_).time.saturating_add(timeout));
        if !handle::is_active(as_handle(timer)) {
            queue::remove(&raw mut (*timer).node.queue); // it may be due in the present batch
            handle::start(as_handle(timer));
        }
        Ok(())
    }
}

/// # Safety
/// The timer is initialised.
pub(crate) unsafe fn stop(timer: *mut uv_timer_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if handle::is_active(as_handle(timer)) {
            (*inner((*timer).r#loop)).timers.unset();
            handle::stop(as_handle(timer));
        } else {
            queue::remove(&raw mut (*timer).node.queue); // it may be due in the present batch
        }
    }
}

unsafe fn again(timer: *mut uv_timer_t) -> UvResult {
    // SAFETY: an initialised timer: our callers' promise.
    unsafe {
        if (*timer).timer_cb.is_none() {
            return Err(Errno::EINVAL);
        }
        if (*timer).repeat != 0 {
            start(timer, (*timer).timer_cb, (*timer).repeat, (*timer).repeat)?;
        }
        Ok(())
    }
}

/// Milliseconds until the next timer is due, -1 if there is none.
///
/// # Safety
/// The loop is initialised.
#[inline]
pub(crate) unsafe fn next_timeout(loop_: *const uv_loop_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { if (*inner(loop_)).timers.is_empty() { -1 } else { timeout_of_next(loop_) } }
}

#[inline(never)]
unsafe fn timeout_of_next(loop_: *const uv_loop_t) -> c_int {
    // SAFETY: as in `next_timeout`.
    unsafe {
        match (*inner(loop_)).timers.next_timeout() {
            None => -1,
            Some(timeout) => c_int::try_from(timeout.saturating_sub((*loop_).time)).unwrap_or(c_int::MAX),
        }
    }
}

/// Whether a timer is waiting for its time, or was until a moment ago.
///
/// # Safety
/// The loop is initialised.
pub(crate) unsafe fn is_any_active(loop_: *const uv_loop_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe { !(*inner(loop_)).timers.is_empty() }
}

/// Calls the timers that are due now. Those which their callbacks start wait for the next time.
///
/// # Safety
/// The loop is initialised; on its thread.
pub(crate) unsafe fn run(loop_: *mut uv_loop_t) {
    // SAFETY: the caller's promise. A timer that is stopped or closed in a callback leaves `batch`;
    // the memory of a closed one stays until the closing phase.
    unsafe {
        if (*inner(loop_)).timers.is_empty() {
            return;
        }
        let mut batch = uv__queue { next: std::ptr::null_mut(), prev: std::ptr::null_mut() };
        let batch = &raw mut batch;
        queue::init(batch);
        (*loop_).active_handles -= (*inner(loop_)).timers.take_due((*loop_).time, batch);
        while let Some(node) = queue::pop_front(batch) {
            let timer = container_of!(node, uv_timer_t, node);
            prefetch((*timer).node.heap[2]); // one some way behind it, where they are many
            if (*timer).repeat != 0 {
                let _ = start(timer, (*timer).timer_cb, (*timer).repeat, (*timer).repeat);
            }
            if let Some(cb) = (*timer).timer_cb {
                cb(timer);
            }
        }
    }
}

/// # Safety
/// See [`crate::dispatch::close`].
pub(crate) unsafe fn close(timer: *mut uv_timer_t) {
    // SAFETY: the caller's promise.
    unsafe {
        stop(timer);
        closing::make_pending(as_handle(timer));
    }
}

/// # Safety
/// See [`crate::dispatch::finish_close`].
pub(crate) unsafe fn finish_close(timer: *mut uv_timer_t) {
    // SAFETY: the caller's promise.
    unsafe { (*inner((*timer).r#loop)).timers.release(timer) };
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
    // SAFETY: our caller's promise is the one `init` asks for.
    to_status(unsafe { init(loop_, handle) })
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
    // SAFETY: our caller's promise is the one `start` asks for.
    to_status(unsafe { start(handle, cb, timeout, repeat) })
}

/// Stops the timer: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/timer.html#c.uv_timer_stop>.
///
/// # Safety
/// `handle` is an initialised timer whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_timer_stop(handle: *mut uv_timer_t) -> c_int {
    // SAFETY: our caller's promise is the one `stop` asks for.
    unsafe { stop(handle) };
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
    // SAFETY: our caller's promise is the one `again` asks for.
    to_status(unsafe { again(handle) })
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
    unsafe { (*handle).repeat = repeat };
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
    unsafe { (*handle).repeat }
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
    unsafe { (*handle).timeout.saturating_sub((*(*handle).r#loop).time) }
}
