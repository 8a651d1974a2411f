//! Conditions.

use libc::c_int;

use crate::abi::{uv_cond_t, uv_mutex_t};
use crate::core::memory::lend::lend;
use crate::standalone::sync::condition;
use crate::sys::errno::to_status;
use crate::sys::locks::{Condition, Mutex};

/// Makes a condition, whose timed waits go by the monotonic clock. Returns 0 or pthread's error. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_init>, since 1.0.
///
/// # Safety
/// `cond` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_init(cond: *mut uv_cond_t) -> c_int {
    // SAFETY: memory for a condition that nobody uses yet, as documented.
    to_status(condition::init(unsafe { lend(Condition::at(cond)) }))
}

/// Ends a condition. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_destroy>, since 1.0.
///
/// # Safety
/// `cond` was initialised and not destroyed and nobody waits for it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_destroy(cond: *mut uv_cond_t) {
    // SAFETY: a condition that was initialised and not destroyed, as documented.
    condition::destroy(unsafe { lend(Condition::at(cond)) });
}

/// Wakes one waiter, if there is any. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_signal>, since 1.0.
///
/// # Safety
/// `cond` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_signal(cond: *mut uv_cond_t) {
    // SAFETY: a condition that was initialised and not destroyed, as documented.
    condition::signal(unsafe { lend(Condition::at(cond)) });
}

/// Wakes all waiters. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_broadcast>, since 1.0.
///
/// # Safety
/// `cond` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_broadcast(cond: *mut uv_cond_t) {
    // SAFETY: a condition that was initialised and not destroyed, as documented.
    condition::broadcast(unsafe { lend(Condition::at(cond)) });
}

/// Releases the lock, waits for a wake-up and takes the lock again; it may also wake for no reason. Aborts
/// on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_wait>, since 1.0.
///
/// # Safety
/// Both were initialised and not destroyed; the calling thread holds `mutex`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_wait(cond: *mut uv_cond_t, mutex: *mut uv_mutex_t) {
    // SAFETY: a condition and a lock that were initialised and not destroyed, as documented.
    let (cond, mutex) = unsafe { (lend(Condition::at(cond)), lend(Mutex::at(mutex))) };
    condition::wait(cond, mutex);
}

/// As [`uv_cond_wait`], for at most `timeout` nanoseconds. Returns 0, or `UV_ETIMEDOUT`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_timedwait>, since 1.0.
///
/// # Safety
/// Both were initialised and not destroyed; the calling thread holds `mutex`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_timedwait(
    cond: *mut uv_cond_t,
    mutex: *mut uv_mutex_t,
    timeout: u64,
) -> c_int {
    // SAFETY: a condition and a lock that were initialised and not destroyed, as documented.
    let (cond, mutex) = unsafe { (lend(Condition::at(cond)), lend(Mutex::at(mutex))) };
    to_status(condition::timed_wait(cond, mutex, timeout))
}
