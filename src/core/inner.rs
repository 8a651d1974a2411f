//! The loop's state that C never sees, boxed behind `uv_loop_t.internal_fields`.

use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::atomic::AtomicPtr;

use crate::abi::{uv__queue, uv__work, uv_async_t, uv_loop_t};
use crate::core::alloc;
use crate::core::leaf::Leaf;
use crate::core::metrics::Metrics;
use crate::core::poller::Poller;
use crate::core::spin::Adaptive;
use crate::core::timer_queue::TimerQueue;
use crate::core::wakeup::Wakeup;
use crate::sys::errno::UvResult;

/// Other threads touch the atomic fields (`wakeup`, `completions`, `async_pending`, `metrics`) at any
/// time, and nothing else.
pub(crate) struct LoopInner {
    pub(crate) wakeup: Wakeup,
    /// Work that the pool has finished, newest first.
    pub(crate) completions: AtomicPtr<uv__work>,
    /// Async handles with a send to deliver, newest first.
    pub(crate) async_pending: AtomicPtr<uv_async_t>,
    /// Work finished on the loop thread whose callback is due in the next poll phase.
    pub(crate) deferred: uv__queue,
    pub(crate) poller: Leaf<Poller>,
    /// The clock at the last update of the loop's time.
    pub(crate) now_ns: Cell<u64>,
    pub(crate) adaptive: Leaf<Adaptive>,
    pub(crate) timers: Leaf<TimerQueue>,
    pub(crate) metrics: Metrics,
    /// Async handles get increasing numbers: they are called in the order of their making.
    pub(crate) next_async: Cell<usize>,
}

/// The inner part of an initialised loop.
#[inline(always)]
pub(crate) fn inner(loop_: &uv_loop_t) -> &LoopInner {
    // SAFETY: the loop is initialised, or would not have been lent: `create` made it, and it goes with
    // uv_loop_close.
    unsafe { &*loop_.internal_fields.get().cast() }
}

/// Makes the inner part of a new loop.
pub(crate) fn create() -> UvResult<*mut LoopInner> {
    let poller = Poller::new()?;
    let wakeup = Wakeup::new(&poller)?;
    let made = alloc::new(LoopInner {
        wakeup,
        completions: AtomicPtr::new(null_mut()),
        async_pending: AtomicPtr::new(null_mut()),
        deferred: uv__queue::new(),
        poller: Leaf::new(poller),
        now_ns: Cell::new(0),
        adaptive: Leaf::new(Adaptive::new()),
        timers: Leaf::new(TimerQueue::new()),
        metrics: Metrics::new(),
        next_async: Cell::new(0),
    })?;
    // SAFETY: just made, at the address where it stays.
    unsafe { (*made).deferred.init() };
    Ok(made)
}
