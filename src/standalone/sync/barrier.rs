//! Barriers.

use std::ptr::null;

use libc::{c_int, c_uint};

use crate::abi::uv_barrier_t;
use crate::sys::abort::{fatal, must};
use crate::sys::errno::{check_returned, to_status};

/// Makes a barrier for `count` threads. Returns 0, or `UV_EINVAL` if there are none. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_barrier_init>.
///
/// # Safety
/// `barrier` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_barrier_init(barrier: *mut uv_barrier_t, count: c_uint) -> c_int {
    // SAFETY: the caller's promise.
    to_status(unsafe { check_returned(libc::pthread_barrier_init(barrier, null(), count)) })
}

/// Waits until all threads wait: returns 1 to one of them, which may destroy the barrier, and 0 to the
/// others. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_barrier_wait>.
///
/// # Safety
/// `barrier` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_barrier_wait(barrier: *mut uv_barrier_t) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { libc::pthread_barrier_wait(barrier) } {
        0 => 0,
        libc::PTHREAD_BARRIER_SERIAL_THREAD => 1,
        _ => fatal("uv_barrier_wait: wrong use"),
    }
}

/// Ends a barrier, once the threads that passed it have left. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_barrier_destroy>.
///
/// # Safety
/// `barrier` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_barrier_destroy(barrier: *mut uv_barrier_t) {
    // SAFETY: the caller's promise.
    must("uv_barrier_destroy: wrong use", unsafe { libc::pthread_barrier_destroy(barrier) });
}
