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

use std::ptr::{null_mut, without_provenance_mut};

use crate::abi::{uv__queue, uv_timer_t};
use crate::core::handle::flags::{ACTIVE, REF, TIMER_FILED};
use crate::core::queue;
use crate::core::timer_heap::{Key, NO_KEY, TimerHeap, key, slot_of, timeout_of};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::prefetch::prefetch;

/// Below this many keys each is handled by itself.
const SWEEP_FROM: usize = 64;

/// So many handles ahead are asked for in a walk over many.
const AHEAD: usize = 8;

/// Timers in the order of their timeouts; equal timeouts in the order in which they were set.
pub(crate) struct TimerQueue {
    heap: TimerHeap,
    /// By slot: the handle, or for a free slot the next free one, as an index plus 1.
    timers: Vec<*mut uv_timer_t>,
    free: usize,
    /// Keys of timers that do not run.
    stopped: usize,
    next_order: u32,
}

/// Every timer that is handed in, and every one that holds a slot, is an initialised handle.
impl TimerQueue {
    pub(crate) const fn new() -> TimerQueue {
        TimerQueue { heap: TimerHeap::new(), timers: Vec::new(), free: 0, stopped: 0, next_order: 0 }
    }

    /// Gives `timer` a slot, with the memory that setting it will need.
    pub(crate) unsafe fn claim(&mut self, timer: *mut uv_timer_t) -> UvResult {
        let slot = if let Some(index) = self.free.checked_sub(1) {
            let Some(free) = self.timers.get_mut(index) else { return Err(Errno::UNKNOWN) };
            self.free = std::mem::replace(free, timer).addr();
            index
        } else {
            self.timers.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
            self.heap.add_slot()?;
            self.timers.push(timer);
            self.timers.len() - 1
        };
        // SAFETY: the caller's promise.
        unsafe { (*timer).start_id = slot as u64 };
        Ok(())
    }

    /// Takes the slot of `timer`, which does not run, back.
    pub(crate) unsafe fn release(&mut self, timer: *mut uv_timer_t) {
        // SAFETY: the caller's promise.
        let (slot, is_filed) =
            unsafe { (slot_of((*timer).start_id.into()), (*timer).flags & TIMER_FILED != 0) };
        if is_filed {
            self.heap.remove(slot);
            self.stopped = self.stopped.saturating_sub(1);
            // SAFETY: as above.
            unsafe { (*timer).flags &= !TIMER_FILED };
        }
        if let Some(timer) = self.timers.get_mut(slot) {
            *timer = without_provenance_mut(self.free);
            self.free = slot + 1;
        }
    }

    /// Sets a timer behind all with the same timeout. If it does not run it is marked active next.
    pub(crate) unsafe fn set(&mut self, timer: *mut uv_timer_t, timeout: u64) {
        // SAFETY: the caller's promise.
        unsafe {
            if self.next_order == u32::MAX {
                self.renumber();
            }
            let slot = (*timer).start_id as u32;
            (*timer).timeout = timeout;
            (*timer).start_id = (u64::from(self.next_order) << 32) | u64::from(slot);
            self.next_order += 1;
            if (*timer).flags & TIMER_FILED == 0 {
                (*timer).flags |= TIMER_FILED;
                self.heap.push(key_of(timer));
            } else {
                if (*timer).flags & ACTIVE == 0 {
                    self.stopped = self.stopped.saturating_sub(1);
                }
                if timeout >= self.filed_timeout(timer) {
                    return; // the key in the heap is early enough
                }
                self.heap.advance(key_of(timer));
            }
            file_under(timer, timeout);
        }
    }

    /// The timeout under which a timer stands in the heap. The handle says it without a look there,
    /// where one of its words is long enough.
    unsafe fn filed_timeout(&self, timer: *const uv_timer_t) -> u64 {
        // SAFETY: an initialised timer, the caller's promise.
        unsafe {
            if usize::BITS == 64 {
                (*timer).node.heap[2].addr() as u64
            } else {
                timeout_of(self.heap.of_slot(slot_of((*timer).start_id.into())))
            }
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

    /// The earliest timeout.
    pub(crate) unsafe fn next_timeout(&mut self) -> Option<u64> {
        // SAFETY: the caller's promise.
        unsafe { self.settle().map(timeout_of) }
    }

    /// Moves all timers that are due at `now` into `batch`, in order, and marks them not active.
    /// Returns how many of them were referenced.
    pub(crate) unsafe fn take_due(&mut self, now: u64, batch: *mut uv__queue) -> u32 {
        let mut referenced = 0;
        // SAFETY: the caller's promise.
        unsafe {
            let len = self.heap.len();
            if len >= SWEEP_FROM && self.heap.has_more_due(now, len / 4) {
                return self.sweep(Some(now), batch);
            }
            while let Some(first) = self.settle() {
                if timeout_of(first) > now {
                    break;
                }
                let timer = self.timers[slot_of(first)];
                self.heap.pop_first();
                referenced += expire(timer);
                (*timer).node.heap[2] = null_mut();
                queue::push_back(batch, &raw mut (*timer).node.queue);
                if let Some(next) = self.heap.first() {
                    // It is most often due as well; its handle is seldom in the cache.
                    prefetch(self.timers[slot_of(next)]);
                }
            }
        }
        referenced
    }

    /// Brings a true key to the front, and returns it.
    unsafe fn settle(&mut self) -> Option<Key> {
        loop {
            let first = self.heap.first()?;
            let timer = self.timers[slot_of(first)];
            // SAFETY: the caller's promise.
            unsafe {
                match true_key(timer, first) {
                    Some(key) if key == first => return Some(key),
                    Some(key) => {
                        file_under(timer, timeout_of(key));
                        self.heap.replace_first(key);
                    }
                    None if self.heap.len() >= SWEEP_FROM && self.stopped > self.heap.len() / 2 => {
                        self.sweep(None, null_mut());
                    }
                    None => {
                        forget(timer, first);
                        self.stopped = self.stopped.saturating_sub(1);
                        self.heap.pop_first();
                    }
                }
            }
        }
    }

    /// Makes all keys true and drops those of stopped timers. With a time, takes out what is due, as
    /// [`TimerQueue::take_due`].
    unsafe fn sweep(&mut self, now: Option<u64>, batch: *mut uv__queue) -> u32 {
        let timers = self.timers.as_slice();
        let keys = self.heap.keys_mut();
        let mut referenced = 0;
        // SAFETY: the caller's promise.
        unsafe {
            for i in 0..keys.len() {
                if let Some(&ahead) = keys.get(i + AHEAD) {
                    prefetch(timers[slot_of(ahead)]);
                }
                let timer = timers[slot_of(keys[i])];
                if let Some(key) = true_key(timer, keys[i]) {
                    keys[i] = key;
                    file_under(timer, timeout_of(key));
                    if now.is_some_and(|now| timeout_of(key) <= now) {
                        referenced += expire(timer);
                    }
                } else {
                    forget(timer, keys[i]);
                    keys[i] = NO_KEY;
                }
            }
            self.stopped = 0;
            let (running, _) = partition(keys, |key| key != NO_KEY);
            let (later, due) = partition(running, |key| now.is_none_or(|now| timeout_of(key) > now));
            due.sort_unstable();
            for (i, &key) in due.iter().enumerate() {
                let timer = timers[slot_of(key)];
                let ahead = due.get(i + AHEAD).map_or(null_mut(), |&key| timers[slot_of(key)]);
                prefetch(ahead);
                (*timer).node.heap[2] = ahead.cast();
                queue::push_back(batch, &raw mut (*timer).node.queue);
            }
            let len = later.len();
            self.heap.rebuild(len);
        }
        referenced
    }

    /// Numbers the timers from 0 again, in their order: once in four billion settings.
    unsafe fn renumber(&mut self) {
        // SAFETY: the caller's promise.
        unsafe {
            self.sweep(None, null_mut());
            let keys = self.heap.keys_mut();
            keys.sort_unstable();
            for (order, key) in keys.iter_mut().enumerate() {
                let slot = slot_of(*key);
                let timer = self.timers[slot];
                (*timer).start_id = ((order as u64) << 32) | slot as u64;
                *key = key_of(timer);
            }
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

unsafe fn key_of(timer: *const uv_timer_t) -> Key {
    // SAFETY: an initialised timer, our callers' promise.
    unsafe { key((*timer).timeout, (*timer).start_id) }
}

/// The key that the timer should have in place of `filed`; none if it does not run.
unsafe fn true_key(timer: *const uv_timer_t, filed: Key) -> Option<Key> {
    // SAFETY: an initialised timer, our callers' promise.
    let (is_active, key) = unsafe { ((*timer).flags & ACTIVE != 0, key_of(timer)) };
    // A handle that was stopped and initialised anew, without being closed, has another slot.
    (is_active && slot_of(key) == slot_of(filed)).then_some(key)
}

/// The key `filed` of a timer that does not run leaves the heap.
unsafe fn forget(timer: *mut uv_timer_t, filed: Key) {
    // SAFETY: an initialised timer, our callers' promise.
    unsafe {
        if slot_of((*timer).start_id.into()) == slot_of(filed) {
            (*timer).flags &= !TIMER_FILED;
        }
    }
}

/// The key of a running timer leaves the heap: it is not active any more. Returns 1 if referenced.
unsafe fn expire(timer: *mut uv_timer_t) -> u32 {
    // SAFETY: an initialised timer, our callers' promise.
    unsafe {
        (*timer).flags &= !(ACTIVE | TIMER_FILED);
        u32::from((*timer).flags & REF != 0)
    }
}

unsafe fn file_under(timer: *mut uv_timer_t, timeout: u64) {
    // SAFETY: an initialised timer, our callers' promise.
    unsafe { (*timer).node.heap[2] = without_provenance_mut(timeout as usize) };
}

#[cfg(test)]
#[path = "timer_queue_tests.rs"]
mod tests;
