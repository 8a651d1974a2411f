//! Barriers.

use libc::{c_int, c_uint};

use crate::abi::uv_barrier_t;
use crate::core::memory::lend::lend;
use crate::standalone::sync::barrier;
use crate::sys::errno::to_status;
use crate::sys::locks::Barrier;

/// Makes a barrier for `count` threads. Returns 0, or `UV_EINVAL` if there are none. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_barrier_init>, since 1.0.
///
/// # Safety
/// `barrier` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_barrier_init(barrier: *mut uv_barrier_t, count: c_uint) -> c_int {
    // SAFETY: memory for a barrier that nobody uses yet, as documented.
    to_status(barrier::init(unsafe { lend(Barrier::at(barrier)) }, count))
}

/// Waits until all threads wait. Returns 1 to one of them, which may destroy the barrier, and 0 to the
/// others. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_barrier_wait>, since 1.0.
///
/// # Safety
/// `barrier` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_barrier_wait(barrier: *mut uv_barrier_t) -> c_int {
    // SAFETY: a barrier that was initialised and not destroyed, as documented.
    c_int::from(barrier::wait(unsafe { lend(Barrier::at(barrier)) }))
}

/// Ends a barrier, once the threads that passed it have left. Aborts on a misuse that pthread detects. Any
/// thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_barrier_destroy>, since 1.0.
///
/// # Safety
/// `barrier` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_barrier_destroy(barrier: *mut uv_barrier_t) {
    // SAFETY: a barrier that was initialised and not destroyed, as documented.
    barrier::destroy(unsafe { lend(Barrier::at(barrier)) });
}
