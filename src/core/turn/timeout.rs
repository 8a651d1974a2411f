//! How long the loop may sleep: until the next timer is due, and not at all while there is something to do.

#![forbid(unsafe_code)]

use libc::c_int;

use crate::abi::uv_loop_t;
use crate::core::inner;
use crate::core::memory::queue::{fed, idle_handles, ready};
use crate::core::state::req;
use crate::core::threadpool::deferred;
use crate::sys::thread;

/// Whether the poll phase may not wait.
fn is_busy(loop_: &uv_loop_t) -> bool {
    loop_.stop_flag.get() != 0
        || (loop_.active_handles.get() == 0 && !req::has_active(loop_))
        || !fed(loop_).is_empty()
        || !idle_handles(loop_).is_empty()
        || !ready(loop_).is_empty()
        || !loop_.closing_handles.get().is_null()
        || !deferred::is_empty(loop_)
}

/// How long the poll phase may wait: milliseconds, or -1 for ever. Only reads.
pub(crate) fn backend_timeout(loop_: &uv_loop_t) -> c_int {
    if is_busy(loop_) { 0 } else { next_timer(loop_) }
}

/// [`backend_timeout`] for the loop itself, which puts its timers right on the way.
pub(crate) fn poll_timeout(loop_: &uv_loop_t) -> c_int {
    if is_busy(loop_) { 0 } else { settled_next_timer(loop_) }
}

/// [`poll_timeout`] of a loop that is alive and has no timer, no idle handle, and nothing in its pending phase.
pub(crate) fn poll_timeout_at_rest(loop_: &uv_loop_t) -> c_int {
    let is_done =
        ready(loop_).is_empty() && loop_.closing_handles.get().is_null() && deferred::is_empty(loop_);
    if is_done { -1 } else { 0 }
}

/// Whether a timer is waiting for its time.
pub(crate) fn is_any_timer_active(loop_: &uv_loop_t) -> bool {
    !inner(loop_).timers.look(|timers| timers.is_empty())
}

/// Milliseconds until the next timer is due, -1 if there is none; only reads. Programs that embed a loop ask on another
/// thread, and the loop's may be starting and stopping timers meanwhile: then the answer may be too early.
fn next_timer(loop_: &uv_loop_t) -> c_int {
    let this = inner(loop_);
    let is_own = this.thread.get() == thread::own() as usize;
    let timers = &this.timers;
    let next =
        timers.look(|timers| if is_own { timers.next_timeout() } else { timers.next_timeout_for_others() });
    wait_until(loop_, next)
}

/// As [`next_timer`], and puts the queue right for the next time.
#[inline]
fn settled_next_timer(loop_: &uv_loop_t) -> c_int {
    if is_any_timer_active(loop_) { settled_next_of_some(loop_) } else { -1 }
}

#[inline(never)]
fn settled_next_of_some(loop_: &uv_loop_t) -> c_int {
    wait_until(loop_, inner(loop_).timers.with(|timers| timers.settled_timeout()))
}

fn wait_until(loop_: &uv_loop_t, next: Option<u64>) -> c_int {
    next.map_or(-1, |timeout| c_int::try_from(timeout.saturating_sub(loop_.time.get())).unwrap_or(c_int::MAX))
}
