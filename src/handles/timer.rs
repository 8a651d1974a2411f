//! Timers. <https://docs.libuv.org/en/v1.x/timer.html>

#![forbid(unsafe_code)]

use crate::abi::{UV_TIMER, uv_loop_t, uv_timer_cb, uv_timer_t};
use crate::core::inner;
use crate::core::memory::callback;
use crate::core::memory::queue::{DueLink, List};
use crate::core::state::handle::{self, flags};
use crate::core::turn::{closing, timeout};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::prefetch::prefetch;

#[inline(always)]
pub(crate) fn init(loop_: &uv_loop_t, timer: &uv_timer_t) {
    handle::init(loop_, timer, UV_TIMER);
    timer.timer_cb.set(None);
    timer.timeout.set(0);
    timer.repeat.set(0);
    List::<DueLink>::init(timer);
}

#[inline]
pub(crate) fn start(timer: &uv_timer_t, cb: uv_timer_cb, timeout: u64, repeat: u64) -> UvResult {
    if handle::is_closing(timer) || cb.is_none() {
        return Err(Errno::EINVAL);
    }
    let loop_ = timer.owner();
    timer.timer_cb.set(cb);
    timer.repeat.set(repeat);
    leave_batch(timer);
    inner(loop_).timers.with(|timers| timers.set(timer, loop_.time.get().saturating_add(timeout)));
    handle::start(timer);
    Ok(())
}

pub(crate) fn stop(timer: &uv_timer_t) {
    if handle::is_active(timer) {
        inner(timer.owner()).timers.with(|timers| timers.unset(timer));
        handle::stop(timer);
    } else {
        leave_batch(timer);
    }
}

/// A timer may be due in the present batch. One that stands in the queue is not, and has other links there.
#[inline(always)]
fn leave_batch(timer: &uv_timer_t) {
    if !timer.has(flags::TIMER_FILED) {
        List::<DueLink>::remove(timer);
    }
}

pub(crate) fn again(timer: &uv_timer_t) -> UvResult {
    let repeat = timer.repeat.get();
    if timer.timer_cb.get().is_none() {
        return Err(Errno::EINVAL);
    }
    // One that closes is not started, and that is no error.
    if repeat != 0 && !handle::is_closing(timer) {
        start(timer, timer.timer_cb.get(), repeat, repeat)?;
    }
    Ok(())
}

/// Calls the timers that are due now.
#[inline(always)]
pub(crate) fn run(loop_: &uv_loop_t) {
    if timeout::is_any_timer_active(loop_) {
        run_due(loop_);
    }
}

/// Timers which callbacks start wait for the next time; one that is stopped or closed in a callback leaves the batch.
#[inline(never)]
fn run_due(loop_: &uv_loop_t) {
    let due = inner(loop_).batches.due.list();
    let referenced = inner(loop_).timers.with(|timers| timers.take_due(loop_.time.get(), due));
    loop_.active_handles.set(loop_.active_handles.get() - referenced);
    while let Some(timer) = due.pop_front() {
        prefetch(timer.node.word().get()); // one some way behind it, where they are many
        let repeat = timer.repeat.get();
        if repeat != 0 {
            let _ = start(timer, timer.timer_cb.get(), repeat, repeat);
        }
        callback::timer(timer);
    }
}

/// What is due and was not called yet waits again, for a time that has come.
pub(crate) fn give_back(loop_: &uv_loop_t) {
    while let Some(timer) = inner(loop_).batches.due.list().pop_front() {
        inner(loop_).timers.with(|timers| timers.set(timer, timer.timeout.get()));
        handle::start(timer);
    }
}

pub(crate) fn close(timer: &uv_timer_t) {
    stop(timer);
    closing::make_pending(timer);
}
