//! The loop's state that C never sees, boxed behind `uv_loop_t.internal_fields`.

use std::ptr::null_mut;
use std::sync::atomic::AtomicPtr;

use crate::abi::{uv__queue, uv__work, uv_async_t, uv_loop_t};
use crate::core::metrics::Metrics;
use crate::core::poller::Poller;
use crate::core::spin::Adaptive;
use crate::core::timer_queue::TimerQueue;
use crate::core::wakeup::Wakeup;
use crate::core::{alloc, queue};
use crate::sys::errno::UvResult;

/// Reached through raw pointers only: callbacks re-enter the loop, and other threads touch the
/// atomic fields (`wakeup`, `completions`, `async_pending`, `metrics`) at any time.
pub(crate) struct LoopInner {
    pub(crate) wakeup: Wakeup,
    /// Work that the pool has finished, newest first.
    pub(crate) completions: AtomicPtr<uv__work>,
    /// Async handles with a send to deliver, newest first.
    pub(crate) async_pending: AtomicPtr<uv_async_t>,
    /// Work finished on the loop thread whose callback is due in the next poll phase.
    pub(crate) deferred: uv__queue,
    pub(crate) poller: Poller,
    /// The clock at the last update of the loop's time.
    pub(crate) now_ns: u64,
    pub(crate) adaptive: Adaptive,
    pub(crate) timers: TimerQueue,
    pub(crate) metrics: Metrics,
    /// Async handles get increasing numbers: they are called in the order of their making.
    pub(crate) next_async: usize,
}

/// The inner part of an initialised loop.
///
/// # Safety
/// `loop_` is initialised.
pub(crate) unsafe fn inner(loop_: *const uv_loop_t) -> *mut LoopInner {
    // SAFETY: the caller's promise; the field is only read.
    unsafe { (*loop_).internal_fields.cast() }
}

/// Makes the inner part of a new loop.
pub(crate) fn create() -> UvResult<*mut LoopInner> {
    let poller = Poller::new()?;
    let wakeup = Wakeup::new(&poller)?;
    let made = alloc::new(LoopInner {
        wakeup,
        completions: AtomicPtr::new(null_mut()),
        async_pending: AtomicPtr::new(null_mut()),
        deferred: uv__queue { next: null_mut(), prev: null_mut() },
        poller,
        now_ns: 0,
        adaptive: Adaptive::new(),
        timers: TimerQueue::new(),
        metrics: Metrics::new(),
        next_async: 0,
    })?;
    // SAFETY: just made, at the address where it stays.
    unsafe { queue::init(&raw mut (*made).deferred) };
    Ok(made)
}
