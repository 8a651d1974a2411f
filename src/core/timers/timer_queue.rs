//! The timer queue: timers in the order (timeout, start order), kept lazily.
//!
//! A key in the heap is a lower bound. Putting a timer off changes its handle only. A timer that comes to the front is
//! looked at: one that was put off goes to its true place. So the first key is always made exact before it is used, and a
//! timer that is put off again and again costs one move through the heap each time its old timeout passes. What is due in
//! great numbers is sorted out in one sweep.
//!
//! Other threads may ask for the next timeout, and may see no timer: they get the first key. Where some do, that is kept
//! exact at all times.
//!
//! A timer that is stopped leaves the heap at once: programs initialise such timers anew without closing them, or use
//! their memory for something else.

#![forbid(unsafe_code)]

use std::ops::ControlFlow::Continue;
use std::ptr::{from_ref, null, null_mut};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use crate::abi::uv_timer_t;
use crate::core::memory::queue::{DueLink, List};
use crate::core::state::handle::flags::{ACTIVE, REF, TIMER_FILED};
use crate::core::timers::timer_heap::TimerHeap;
use crate::core::timers::timer_links::timeout_of;
use crate::sys::prefetch::prefetch;

/// Below this many timers each is handled by itself.
const SWEEP_FROM: usize = 64;

/// So many handles ahead are asked for in a walk over many.
const AHEAD: usize = 8;

/// Timers in the order of their timeouts; equal timeouts in the order in which they were set.
pub(crate) struct TimerQueue {
    heap: TimerHeap,
    next_order: u64,
}

/// Threads may ask for the next timeouts of loops that are not theirs. Of all loops: whoever only asks writes to none.
static OTHERS_ASK: AtomicBool = AtomicBool::new(false);

/// Other threads are going to ask for the next timeout. It is exact for them once a timer has been stopped or put off, or
/// the loop has looked for what is due; up to then it may be too early, never too late.
pub(crate) fn expect_others() {
    OTHERS_ASK.store(true, Relaxed);
}

impl TimerQueue {
    pub(crate) const fn new() -> TimerQueue {
        TimerQueue { heap: TimerHeap::new(), next_order: 0 }
    }

    /// Sets a timer, which is in no batch, behind all with the same timeout. If it does not run it is marked
    /// active next.
    pub(crate) fn set(&mut self, timer: &uv_timer_t, timeout: u64) {
        timer.timeout.set(timeout);
        timer.start_id.set(self.next_order);
        self.next_order += 1;
        if !timer.has(TIMER_FILED) {
            timer.set(TIMER_FILED);
            self.heap.push(timer, timer.true_key());
            return;
        }
        if timeout < timeout_of(timer.filed_key()) {
            self.heap.advance(timer, timer.true_key());
        } else {
            self.settle_for_others();
        }
    }

    /// A timer that ran is stopped.
    #[inline]
    pub(crate) fn unset(&mut self, timer: &uv_timer_t) {
        let was_first = self.heap.remove(timer);
        timer.clear(TIMER_FILED);
        List::<DueLink>::init(timer);
        if was_first {
            self.settle_for_others();
        }
    }

    /// Whether no timer runs.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.heap.len() == 0
    }

    /// The earliest timeout. Nothing is put right for it: a look costs what lies before the answer.
    pub(crate) fn next_timeout(&self) -> Option<u64> {
        let mut best: Option<u64> = None;
        self.heap.walk(|timer| {
            let (bound, timeout) = (timeout_of(timer.filed_key()), timer.timeout.get());
            let is_early = |timeout: u64| best.is_none_or(|best| timeout < best);
            if !is_early(bound) {
                return Continue(false);
            }
            if is_early(timeout) {
                best = Some(timeout);
            }
            Continue(timeout != bound)
        });
        best
    }

    /// The earliest timeout for other threads than the loop's, which may be changing timers. It may be too early where
    /// nobody has [expected](expect_others) that in time.
    pub(crate) fn next_timeout_for_others(&self) -> Option<u64> {
        expect_others();
        self.heap.earliest()
    }

    /// As [`TimerQueue::next_timeout`], and puts right what it meets, for the next time.
    pub(crate) fn settled_timeout(&mut self) -> Option<u64> {
        self.settle().map(|timer| timer.timeout.get())
    }

    /// Moves all timers that are due at `now` into `batch`, in order, and marks them not active.
    /// Returns how many of them were referenced.
    pub(crate) fn take_due(&mut self, now: u64, batch: List<'_, DueLink>) -> u32 {
        let mut referenced = 0;
        let len = self.heap.len();
        if len >= SWEEP_FROM && self.heap.has_more_due(now, len / 4) {
            referenced += self.sweep_due(now, batch);
        }
        // Where nothing can be due, nothing need be exact.
        while self.heap.first().is_some_and(|first| timeout_of(first.filed_key()) <= now) {
            let Some(timer) = self.settle() else { break };
            if timer.timeout.get() > now {
                break;
            }
            self.heap.pop_first();
            referenced += expire(timer);
            timer.node.word().set(null_mut());
            batch.push_back(timer);
            // It is most often due as well; its handle is seldom in the cache.
            prefetch(self.heap.first().map_or(null(), from_ref));
        }
        self.settle_for_others();
        referenced
    }

    /// Where other threads ask, the first key is exact.
    #[inline(always)]
    fn settle_for_others(&mut self) {
        if OTHERS_ASK.load(Relaxed) {
            self.settle_now();
        }
    }

    #[cold]
    #[inline(never)]
    fn settle_now(&mut self) {
        self.settle();
    }

    /// Brings a timer that runs to the front, under its true key.
    fn settle<'a>(&mut self) -> Option<&'a uv_timer_t> {
        loop {
            let first = self.heap.first()?;
            if first.true_key() == first.filed_key() {
                return Some(first);
            }
            self.heap.replace_first(first.true_key());
        }
    }

    /// Makes the keys of all true, and keeps those which `stays` lets stay.
    fn sweep<'a>(&mut self, mut stays: impl FnMut(&'a uv_timer_t) -> bool) {
        for timer in self.heap.take_apart() {
            if stays(timer) {
                self.heap.push(timer, timer.true_key());
            }
        }
    }

    /// Moves what is due at `now` into `batch`, as [`TimerQueue::take_due`] does, all at once; or nothing,
    /// if there is no memory to sort it in, or some of it has been due for weeks.
    fn sweep_due(&mut self, now: u64, batch: List<'_, DueLink>) -> u32 {
        let mut due: Vec<(u64, &uv_timer_t)> = Vec::new();
        if due.try_reserve_exact(self.heap.len()).is_err() {
            return 0;
        }
        let next_order = self.next_order;
        let mut are_recent = true;
        self.sweep(|timer| {
            let Some(age) = now.checked_sub(timer.timeout.get()) else { return true };
            let Some(place) = place(age, next_order - timer.start_id.get()) else {
                are_recent = false;
                return true;
            };
            due.push((place, timer)); // there is room for all
            false
        });
        if !are_recent {
            due.iter().for_each(|(_, timer)| self.heap.push(timer, timer.true_key()));
            return 0;
        }
        due.sort_unstable_by_key(|&(place, _)| place);
        let mut referenced = 0;
        for (i, &(_, timer)) in due.iter().enumerate() {
            let ahead = due.get(i + AHEAD).map_or(null_mut(), |&(_, timer)| from_ref(timer).cast_mut());
            prefetch(ahead);
            referenced += expire(timer);
            timer.node.word().set(ahead.cast());
            batch.push_back(timer);
        }
        referenced
    }
}

/// Sorts what is due by timeout and start: by how long ago these were, the longest first.
fn place(age: u64, starts_ago: u64) -> Option<u64> {
    let (age, starts_ago) = (u32::try_from(age).ok()?, u32::try_from(starts_ago).ok()?);
    Some((u64::from(!age) << 32) | u64::from(!starts_ago))
}

/// A timer that runs leaves the heap: it is not active any more. Returns 1 if referenced.
fn expire(timer: &uv_timer_t) -> u32 {
    timer.clear(ACTIVE | TIMER_FILED);
    u32::from(timer.has(REF))
}

#[cfg(test)]
#[path = "timer_queue_tests.rs"]
mod tests;
