//! Clocks and sleeping: the time functions of libuv's "Miscellaneous utilities".

use libc::{c_int, c_uint};

use crate::abi::{uv_clock_id, uv_timespec64_t, uv_timeval64_t};
use crate::core::memory::out::lend_any_out;
use crate::core::state::clock;
use crate::standalone::time;
use crate::sys::errno::to_status;

/// Nanoseconds since an arbitrary fixed point in the past. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_hrtime>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_hrtime() -> u64 {
    clock::hrtime()
}

/// Reads the monotonic or the real-time clock.
///
/// Returns 0, `UV_EFAULT` without `ts`, or `UV_EINVAL` for an unknown clock. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_clock_gettime>, since 1.45.
///
/// # Safety
/// `ts` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_clock_gettime(clock_id: uv_clock_id, ts: *mut uv_timespec64_t) -> c_int {
    // SAFETY: null or writable, as documented.
    to_status(time::clock(clock_id, unsafe { lend_any_out(ts) }))
}

/// The time of day, in seconds and microseconds since 1970.
///
/// Returns 0, or `UV_EINVAL` without `tv`. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_gettimeofday>, since 1.28.
///
/// # Safety
/// `tv` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_gettimeofday(tv: *mut uv_timeval64_t) -> c_int {
    // SAFETY: null or writable, as documented.
    to_status(time::of_day(unsafe { lend_any_out(tv) }))
}

/// Puts the calling thread to sleep for `msec` milliseconds; signals do not shorten it. Cannot fail. Any
/// thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_sleep>, since 1.34.
#[unsafe(no_mangle)]
pub extern "C" fn uv_sleep(msec: c_uint) {
    time::sleep(msec);
}
