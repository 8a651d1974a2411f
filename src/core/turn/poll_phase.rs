//! The poll phase: wait and [`fetch`](mod@crate::core::turn::fetch), then tell the owners.
//!
//! Fetching only records readiness in the watchers and queues them; callbacks run afterwards, from
//! that queue, so that nothing of the poller is held while they do.

#![forbid(unsafe_code)]

use libc::{c_int, c_uint};

use crate::abi::{uv__io_t, uv_loop_t, uv_stream_t};
use crate::core::memory::queue::{List, ReadyLink, gather, ready};
use crate::core::observe::call::{Call, CallKind};
use crate::core::observe::calling;
use crate::core::state::io::{self, Kind, Registration};
use crate::core::state::poller::BATCH;
use crate::core::state::req;
use crate::core::threadpool::deferred;
use crate::core::turn::fetch::fetch;
use crate::core::turn::kinds::Kinds;
use crate::core::turn::watcher;
use crate::core::{inner, threadpool};
use crate::sys::readiness::{POLLIN, POLLOUT};

/// Full batches fetched in one phase before the other phases get their turn.
const MAX_ROUNDS: usize = 48;

type Batch<'a> = List<'a, ReadyLink>;

/// Waits up to `timeout` milliseconds (-1: for ever) for something to do, and does it. `timeout` is 0
/// if there is something to do already, as [`poll_timeout`](crate::core::turn::timeout::poll_timeout) says.
pub(crate) fn run<K: Kinds>(loop_: &uv_loop_t, mut timeout: c_int) {
    let this = inner(loop_);
    let batch = this.batches.ready.list();
    let mut has_rest = !ready(loop_).is_empty();
    if has_rest {
        ready(loop_).start_batch(batch);
    }
    let mut rounds = 0;
    loop {
        let fetched = fetch(loop_, timeout, batch);
        if has_rest {
            move_unasked(loop_, batch);
            has_rest = false;
        }
        if !deferred::is_empty(loop_) {
            run_deferred(loop_);
        }
        // Where the kernel reported the waker, its turn comes in the kernel's order.
        if fetched.notified && !Batch::contains(&this.waker_watcher) {
            wake::<K>(loop_);
        }
        while let Some(w) = batch.pop_front() {
            if calling::is_watched(loop_) {
                tell_in_sight::<K>(loop_, w);
            } else {
                tell::<K>(loop_, w);
            }
        }
        if fetched.events < BATCH {
            return;
        }
        rounds += 1;
        if rounds == MAX_ROUNDS {
            return;
        }
        timeout = 0;
    }
}

/// What the kernel was not asked for, or not first, comes after what it has told, as if it had been asked last: before
/// the ends of processes, and signals.
#[cold]
#[inline(never)]
fn move_unasked(loop_: &uv_loop_t, batch: Batch<'_>) {
    let sort = |late: Batch<'_>, unasked: Batch<'_>| {
        batch.take_each(|w| {
            if io::is_late(w) {
                late.push_back(w);
            } else if w.stream().is_some_and(|stream| is_unasked(w, stream)) {
                if Registration::of(w).is_none() {
                    inner(loop_).metrics.count_events(1, true); // the kernel would have told it at once
                }
                unasked.push_back(w);
            } else {
                batch.push_back(w);
            }
        });
    };
    let back = |w: &uv__io_t| batch.push_back(w);
    gather(|late: Batch<'_>| gather(|unasked: Batch<'_>| sort(late, unasked), back), back);
}

/// Whether a watcher that was queued before the kernel was asked was made so by
/// [`want_present`](watcher::want_present).
fn is_unasked(w: &uv__io_t, stream: &uv_stream_t) -> bool {
    Registration::of(w).is_none() || !stream.connect_req.is_empty()
}

#[inline(never)]
fn run_deferred(loop_: &uv_loop_t) {
    let finished = deferred::run(loop_);
    inner(loop_).metrics.count_events(finished, true);
}

/// The loop was notified: finished work first, then async handles.
#[inline(never)]
fn wake<K: Kinds>(loop_: &uv_loop_t) {
    if waits_for_pool_only(loop_) {
        std::thread::yield_now(); // more will be finished by the time it is called back
    }
    let finished = threadpool::drain(loop_);
    // The wake-up itself was counted.
    let this = inner(loop_);
    if finished > 0 {
        threadpool::tell(this.now_ns.get());
    }
    let counted = u64::from(!this.wake_counted.replace(false));
    if finished > counted {
        this.metrics.count_events(finished - counted, !this.has_slept.get());
    }
    K::asyncs(loop_);
}

/// Whether the loop has many jobs in a pool that is busy throughout, and nothing else to serve: then
/// the workers need the processor more than it does.
fn waits_for_pool_only(loop_: &uv_loop_t) -> bool {
    const MANY: libc::c_uint = 64;
    req::count(loop_) > MANY
        && inner(loop_).poller.with(|poller| poller.is_empty())
        && inner(loop_).timers.with(|timers| timers.is_empty())
        && !threadpool::has_idle_worker()
}

/// [`tell`], while somebody looks.
#[cold]
#[inline(never)]
fn tell_in_sight<K: Kinds>(loop_: &uv_loop_t, w: &uv__io_t) {
    match about(w, w.events.get()) {
        Some(call) => calling::calling_in_sight(loop_, &call, || tell::<K>(loop_, w)),
        None => tell::<K>(loop_, w),
    }
}

/// What is called when a stream is told: the function that is most likely to take its time. All other callbacks say
/// so where they are called.
fn about(w: &uv__io_t, events: c_uint) -> Option<Call<'static>> {
    let stream = w.stream().filter(|stream| stream.connection_cb.get().is_none())?;
    let (kind, function) = match stream.read_cb.get() {
        _ if events & POLLIN == 0 => (CallKind::Write, 0),
        Some(cb) => (CallKind::Read, cb as usize),
        None => (CallKind::Read, 0),
    };
    Some(Call::new(kind, function, std::ptr::from_ref(stream).addr()).about(stream).with_fd(w.fd.get()))
}

/// Tells the owner of a watcher what is ready. One whose readiness is not used up stays queued for the
/// next phase; one that is closed or stopped in a callback was taken out of the batch.
#[inline(always)]
fn tell<K: Kinds>(loop_: &uv_loop_t, w: &uv__io_t) {
    let events = io::to_tell(w);
    if events == 0 {
        return;
    }
    let this = inner(loop_);
    let poller = &this.poller;
    if let Some(stream) = w.stream() {
        // A stream's memory stays until its close callback, a later phase.
        this.told.during(stream, || K::stream_ready(stream, events));
        let has_more = w.events.get() & w.pevents.get() != 0;
        if has_more && Registration::of(w).is_edge() {
            watcher::make_ready(loop_, w);
        }
        return;
    }
    if io::kind(w) == Kind::Waker {
        return wake::<K>(loop_);
    }
    // Others may be gone afterwards: then somebody else follows the descriptor, or nobody.
    let fd = w.fd.get();
    let generation = poller.with(|poller| poller.generation_of(fd));
    K::ready(loop_, w, events);
    let w = poller.with(|poller| {
        let same = poller.is_followed_by(fd, w) && poller.generation_of(fd) == generation;
        poller.watcher_of(fd).filter(|w| same && Registration::of(w).is_edge())
    });
    match w {
        Some(w) if w.events.get() & w.pevents.get() != 0 => watcher::make_ready(loop_, w),
        _ => {}
    }
}

/// Tells the owner of a watcher that was fed by hand.
#[inline(always)]
pub(crate) fn tell_fed<K: Kinds>(loop_: &uv_loop_t, w: &uv__io_t) {
    if calling::is_watched(loop_) { tell_fed_in_sight::<K>(loop_, w) } else { tell_fed_owner::<K>(loop_, w) }
}

#[cold]
#[inline(never)]
fn tell_fed_in_sight<K: Kinds>(loop_: &uv_loop_t, w: &uv__io_t) {
    match about(w, POLLOUT) {
        Some(call) => calling::calling_in_sight(loop_, &call, || tell_fed_owner::<K>(loop_, w)),
        None => tell_fed_owner::<K>(loop_, w),
    }
}

#[inline(always)]
fn tell_fed_owner<K: Kinds>(loop_: &uv_loop_t, w: &uv__io_t) {
    match w.stream() {
        Some(stream) => inner(loop_).told.during(stream, || K::stream_ready(stream, POLLOUT)),
        None => K::ready(loop_, w, POLLOUT),
    }
}
