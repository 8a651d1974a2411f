//! The first half of the poll phase: waits for something to do, and fetches what is ready. It is only recorded in the
//! watchers, which are queued; nothing here calls out to the user.

#![forbid(unsafe_code)]

use libc::{c_int, c_ulong};

use crate::abi::uv_loop_t;
use crate::core::memory::queue::{List, ReadyLink, gather};
use crate::core::observe::calling;
use crate::core::observe::figures::State;
use crate::core::state::io::{self, Kind, Lateness};
use crate::core::state::poller::{FEW, Report};
use crate::core::state::{clock, req, spin};
use crate::core::turn::{time, watcher};
use crate::core::{LoopInner, inner, threadpool};
use crate::sys::abort::fatal_error;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::signal_mask;

/// `uv_loop_t.flags`: SIGPROF stays blocked while the loop waits.
pub(crate) const BLOCK_SIGPROF: c_ulong = 1;

type Batch<'a> = List<'a, ReadyLink>;

pub(super) struct Fetched {
    pub(super) events: usize,
    pub(super) notified: bool,
}

/// Waits until there is an event, a notification, or the time is up. What is ready goes to `batch`.
pub(super) fn fetch(loop_: &uv_loop_t, timeout: c_int, batch: Batch<'_>) -> Fetched {
    let this = inner(loop_);
    if timeout == 0 && is_waker_only(this) {
        // Nobody but the waker could report anything, and a loop that is awake needs no waker.
        let notified = this.wakeup.take();
        if notified {
            this.metrics.count_events(1, true);
        }
        this.has_slept.set(false);
        time::update_time(loop_);
        return Fetched { events: 0, notified };
    }
    let start = loop_.time.get();
    let mut left = if timeout != 0 && this.metrics.measures_idle() { no_time() } else { timeout };
    loop {
        let waiting = left == 0;
        let events = if wait(loop_, this, left) { collect(loop_, this, batch) } else { 0 };
        let before = this.now_ns.get();
        time::update_time(loop_);
        let slept_ns = (!waiting).then(|| this.now_ns.get() - before);
        if this.wakeup.take() {
            // Where the kernel has reported the waker, that is among them.
            was_notified(this, events + usize::from(!Batch::contains(&this.waker_watcher)), slept_ns);
            return Fetched { events, notified: true };
        }
        if let Some(slept_ns) = slept_ns {
            this.adaptive.with(|adaptive| adaptive.waited(slept_ns, false));
        }
        if events > 0 {
            this.metrics.count_events(events as u64, waiting);
        }
        if !batch.is_empty() || timeout == 0 {
            return Fetched { events, notified: false };
        }
        match time_left(loop_, timeout, waiting, start) {
            Some(more) => left = more,
            None => return Fetched { events, notified: false },
        }
    }
}

/// To measure idle time, what is ready already must not count as waiting: the first call does not wait.
#[cold]
#[inline(never)]
fn no_time() -> c_int {
    0
}

/// After a call that brought nothing: how long the next one may wait, unless the time is up.
#[cold]
#[inline(never)]
fn time_left(loop_: &uv_loop_t, timeout: c_int, is_first: bool, start: u64) -> Option<c_int> {
    let Ok(limit) = u64::try_from(timeout) else { return Some(timeout) };
    let elapsed = if is_first { 0 } else { loop_.time.get() - start };
    (elapsed < limit).then(|| (limit - elapsed) as c_int)
}

/// A wait has ended by a notification, if there was one; or a look found it.
#[inline(never)]
fn was_notified(this: &LoopInner, events: usize, slept_ns: Option<u64>) {
    this.has_slept.set(slept_ns.is_some());
    if let Some(slept_ns) = slept_ns {
        this.adaptive.with(|adaptive| adaptive.waited(slept_ns, true));
    }
    this.metrics.count_events(events as u64, slept_ns.is_none());
}

/// Whether the kernel has nothing to report.
fn is_waker_only(this: &LoopInner) -> bool {
    this.poller.with(|poller| poller.is_silent()) && !this.wakeup.is_written()
}

/// One call of the poller, unless a notification makes it needless; false if nothing was fetched.
fn wait(loop_: &uv_loop_t, this: &LoopInner, mut timeout: c_int) -> bool {
    if timeout == 0 {
        return call_poller(loop_, this, 0);
    }
    if this.metrics.measures_sleep() {
        sleep_begins(loop_);
    }
    if is_alone(loop_) && this.adaptive.with(|adaptive| adaptive.should_look()) {
        let found = look(this);
        this.adaptive.with(|adaptive| adaptive.looked(found));
    }
    let fetched = if this.wakeup.fall_asleep() {
        poll(loop_, this, timeout)
    } else {
        // Who notified before this loop slept did not write: it must not sleep now.
        timeout = if this.wakeup.is_notified() { 0 } else { timeout };
        !(timeout == 0 && is_waker_only(this)) && call_poller(loop_, this, timeout)
    };
    this.wakeup.rise();
    if this.metrics.is_asleep() {
        sleep_ends(loop_);
    }
    fetched
}

#[cold]
#[inline(never)]
fn sleep_begins(loop_: &uv_loop_t) {
    inner(loop_).metrics.sleep_begins();
    if calling::is_watched(loop_) {
        calling::note_state(loop_, State::Waiting);
    }
}

#[cold]
#[inline(never)]
fn sleep_ends(loop_: &uv_loop_t) {
    inner(loop_).metrics.sleep_ends();
    if calling::is_watched(loop_) {
        calling::note_state(loop_, State::Turning);
    }
}

fn call_poller(loop_: &uv_loop_t, this: &LoopInner, timeout: c_int) -> bool {
    this.wakeup.fetching();
    poll(loop_, this, timeout)
}

fn poll(loop_: &uv_loop_t, this: &LoopInner, timeout: c_int) -> bool {
    let fetched = if loop_.flags.get() & BLOCK_SIGPROF != 0 {
        call_poller_undisturbed(this, timeout)
    } else {
        this.poller.with(|poller| poller.wait(timeout))
    };
    match fetched {
        Ok(has_some) => has_some,
        Err(error) => was_interrupted(error),
    }
}

/// With SIGPROF blocked meanwhile.
#[cold]
#[inline(never)]
fn call_poller_undisturbed(this: &LoopInner, timeout: c_int) -> UvResult<bool> {
    let _blocked = signal_mask::block_sigprof();
    this.poller.with(|poller| poller.wait(timeout))
}

/// A signal that cut the wait short: nothing was fetched. All else will not get better: the program has
/// closed the loop's own descriptor.
#[cold]
#[inline(never)]
fn was_interrupted(error: Errno) -> bool {
    if error != Errno::EINTR {
        fatal_error("uv_run: the loop's poller failed", error);
    }
    false
}

/// Whether nobody needs this thread's processor while it looks. A worker that was woken for the one request is there
/// sooner if it need not find another. Beside several requests the workers need the processors more, except for jobs
/// so short that waking the loop for each would cost more than they do.
#[inline(always)]
fn is_alone(loop_: &uv_loop_t) -> bool {
    if req::count(loop_) <= 1 { !threadpool::is_one_coming() } else { threadpool::has_short_jobs() }
}

/// Looks for a notification for a moment: see [`spin`].
#[inline(never)]
fn look(this: &LoopInner) -> bool {
    let began = clock::hrtime();
    for _ in 0..spin::MAX_ROUNDS {
        for _ in 0..32 {
            if this.wakeup.is_notified() {
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

/// Records what was fetched in the watchers and queues them in the kernel's order. Ends of children go
/// after all that they may have written, signals last.
fn collect(loop_: &uv_loop_t, this: &LoopInner, batch: Batch<'_>) -> usize {
    gather(
        |unwanted: Batch<'_>| {
            let mut lateness = Lateness::NONE;
            let mut count = this.poller.with(|poller| {
                poller.reports(|report| {
                    record(this, report, &mut lateness, batch, unwanted);
                })
            });
            let counted = lateness; // what comes now is counted as it is met
            if count >= FEW {
                count += collect_rest(loop_, this, &mut lateness, batch, unwanted);
            }
            if lateness.is_any() {
                move_late_ones(batch);
                return count - usize::from(counted.is_in_vain());
            }
            count
        },
        |w| watcher::drop_interest(loop_, w),
    )
}

/// Records an event. Whether its watcher was not queued yet.
#[inline(always)]
fn record(
    this: &LoopInner,
    report: Report<'_>,
    lateness: &mut Lateness,
    batch: Batch<'_>,
    unwanted: Batch<'_>,
) -> bool {
    let (w, is_wanted) = match report {
        Report::Waker if !this.wakeup.is_notified() => {
            lateness.add_in_vain();
            return false;
        }
        Report::Waker => (&this.waker_watcher, true),
        Report::Edge { watcher, ready } => (watcher, io::record_edge(watcher, ready)),
        Report::Level { watcher, ready } => (watcher, io::record_level(watcher, ready)),
    };
    lateness.add(w);
    let is_new = !Batch::contains(w);
    if is_new {
        let list = if is_wanted { batch } else { unwanted };
        list.push_back(w);
    }
    is_new
}

/// Where there was room for few events only, and that is full: makes more, and fetches all. What lasts is
/// reported once more, and counted once.
#[cold]
#[inline(never)]
fn collect_rest(
    loop_: &uv_loop_t,
    this: &LoopInner,
    lateness: &mut Lateness,
    batch: Batch<'_>,
    unwanted: Batch<'_>,
) -> usize {
    let mut news = 0;
    if this.poller.with(|poller| poller.make_room()) && call_poller(loop_, this, 0) {
        this.poller.with(|poller| {
            poller.reports(|report| news += usize::from(record(this, report, lateness, batch, unwanted)))
        });
    }
    news
}

/// Puts the ends of processes behind everything else, and signals behind them.
#[cold]
fn move_late_ones(batch: Batch<'_>) {
    for kind in [Kind::Process, Kind::Signal] {
        gather(
            |late: Batch<'_>| {
                batch.take_each(|w| if io::kind(w) == kind { late } else { batch }.push_back(w));
            },
            |w| batch.push_back(w),
        );
    }
}
