//! Conditions.

use std::mem::MaybeUninit;

use libc::{c_int, pthread_condattr_t};

use crate::abi::{uv_cond_t, uv_mutex_t};
use crate::core::clock;
use crate::sys::abort::{fatal, must};
use crate::sys::clock::to_timespec;
use crate::sys::errno::{Errno, UvResult, check_returned, to_status};

/// # Safety
/// `cond` is writable and not in use.
unsafe fn cond_init(cond: *mut uv_cond_t) -> UvResult {
    let mut attr = MaybeUninit::<pthread_condattr_t>::uninit();
    // SAFETY: `attr` is initialised first and destroyed last; `cond` is the caller's promise.
    unsafe {
        check_returned(libc::pthread_condattr_init(attr.as_mut_ptr()))?;
        let mut result = libc::pthread_condattr_setclock(attr.as_mut_ptr(), libc::CLOCK_MONOTONIC);
        if result == 0 {
            result = libc::pthread_cond_init(cond, attr.as_ptr());
        }
        libc::pthread_condattr_destroy(attr.as_mut_ptr());
        check_returned(result)
    }
}

/// Makes a condition, whose timed waits go by the monotonic clock. Returns 0 or pthread's error. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_init>.
///
/// # Safety
/// `cond` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_init(cond: *mut uv_cond_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(unsafe { cond_init(cond) })
}

/// Ends a condition. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_destroy>.
///
/// # Safety
/// `cond` was initialised and not destroyed and nobody waits for it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_destroy(cond: *mut uv_cond_t) {
    // SAFETY: the caller's promise.
    must("uv_cond_destroy: wrong use", unsafe { libc::pthread_cond_destroy(cond) });
}

/// Wakes one waiter, if there is any. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_signal>.
///
/// # Safety
/// `cond` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_signal(cond: *mut uv_cond_t) {
    // SAFETY: the caller's promise.
    must("uv_cond_signal: wrong use", unsafe { libc::pthread_cond_signal(cond) });
}

/// Wakes all waiters. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_broadcast>.
///
/// # Safety
/// `cond` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_broadcast(cond: *mut uv_cond_t) {
    // SAFETY: the caller's promise.
    must("uv_cond_broadcast: wrong use", unsafe { libc::pthread_cond_broadcast(cond) });
}

/// Releases the lock, waits for a wake-up and takes the lock again; it may also wake for no reason.
/// Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_wait>.
///
/// # Safety
/// Both were initialised and not destroyed; the calling thread holds `mutex`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_wait(cond: *mut uv_cond_t, mutex: *mut uv_mutex_t) {
    // SAFETY: the caller's promise.
    must("uv_cond_wait: wrong use", unsafe { libc::pthread_cond_wait(cond, mutex) });
}

/// The same for at most `timeout` nanoseconds: returns 0, or `UV_ETIMEDOUT`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_timedwait>.
///
/// # Safety
/// Both were initialised and not destroyed; the calling thread holds `mutex`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_timedwait(
    cond: *mut uv_cond_t,
    mutex: *mut uv_mutex_t,
    timeout: u64,
) -> c_int {
    let end = to_timespec(clock::hrtime().saturating_add(timeout));
    // SAFETY: the caller's promise; `end` is ours.
    match unsafe { libc::pthread_cond_timedwait(cond, mutex, &raw const end) } {
        0 => 0,
        libc::ETIMEDOUT => Errno::ETIMEDOUT.code(),
        _ => fatal("uv_cond_timedwait: wrong use"),
    }
}
