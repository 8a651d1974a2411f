//! The poll phase: wait, fetch, then tell the owners.
//!
//! Fetching only records readiness in the watchers and queues them; callbacks run afterwards, from
//! that queue, so that nothing of the poller is held while they do.

use libc::c_int;

use crate::abi::{uv__io_t, uv__queue, uv_loop_t};
use crate::core::poller::{BATCH, Report};
use crate::core::queue::{self, container_of};
use crate::core::watcher::Lateness;
use crate::core::{LoopInner, clock, deferred, inner, run, spin, threadpool, watcher};
use crate::dispatch;
use crate::sys::signal_mask;

/// Full batches fetched in one phase before the other phases get their turn.
const MAX_ROUNDS: usize = 48;

/// Waits up to `timeout` milliseconds (-1: for ever) for something to do, and does it.
///
/// # Safety
/// The loop is initialised; on its thread. `timeout` is 0 if there is something to do already, as
/// [`run::backend_timeout`] says.
pub(crate) unsafe fn run(loop_: *mut uv_loop_t, mut timeout: c_int) {
    // SAFETY: the caller's promise; `batch` outlives the links into it, which `tell` takes out.
    unsafe {
        let mut batch = uv__queue { next: std::ptr::null_mut(), prev: std::ptr::null_mut() };
        let batch = &raw mut batch;
        queue::move_all(&raw mut (*loop_).watcher_queue, batch);
        for _ in 0..MAX_ROUNDS {
            let fetched = fetch(loop_, timeout, batch);
            if fetched.notified {
                if waits_for_pool_only(loop_) {
                    std::thread::yield_now(); // more will be finished by the time it is called back
                }
                dispatch::wakeup(loop_, fetched.waiting);
            }
            let finished = deferred::run(loop_);
            if finished > 0 {
                (*inner(loop_)).metrics.count_events(finished, true);
            }
            tell(loop_, batch);
            if fetched.events < BATCH {
                return;
            }
            timeout = 0;
        }
    }
}

/// Whether the loop has many jobs in a pool that is busy throughout, and nothing else to serve: then
/// the workers need the processor more than it does.
unsafe fn waits_for_pool_only(loop_: *mut uv_loop_t) -> bool {
    const MANY: libc::c_uint = 64;
    // SAFETY: `run`'s caller's promise.
    unsafe {
        (*loop_).active_reqs.count > MANY
            && (*inner(loop_)).poller.is_empty()
            && (*inner(loop_)).timers.is_empty()
            && !threadpool::has_idle_worker()
    }
}

struct Fetched {
    events: usize,
    notified: bool,
    /// There was no sleep.
    waiting: bool,
}

/// Waits until there is an event, a notification, or the time is up. What is ready goes to `batch`.
unsafe fn fetch(loop_: *mut uv_loop_t, timeout: c_int, batch: *mut uv__queue) -> Fetched {
    // SAFETY: `run`'s caller's promise; nothing here calls out to the user.
    unsafe {
        let this = inner(loop_);
        if timeout == 0 && (*this).poller.is_empty() && !(*this).wakeup.is_written() {
            // Nobody but the waker could report anything, and a loop that is awake needs no waker.
            let notified = (*this).wakeup.take();
            if notified {
                (*this).metrics.count_events(1, true);
            }
            run::update_time(loop_);
            return Fetched { events: 0, notified, waiting: true };
        }
        // To measure idle time, what is ready already must not count as waiting.
        let mut look_first = timeout != 0 && (*this).metrics.measures_idle();
        let start = (*loop_).time;
        let mut left = if look_first { 0 } else { timeout };
        loop {
            let waiting = left == 0;
            let events = if wait(loop_, this, left) { collect(loop_, this, batch) } else { 0 };
            let before = (*this).now_ns;
            run::update_time(loop_);
            let notified = (*this).wakeup.take();
            if !waiting {
                (*this).adaptive.waited((*this).now_ns - before, notified);
            }
            if events > 0 || notified {
                let count = events as u64;
                (*this).metrics.count_events(count.max(1), waiting);
            }
            if notified || !queue::is_empty(batch) || timeout == 0 {
                return Fetched { events, notified, waiting };
            }
            if look_first {
                look_first = false;
                left = timeout;
            } else if timeout > 0 {
                let elapsed = (*loop_).time - start;
                if elapsed >= timeout as u64 {
                    return Fetched { events, notified, waiting };
                }
                left = timeout - elapsed as c_int;
            } else {
                left = timeout;
            }
        }
    }
}

/// One call of the poller, unless a notification makes it needless; false if nothing was fetched.
unsafe fn wait(loop_: *mut uv_loop_t, this: *mut LoopInner, mut timeout: c_int) -> bool {
    // SAFETY: as in `fetch`.
    unsafe {
        if timeout == 0 {
            return call_poller(loop_, this, 0);
        }
        (*this).metrics.sleep_begins();
        // Beside several requests of the pool the workers need the processors more, except for jobs so
        // short that waking the loop for each would cost more than they do.
        let alone = (*loop_).active_reqs.count <= 1 || threadpool::has_short_jobs();
        if alone && (*this).adaptive.should_look() {
            let found = look(this);
            (*this).adaptive.looked(found);
        }
        if !(*this).wakeup.fall_asleep() {
            timeout = 0;
        }
        let only_notified = timeout == 0 && (*this).poller.is_empty() && !(*this).wakeup.is_written();
        let fetched = !only_notified && call_poller(loop_, this, timeout);
        (*this).wakeup.rise();
        (*this).metrics.sleep_ends();
        fetched
    }
}

unsafe fn call_poller(loop_: *mut uv_loop_t, this: *mut LoopInner, timeout: c_int) -> bool {
    // SAFETY: as in `fetch`.
    unsafe {
        if (*loop_).flags & run::BLOCK_SIGPROF != 0 {
            return call_poller_undisturbed(this, timeout);
        }
        (*this).poller.wait(timeout).is_ok()
    }
}

/// With SIGPROF blocked meanwhile.
#[cold]
#[inline(never)]
unsafe fn call_poller_undisturbed(this: *mut LoopInner, timeout: c_int) -> bool {
    let _blocked = signal_mask::block_sigprof();
    // SAFETY: as in `fetch`.
    unsafe { (*this).poller.wait(timeout).is_ok() }
}

/// Looks for a notification for a moment: see [`spin`].
#[inline(never)]
unsafe fn look(this: *mut LoopInner) -> bool {
    // SAFETY: as in `fetch`.
    unsafe {
        let began = clock::hrtime();
        for _ in 0..spin::MAX_ROUNDS {
            for _ in 0..32 {
                if (*this).wakeup.is_notified() {
                    return true;
                }
                std::hint::spin_loop();
            }
            if clock::hrtime() - began > spin::LIMIT_NS {
                break;
            }
        }
        false
    }
}

/// Records what was fetched in the watchers and queues them in the kernel's order. Ends of children go
/// after all that they may have written, signals last.
unsafe fn collect(loop_: *mut uv_loop_t, this: *mut LoopInner, batch: *mut uv__queue) -> usize {
    // SAFETY: as in `fetch`; a watcher leaves the poller before its memory goes. Reports are looked
    // at through `poller.reports`, which only reads; the changes of `drop_interest` come after it.
    unsafe {
        let mut unwanted = uv__queue { next: std::ptr::null_mut(), prev: std::ptr::null_mut() };
        let unwanted = &raw mut unwanted;
        queue::init(unwanted);
        let mut lateness = Lateness::NONE;
        let wakeup = &raw const (*this).wakeup;
        let count = (*this).poller.reports(|report| {
            let (w, is_wanted) = match report {
                Report::Waker => {
                    (*wakeup).fetched();
                    return;
                }
                Report::Edge { watcher, ready } => (watcher, watcher::record_edge(watcher, ready)),
                Report::Level { watcher, ready } => {
                    (*watcher).events = ready;
                    (watcher, true)
                }
            };
            lateness.add(w);
            if queue::is_empty(&raw const (*w).watcher_queue) {
                let list = if is_wanted { batch } else { unwanted };
                queue::push_back(list, &raw mut (*w).watcher_queue);
            }
        });
        if lateness.is_any() {
            move_late_ones(batch);
        }
        while let Some(node) = queue::pop_front(unwanted) {
            watcher::drop_interest(loop_, container_of!(node, uv__io_t, watcher_queue));
        }
        count
    }
}

/// Puts the ends of processes behind everything else, and signals behind them.
#[cold]
unsafe fn move_late_ones(batch: *mut uv__queue) {
    // SAFETY: as in `collect`.
    unsafe {
        for kind in [watcher::Kind::Process, watcher::Kind::Signal] {
            let mut rest = uv__queue { next: std::ptr::null_mut(), prev: std::ptr::null_mut() };
            let mut late = uv__queue { next: std::ptr::null_mut(), prev: std::ptr::null_mut() };
            let (rest, late) = (&raw mut rest, &raw mut late);
            queue::move_all(batch, rest);
            queue::init(late);
            while let Some(node) = queue::pop_front(rest) {
                let w = container_of!(node, uv__io_t, watcher_queue);
                queue::push_back(if watcher::kind(w) == kind { late } else { batch }, node);
            }
            while let Some(node) = queue::pop_front(late) {
                queue::push_back(batch, node);
            }
        }
    }
}

/// Tells the owners in `batch`. One whose readiness is not used up stays queued for the next phase.
unsafe fn tell(loop_: *mut uv_loop_t, batch: *mut uv__queue) {
    // SAFETY: a watcher that is closed or stopped in a callback is taken out of `batch`; after the
    // owner was told, the watcher is touched only if it still follows its descriptor.
    unsafe {
        let poller = &raw mut (*inner(loop_)).poller;
        while let Some(node) = queue::pop_front(batch) {
            let w = container_of!(node, uv__io_t, watcher_queue);
            let events = watcher::to_tell(w);
            if events == 0 {
                continue;
            }
            if watcher::is_of_stream(w) {
                // A stream's memory stays until its close callback, a later phase.
                dispatch::readiness(watcher::Kind::Stream, loop_, w, events);
                if (*w).events & (*w).pevents != 0 && (*poller).is_edge((*w).fd) {
                    watcher::make_ready(loop_, w);
                }
                continue;
            }
            let fd = (*w).fd;
            let generation = (*poller).generation_of(fd);
            dispatch::readiness(watcher::kind(w), loop_, w, events);
            let still_there = (*poller).watcher_of(fd) == w && (*poller).generation_of(fd) == generation;
            if still_there && (*poller).is_edge(fd) && (*w).events & (*w).pevents != 0 {
                watcher::make_ready(loop_, w);
            }
        }
    }
}
