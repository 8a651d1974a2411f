//! The loop's state that C never sees, boxed behind `uv_loop_t.internal_fields`.

use std::cell::Cell;
use std::collections::VecDeque;
use std::ops::Deref;
use std::ptr::null_mut;

use crate::abi::{uv__io_t, uv_handle_t, uv_loop_t, zeroed};
use crate::core::memory::alloc::{self, Place};
use crate::core::memory::leaf::Leaf;
use crate::core::memory::queue::{
    AsyncLink, CheckLink, DueLink, FedLink, Head, IdleLink, JobLink, PrepareLink, ReadyLink, WatchLink,
};
use crate::core::observe::seats::Taken;
use crate::core::state::file_watches::{Delivery, FileWatches};
use crate::core::state::io::{self, Kind};
use crate::core::state::job_stack::JobStack;
use crate::core::state::metrics::Metrics;
use crate::core::state::names::Names;
use crate::core::state::poller::Poller;
use crate::core::state::sends::Sends;
use crate::core::state::spin::Adaptive;
use crate::core::state::told::Told;
use crate::core::state::wakeup::Wakeup;
use crate::core::timers::timer_queue::TimerQueue;
use crate::sys::errno::UvResult;
use crate::sys::inotify::Reports;
use crate::sys::readiness::POLLIN;
use crate::sys::thread;

/// What other threads, and signal handlers, may touch of a loop.
pub(crate) struct Shared {
    pub(crate) wakeup: Wakeup,
    /// Work that the pool has finished, newest first.
    pub(crate) completions: JobStack,
    /// Async handles with a send to deliver, newest first.
    pub(crate) async_pending: Sends,
    pub(crate) metrics: Metrics,
}

const _: () = {
    const fn is_sync<T: Sync>() {}
    is_sync::<Shared>();
};

/// The rest is the loop's thread's.
pub(crate) struct LoopInner {
    shared: Shared,
    /// Work finished on the loop thread whose callback is due in the next poll phase.
    pub(crate) deferred: Head<JobLink>,
    pub(crate) deferred_count: Cell<usize>,
    /// File operations that are with the pool, or done there and not told yet.
    pub(crate) file_jobs: Cell<u32>,
    /// The loop was notified of it.
    pub(crate) deferred_announced: Cell<bool>,
    /// The last wake-up was counted as an event of deferred work.
    pub(crate) wake_counted: Cell<bool>,
    pub(crate) poller: Leaf<Poller>,
    /// The clock at the last update of the loop's time.
    pub(crate) now_ns: Cell<u64>,
    /// The thread that has made the loop or run it last, as the C library numbers it.
    pub(crate) thread: Cell<usize>,
    pub(crate) adaptive: Leaf<Adaptive>,
    pub(crate) timers: Leaf<TimerQueue>,
    /// The files that the loop's inotify descriptor watches.
    pub(crate) files: Leaf<FileWatches>,
    /// Async handles get increasing numbers: they are called in the order of their making.
    pub(crate) next_async: Cell<usize>,
    pub(crate) batches: Batches,
    /// Stands in a batch where the kernel reported the waker.
    pub(crate) waker_watcher: uv__io_t,
    /// What was fetched last came after a sleep.
    pub(crate) has_slept: Cell<bool>,
    /// Calls of uv_run that have not returned: more than one where a callback runs the loop.
    pub(crate) runs: Cell<u32>,
    /// The handle whose callback runs: a run inside of it may not give the handle back.
    pub(crate) told: Told,
    /// Handles that a run inside of their own callback could not give back.
    pub(crate) closing_later: Cell<*mut uv_handle_t>,
    /// Where those who look see what the loop does.
    pub(crate) seat: Cell<Option<Taken>>,
    /// What the program calls the loop and its handles.
    pub(crate) names: Leaf<Names>,
}

/// What a phase has taken out of its list to call it one by one. Not on the phase's stack: a callback
/// may run the loop, and then everything is to be found.
pub(crate) struct Batches {
    pub(crate) fed: Head<FedLink>,
    pub(crate) ready: Head<ReadyLink>,
    pub(crate) idle: Head<IdleLink>,
    pub(crate) prepare: Head<PrepareLink>,
    pub(crate) check: Head<CheckLink>,
    pub(crate) due: Head<DueLink>,
    pub(crate) asyncs: Head<AsyncLink>,
    pub(crate) closing: Cell<*mut uv_handle_t>,
    /// Messages of the signal pipe that were read together, as they came.
    pub(crate) signals: Leaf<VecDeque<[usize; 2]>>,
    /// The kernel's reports on files that were read together.
    pub(crate) reports: Leaf<Reports>,
    /// The report that is being told, and who is still to hear of it.
    pub(crate) delivery: Cell<Option<Delivery>>,
    pub(crate) watching: Head<WatchLink>,
}

impl Batches {
    const fn new() -> Batches {
        Batches {
            fed: Head::new(),
            ready: Head::new(),
            idle: Head::new(),
            prepare: Head::new(),
            check: Head::new(),
            due: Head::new(),
            asyncs: Head::new(),
            closing: Cell::new(null_mut()),
            signals: Leaf::new(VecDeque::new()),
            reports: Leaf::new(Reports::new()),
            delivery: Cell::new(None),
            watching: Head::new(),
        }
    }

    /// At the address where they stay.
    fn init(&self) {
        self.fed.init();
        self.ready.init();
        self.idle.init();
        self.prepare.init();
        self.check.init();
        self.due.init();
        self.asyncs.init();
        self.watching.init();
    }
}

impl Deref for LoopInner {
    type Target = Shared;

    #[inline(always)]
    fn deref(&self) -> &Shared {
        &self.shared
    }
}

/// The inner part of an initialised loop.
#[inline(always)]
pub(crate) fn inner(loop_: &uv_loop_t) -> &LoopInner {
    // SAFETY: the loop is initialised, or would not have been lent: `create` made it, and it goes with
    // uv_loop_close.
    unsafe { &*loop_.internal_fields.get().cast() }
}

/// What any thread may use of a loop.
#[inline(always)]
pub(crate) fn shared(loop_: &uv_loop_t) -> &Shared {
    &inner(loop_).shared
}

/// Whether the loop has its inner part: it was closed otherwise.
pub(crate) fn is_open(loop_: &uv_loop_t) -> bool {
    !loop_.internal_fields.get().is_null()
}

/// Makes the inner part of a new loop.
pub(crate) fn create(loop_: &uv_loop_t) -> UvResult {
    let poller = Poller::new()?;
    let place = Place::take()?;
    let wakeup = Wakeup::new(&poller)?;
    let made = place.fill(LoopInner {
        shared: Shared {
            wakeup,
            completions: JobStack::new(),
            async_pending: Sends::new(),
            metrics: Metrics::new(),
        },
        deferred: Head::new(),
        deferred_count: Cell::new(0),
        file_jobs: Cell::new(0),
        deferred_announced: Cell::new(false),
        wake_counted: Cell::new(false),
        poller: Leaf::new(poller),
        now_ns: Cell::new(0),
        thread: Cell::new(thread::own() as usize),
        adaptive: Leaf::new(Adaptive::new()),
        timers: Leaf::new(TimerQueue::new()),
        files: Leaf::new(FileWatches::new()),
        next_async: Cell::new(1),
        batches: Batches::new(),
        waker_watcher: zeroed(),
        has_slept: Cell::new(false),
        runs: Cell::new(0),
        told: Told::new(),
        closing_later: Cell::new(null_mut()),
        seat: Cell::new(None),
        names: Leaf::new(Names::new()),
    });
    loop_.internal_fields.set(made.cast());
    let this = inner(loop_);
    this.deferred.init(); // at the address where it stays
    this.batches.init();
    io::init(&this.waker_watcher, Kind::Waker, -1);
    this.waker_watcher.pevents.set(POLLIN); // it always has this to tell
    this.waker_watcher.events.set(POLLIN);
    Ok(())
}

/// Frees the inner part, which nobody uses any more.
pub(crate) fn delete(loop_: &uv_loop_t) {
    let made = loop_.internal_fields.replace(null_mut()).cast::<LoopInner>();
    // SAFETY: `create` made it, and this was the last way to it: the loop has no handles and requests,
    // and other threads have left it.
    unsafe { alloc::delete(made) };
}
