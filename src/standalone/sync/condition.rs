//! Conditions.

use crate::core::state::clock;
use crate::sys::abort::{fatal, must};
use crate::sys::clock::to_timespec;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::locks::{Condition, Mutex};

pub(crate) fn init(condition: &Condition) -> UvResult {
    condition.init()
}

pub(crate) fn destroy(condition: &Condition) {
    must("uv_cond_destroy: wrong use", condition.destroy());
}

#[inline]
pub(crate) fn signal(condition: &Condition) {
    must("uv_cond_signal: wrong use", condition.signal());
}

#[inline]
pub(crate) fn broadcast(condition: &Condition) {
    must("uv_cond_broadcast: wrong use", condition.broadcast());
}

#[inline]
pub(crate) fn wait(condition: &Condition, mutex: &Mutex) {
    must("uv_cond_wait: wrong use", condition.wait(mutex));
}

/// Waits for at most `timeout` nanoseconds; then `ETIMEDOUT`.
pub(crate) fn timed_wait(condition: &Condition, mutex: &Mutex, timeout: u64) -> UvResult {
    let end = to_timespec(clock::hrtime().saturating_add(timeout));
    match condition.wait_until(mutex, &end) {
        0 => Ok(()),
        libc::ETIMEDOUT => Err(Errno::ETIMEDOUT),
        _ => fatal("uv_cond_timedwait: wrong use"),
    }
}
