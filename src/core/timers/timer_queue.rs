//! The timer queue: timers in the order (timeout, start order), kept lazily.
//!
//! A key in the heap is a lower bound. Putting a timer off changes its handle only; stopping it leaves
//! its key there. A key that comes to the front is compared with the handle: a stopped timer's is
//! dropped, one that was put off goes to its true place. So the first key is always made exact before
//! it is used, and a timer that is put off again and again costs one move through the heap each time
//! its old timeout passes. What is due in great numbers, or stopped, is sorted out in one sweep.
//!
//! In the handle `start_id` holds order and slot, the lower half of the key; the last of the three
//! private words the timeout under which the key stands in the heap (if `TIMER_FILED` is set).

#![forbid(unsafe_code)]

use std::ptr::{null_mut, without_provenance_mut};

use crate::abi::uv_timer_t;
use crate::core::memory::alloc;
use crate::core::memory::queue::{DueLink, List};
use crate::core::state::handle::flags::{ACTIVE, REF, TIMER_FILED};
use crate::core::timers::timer_heap::{NO_KEY, TimerHeap, key, slot_of, timeout_of};
use crate::core::timers::timer_memory::{Key, Slot};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::prefetch::prefetch;

/// Below this many keys each is handled by itself.
const SWEEP_FROM: usize = 64;

/// So many handles ahead are asked for in a walk over many.
const AHEAD: usize = 8;

/// Timers in the order of their timeouts; equal timeouts in the order in which they were set.
pub(crate) struct TimerQueue {
    heap: TimerHeap,
    slots: Vec<Slot>,
    free: usize,
    /// Keys of timers that do not run.
    stopped: usize,
    next_order: u32,
}

impl TimerQueue {
    pub(crate) const fn new() -> TimerQueue {
        TimerQueue { heap: TimerHeap::new(), slots: Vec::new(), free: 0, stopped: 0, next_order: 0 }
    }

    /// Gives `timer` a slot, with the memory that setting it will need.
    #[inline(always)]
    pub(crate) fn claim(&mut self, timer: &uv_timer_t) -> UvResult {
        let slot = if let Some(index) = self.free.checked_sub(1) {
            let Some(free) = self.slots.get_mut(index) else { return Err(Errno::UNKNOWN) };
            self.free = std::mem::replace(free, Slot::of(timer)).next();
            index
        } else {
            alloc::try_push(&mut self.slots, Slot::of(timer))?;
            if let Err(error) = self.heap.add_slot() {
                self.slots.pop();
                return Err(error);
            }
            self.slots.len() - 1
        };
        timer.start_id.set(slot as u64);
        Ok(())
    }

    /// Takes the slot of `timer`, which does not run, back.
    pub(crate) fn release(&mut self, timer: &uv_timer_t) {
        let slot = slot_of(timer.start_id.get().into());
        if timer.has(TIMER_FILED) {
            self.heap.remove(slot);
            self.stopped = self.stopped.saturating_sub(1);
            timer.clear(TIMER_FILED);
        }
        if let Some(place) = self.slots.get_mut(slot) {
            *place = Slot::free(self.free);
            self.free = slot + 1;
        }
    }

    /// Sets a timer behind all with the same timeout. If it does not run it is marked active next.
    pub(crate) fn set(&mut self, timer: &uv_timer_t, timeout: u64) {
        if self.next_order == u32::MAX {
            self.renumber();
        }
        let slot = timer.start_id.get() as u32;
        timer.timeout.set(timeout);
        timer.start_id.set((u64::from(self.next_order) << 32) | u64::from(slot));
        self.next_order += 1;
        if !timer.has(TIMER_FILED) {
            timer.set(TIMER_FILED);
            self.heap.push(key_of(timer));
        } else {
            if !timer.has(ACTIVE) {
                self.stopped = self.stopped.saturating_sub(1);
            }
            if timeout >= self.filed_timeout(timer) {
                return; // the key in the heap is early enough
            }
            self.heap.advance(key_of(timer));
        }
        file_under(timer, timeout);
    }

    /// The timeout under which a timer stands in the heap. The handle says it without a look there,
    /// where one of its words is long enough.
    fn filed_timeout(&self, timer: &uv_timer_t) -> u64 {
        if usize::BITS == 64 {
            timer.node.word().get().addr() as u64
        } else {
            timeout_of(self.heap.of_slot(slot_of(timer.start_id.get().into())))
        }
    }

    /// A timer that ran is stopped.
    pub(crate) fn unset(&mut self) {
        self.stopped += 1;
    }

    /// Whether no timer runs, and none was stopped whose key is still to be taken out.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.heap.len() == 0
    }

    /// The earliest timeout. Nothing is put right for it: a look costs what lies before the answer.
    pub(crate) fn next_timeout(&self) -> Option<u64> {
        self.heap.earliest(|key| {
            let timer = self.slots.get(slot_of(key))?.timer();
            true_key(timer, key).map(timeout_of)
        })
    }

    /// As [`TimerQueue::next_timeout`], and puts right what it meets, for the next time.
    pub(crate) fn settled_timeout(&mut self) -> Option<u64> {
        self.settle().map(timeout_of)
    }

    /// Moves all timers that are due at `now` into `batch`, in order, and marks them not active.
    /// Returns how many of them were referenced.
    pub(crate) fn take_due(&mut self, now: u64, batch: List<'_, DueLink>) -> u32 {
        let mut referenced = 0;
        let len = self.heap.len();
        if len >= SWEEP_FROM && self.heap.has_more_due(now, len / 4) {
            return self.sweep(Some((now, batch)));
        }
        while let Some(first) = self.settle() {
            if timeout_of(first) > now {
                break;
            }
            let timer = self.slots[slot_of(first)].timer();
            self.heap.pop_first();
            referenced += expire(timer);
            timer.node.word().set(null_mut());
            batch.push_back(timer);
            if let Some(next) = self.heap.first() {
                // It is most often due as well; its handle is seldom in the cache.
                prefetch(self.slots[slot_of(next)].as_ptr());
            }
        }
        referenced
    }

    /// Brings a true key to the front, and returns it.
    fn settle(&mut self) -> Option<Key> {
        loop {
            let first = self.heap.first()?;
            let timer = self.slots[slot_of(first)].timer();
            match true_key(timer, first) {
                Some(key) if key == first => return Some(key),
                Some(key) => {
                    file_under(timer, timeout_of(key));
                    self.heap.replace_first(key);
                }
                None if self.heap.len() >= SWEEP_FROM && self.stopped > self.heap.len() / 2 => {
                    self.sweep(None);
                }
                None => {
                    forget(timer, first);
                    self.stopped = self.stopped.saturating_sub(1);
                    self.heap.pop_first();
                }
            }
        }
    }

    /// Makes all keys true and drops those of stopped timers. With a time, takes out what is due, as
    /// [`TimerQueue::take_due`].
    fn sweep(&mut self, due_at: Option<(u64, List<'_, DueLink>)>) -> u32 {
        let slots = self.slots.as_slice();
        let keys = self.heap.keys_mut();
        let mut referenced = 0;
        for i in 0..keys.len() {
            if let Some(&ahead) = keys.get(i + AHEAD) {
                prefetch(slots[slot_of(ahead)].as_ptr());
            }
            let timer = slots[slot_of(keys[i])].timer();
            if let Some(key) = true_key(timer, keys[i]) {
                keys[i] = key;
                file_under(timer, timeout_of(key));
                if due_at.is_some_and(|(now, _)| timeout_of(key) <= now) {
                    referenced += expire(timer);
                }
            } else {
                forget(timer, keys[i]);
                keys[i] = NO_KEY;
            }
        }
        self.stopped = 0;
        let (running, _) = partition(keys, |key| key != NO_KEY);
        let (later, due) = partition(running, |key| due_at.is_none_or(|(now, _)| timeout_of(key) > now));
        due.sort_unstable();
        if let Some((_, batch)) = due_at {
            for (i, &key) in due.iter().enumerate() {
                let timer = slots[slot_of(key)].timer();
                let ahead = due.get(i + AHEAD).map_or(null_mut(), |&key| slots[slot_of(key)].as_ptr());
                prefetch(ahead);
                timer.node.word().set(ahead.cast());
                batch.push_back(timer);
            }
        }
        let len = later.len();
        self.heap.rebuild(len);
        referenced
    }

    /// Numbers the timers from 0 again, in their order: once in four billion settings.
    fn renumber(&mut self) {
        self.sweep(None);
        let keys = self.heap.keys_mut();
        keys.sort_unstable();
        for (order, key) in keys.iter_mut().enumerate() {
            let slot = slot_of(*key);
            let timer = self.slots[slot].timer();
            timer.start_id.set(((order as u64) << 32) | slot as u64);
            *key = key_of(timer);
        }
        let len = self.heap.len();
        self.heap.rebuild(len);
        self.next_order = len as u32;
    }
}

/// Moves what `stays` to the front, and splits there.
fn partition(keys: &mut [Key], stays: impl Fn(Key) -> bool) -> (&mut [Key], &mut [Key]) {
    let mut count = 0;
    for i in 0..keys.len() {
        if stays(keys[i]) {
            keys.swap(count, i);
            count += 1;
        }
    }
    keys.split_at_mut(count)
}

fn key_of(timer: &uv_timer_t) -> Key {
    key(timer.timeout.get(), timer.start_id.get())
}

/// The key that the timer should have in place of `filed`; none if it does not run.
fn true_key(timer: &uv_timer_t, filed: Key) -> Option<Key> {
    let key = key_of(timer);
    // A handle that was stopped and initialised anew, without being closed, has another slot.
    (timer.has(ACTIVE) && slot_of(key) == slot_of(filed)).then_some(key)
}

/// The key `filed` of a timer that does not run leaves the heap.
fn forget(timer: &uv_timer_t, filed: Key) {
    if slot_of(timer.start_id.get().into()) == slot_of(filed) {
        timer.clear(TIMER_FILED);
    }
}

/// The key of a running timer leaves the heap: it is not active any more. Returns 1 if referenced.
fn expire(timer: &uv_timer_t) -> u32 {
    timer.clear(ACTIVE | TIMER_FILED);
    u32::from(timer.has(REF))
}

fn file_under(timer: &uv_timer_t, timeout: u64) {
    timer.node.word().set(without_provenance_mut(timeout as usize));
}

#[cfg(test)]
#[path = "timer_queue_tests.rs"]
mod tests;
