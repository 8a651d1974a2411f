//! The system's clocks and sleeping.

use libc::{clockid_t, timespec};

use crate::sys::errno::{UvResult, check, retry};

const NS_PER_S: u64 = 1_000_000_000;

/// Reads a clock of `clock_gettime`.
#[inline(always)]
pub(crate) fn read(clock: clockid_t) -> UvResult<timespec> {
    let mut now = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is ours and writable.
    check(unsafe { libc::clock_gettime(clock, &raw mut now) })?;
    Ok(now)
}

/// The whole seconds of a time.
#[allow(clippy::useless_conversion, reason = "time_t is narrower on some systems")]
pub(crate) fn seconds(time: &timespec) -> i64 {
    time.tv_sec.into()
}

/// The monotonic clock in nanoseconds.
#[inline(always)]
pub(crate) fn monotonic_ns() -> u64 {
    // The clock exists on every supported system: a failure is not possible there.
    read(libc::CLOCK_MONOTONIC).map_or(0, |now| (now.tv_sec as u64) * NS_PER_S + now.tv_nsec as u64)
}

/// The monotonic clock as of its last tick, a few milliseconds ago at most, in nanoseconds. Costs next to
/// nothing.
#[inline(always)]
pub(crate) fn last_tick_ns() -> u64 {
    read(libc::CLOCK_MONOTONIC_COARSE).map_or(0, |now| (now.tv_sec as u64) * NS_PER_S + now.tv_nsec as u64)
}

/// How far apart those ticks are.
pub(crate) fn tick_length_ns() -> u64 {
    let mut length = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the time is ours and writable. Where the call fails, it stays zero.
    unsafe { libc::clock_getres(libc::CLOCK_MONOTONIC_COARSE, &raw mut length) };
    (length.tv_sec as u64) * NS_PER_S + length.tv_nsec as u64
}

/// A number of nanoseconds as seconds and the rest.
pub(crate) fn to_timespec(ns: u64) -> timespec {
    timespec { tv_sec: (ns / NS_PER_S) as _, tv_nsec: (ns % NS_PER_S) as _ }
}

/// Sleeps for `ns` nanoseconds, however many signals arrive.
pub(crate) fn sleep_ns(ns: u64) {
    let mut left = to_timespec(ns);
    // The call fails only for a signal, and then leaves in `left` what is still to sleep.
    let _ = retry(|| {
        // SAFETY: `left` is ours; the kernel allows it to be both operands.
        check(unsafe { libc::nanosleep(&raw const left, &raw mut left) })
    });
}
