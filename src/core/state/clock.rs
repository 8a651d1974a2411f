//! The clock that loops and timers go by.

#![forbid(unsafe_code)]

use crate::sys::clock;

/// Nanoseconds since some fixed point in the past; never goes back. Any thread.
#[inline(always)]
pub(crate) fn hrtime() -> u64 {
    clock::monotonic_ns()
}

/// The same in whole milliseconds, the unit of loop time.
#[allow(dead_code, reason = "loop time is kept in this unit")]
pub(crate) fn now_ms() -> u64 {
    hrtime() / 1_000_000
}
