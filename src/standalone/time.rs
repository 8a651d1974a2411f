//! Clocks and sleeping: the time functions of libuv's "Miscellaneous utilities".

use libc::{c_int, c_uint};

use crate::abi::{UV_CLOCK_MONOTONIC, UV_CLOCK_REALTIME, uv_clock_id, uv_timespec64_t, uv_timeval64_t};
use crate::core::clock;
use crate::sys;
use crate::sys::errno::{Errno, UvResult, to_status};

fn clock_gettime(id: uv_clock_id) -> UvResult<uv_timespec64_t> {
    let clock = match id {
        UV_CLOCK_MONOTONIC => libc::CLOCK_MONOTONIC,
        UV_CLOCK_REALTIME => libc::CLOCK_REALTIME,
        _ => return Err(Errno::EINVAL),
    };
    let now = sys::clock::read(clock)?;
    Ok(uv_timespec64_t { tv_sec: sys::clock::seconds(&now), tv_nsec: now.tv_nsec as i32 })
}

fn gettimeofday() -> UvResult<uv_timeval64_t> {
    let now = sys::clock::read(libc::CLOCK_REALTIME)?;
    Ok(uv_timeval64_t { tv_sec: sys::clock::seconds(&now), tv_usec: (now.tv_nsec / 1000) as i32 })
}

/// Nanoseconds since an arbitrary fixed point in the past. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_hrtime>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_hrtime() -> u64 {
    clock::hrtime()
}

/// Reads the monotonic or the real-time clock.
///
/// Returns 0, `UV_EFAULT` without `ts`, or `UV_EINVAL` for an unknown clock. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_clock_gettime>.
///
/// # Safety
/// `ts` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_clock_gettime(clock_id: uv_clock_id, ts: *mut uv_timespec64_t) -> c_int {
    if ts.is_null() {
        return Errno::EFAULT.code();
    }
    // SAFETY: not null, so writable by the caller's promise.
    to_status(clock_gettime(clock_id).map(|now| unsafe { ts.write(now) }))
}

/// The time of day, in seconds and microseconds since 1970.
///
/// Returns 0, or `UV_EINVAL` without `tv`. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_gettimeofday>.
///
/// # Safety
/// `tv` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_gettimeofday(tv: *mut uv_timeval64_t) -> c_int {
    if tv.is_null() {
        return Errno::EINVAL.code();
    }
    // SAFETY: not null, so writable by the caller's promise.
    to_status(gettimeofday().map(|now| unsafe { tv.write(now) }))
}

/// Puts the calling thread to sleep for `msec` milliseconds; signals do not shorten it. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_sleep>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_sleep(msec: c_uint) {
    sys::clock::sleep_ns(u64::from(msec) * 1_000_000);
}
