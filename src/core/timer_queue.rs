//! The timer queue: a 4-ary heap of (timeout, start order), in an array of its own.
//!
//! Comparisons stay inside the array, so that a walk through the heap touches one cache line a level
//! and no handle. An entry names its timer by a slot; `slots` says which handle that is and where in
//! the heap its entry stands. Room for every initialised timer is made when its slot is claimed, so
//! that inserting cannot fail.

use std::cmp::Ordering;

use crate::abi::uv_timer_t;
use crate::sys::errno::{Errno, UvResult};

/// Children of a node: four entries of 16 bytes are one cache line.
const ARITY: usize = 4;
/// `Slot::place` of a timer that is not in the heap.
const ABSENT: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Entry {
    timeout: u64,
    order: u32,
    slot: u32,
}

impl Entry {
    fn key(self) -> (u64, u32) {
        (self.timeout, self.order)
    }
}

#[derive(Clone, Copy)]
struct Slot {
    /// The handle; for a free slot the next free one, as an index plus 1.
    timer: *mut uv_timer_t,
    place: u32,
}

/// Timers in the order of their timeouts; equal timeouts in the order of their insertion.
pub(crate) struct TimerQueue {
    heap: Vec<Entry>,
    slots: Vec<Slot>,
    free: usize,
    next_order: u32,
}

impl TimerQueue {
    pub(crate) const fn new() -> TimerQueue {
        TimerQueue { heap: Vec::new(), slots: Vec::new(), free: 0, next_order: 0 }
    }

    /// A slot for `timer`, with the memory that its insertions will need.
    pub(crate) fn claim(&mut self, timer: *mut uv_timer_t) -> UvResult<u32> {
        if self.free != 0 {
            let index = self.free - 1;
            let Some(slot) = self.slots.get_mut(index) else { return Err(Errno::UNKNOWN) };
            self.free = slot.timer.addr();
            *slot = Slot { timer, place: ABSENT };
            return Ok(index as u32);
        }
        let count = self.slots.len();
        if count >= ABSENT as usize {
            return Err(Errno::ENOMEM);
        }
        self.slots.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
        let needed = (count + 1).saturating_sub(self.heap.len());
        self.heap.try_reserve(needed).map_err(|_| Errno::ENOMEM)?;
        self.slots.push(Slot { timer, place: ABSENT });
        Ok(count as u32)
    }

    /// Gives a slot back; its timer is not in the heap.
    pub(crate) fn release(&mut self, slot: u32) {
        self.remove(slot);
        if let Some(entry) = self.slots.get_mut(slot as usize) {
            entry.timer = std::ptr::without_provenance_mut(self.free);
            self.free = slot as usize + 1;
        }
    }

    /// Puts the timer of `slot`, which is not in the heap, behind all with the same timeout.
    pub(crate) fn insert(&mut self, slot: u32, timeout: u64) {
        if self.next_order == u32::MAX {
            self.renumber();
        }
        let entry = Entry { timeout, order: self.next_order, slot };
        self.next_order += 1;
        let place = self.heap.len();
        self.heap.push(entry); // room was made in `claim`
        self.sift_up(place, entry);
    }

    /// Takes the timer of `slot` out, if it is in.
    pub(crate) fn remove(&mut self, slot: u32) {
        let Some(entry) = self.slots.get_mut(slot as usize) else { return };
        let place = std::mem::replace(&mut entry.place, ABSENT) as usize;
        if place >= self.heap.len() {
            return;
        }
        let Some(last) = self.heap.pop() else { return };
        if place == self.heap.len() {
            return; // it was the last one
        }
        let parent = place.wrapping_sub(1) / ARITY;
        if place > 0 && last.key() < self.heap[parent].key() {
            self.sift_up(place, last);
        } else {
            self.sift_down(place, last);
        }
    }

    /// The earliest timeout.
    pub(crate) fn next_timeout(&self) -> Option<u64> {
        self.heap.first().map(|entry| entry.timeout)
    }

    /// Takes the earliest timer out if it is due at `now`.
    pub(crate) fn pop_due(&mut self, now: u64) -> Option<*mut uv_timer_t> {
        let first = *self.heap.first()?;
        if first.timeout > now {
            return None;
        }
        self.remove(first.slot);
        self.slots.get(first.slot as usize).map(|slot| slot.timer)
    }

    fn place(&mut self, place: usize, entry: Entry) {
        self.heap[place] = entry;
        self.slots[entry.slot as usize].place = place as u32;
    }

    fn sift_up(&mut self, mut place: usize, entry: Entry) {
        while place > 0 {
            let parent = (place - 1) / ARITY;
            let above = self.heap[parent];
            if above.key() <= entry.key() {
                break;
            }
            self.place(place, above);
            place = parent;
        }
        self.place(place, entry);
    }

    fn sift_down(&mut self, mut place: usize, entry: Entry) {
        loop {
            let first = place * ARITY + 1;
            let end = (first + ARITY).min(self.heap.len());
            if first >= end {
                break;
            }
            let mut least = first;
            let mut least_key = self.heap[first].key();
            for child in first + 1..end {
                let key = self.heap[child].key();
                if key < least_key {
                    least = child;
                    least_key = key;
                }
            }
            if entry.key() <= least_key {
                break;
            }
            let up = self.heap[least];
            self.place(place, up);
            place = least;
        }
        self.place(place, entry);
    }

    /// Numbers the entries from 0 again, in their order: once in four billion insertions.
    fn renumber(&mut self) {
        self.heap.sort_unstable_by(|a, b| match a.timeout.cmp(&b.timeout) {
            Ordering::Equal => a.order.cmp(&b.order),
            other => other,
        });
        // A sorted array is a heap.
        for place in 0..self.heap.len() {
            let entry = Entry { order: place as u32, ..self.heap[place] };
            self.place(place, entry);
        }
        self.next_order = self.heap.len() as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr::without_provenance_mut;

    /// A model: a sorted list of (timeout, start order, slot).
    fn check_against_model(seed: u64, steps: u32, first_order: u32) {
        let mut queue = TimerQueue::new();
        queue.next_order = first_order;
        let mut model: Vec<(u64, u64, u32)> = Vec::new();
        let slots: Vec<u32> =
            (0..64).map(|i| queue.claim(without_provenance_mut(1000 + i)).unwrap()).collect();
        let mut state = seed;
        let mut random = move |bound: u64| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) % bound
        };
        let mut now = 0;
        for step in 0..u64::from(steps) {
            let slot = slots[random(64) as usize];
            match random(4) {
                0 | 1 => {
                    queue.remove(slot);
                    model.retain(|&(_, _, s)| s != slot);
                    let timeout = now + random(20);
                    queue.insert(slot, timeout);
                    model.push((timeout, step, slot));
                    model.sort_unstable();
                }
                2 => {
                    queue.remove(slot);
                    model.retain(|&(_, _, s)| s != slot);
                }
                _ => {
                    now += random(5);
                    while let Some(timer) = queue.pop_due(now) {
                        let (timeout, _, slot) = model.remove(0);
                        assert!(timeout <= now);
                        assert_eq!(timer.addr(), 1000 + slot as usize);
                    }
                    assert!(model.first().is_none_or(|&(timeout, ..)| timeout > now));
                }
            }
            assert_eq!(queue.next_timeout(), model.first().map(|&(timeout, ..)| timeout));
        }
    }

    #[test]
    fn agrees_with_a_sorted_list() {
        for seed in 0..50 {
            check_against_model(seed, 2000, 0);
        }
    }

    #[test]
    fn order_survives_renumbering() {
        for seed in 0..20 {
            check_against_model(seed, 600, u32::MAX - 200);
        }
    }

    #[test]
    fn slots_are_used_again() {
        let mut queue = TimerQueue::new();
        let a = queue.claim(without_provenance_mut(8)).unwrap();
        let b = queue.claim(without_provenance_mut(16)).unwrap();
        queue.insert(a, 5);
        queue.release(a);
        assert_eq!(queue.next_timeout(), None);
        assert_eq!(queue.claim(without_provenance_mut(24)), Ok(a));
        queue.release(b);
        queue.release(a);
        assert_eq!(queue.claim(without_provenance_mut(32)), Ok(a));
        assert_eq!(queue.claim(without_provenance_mut(40)), Ok(b));
    }
}
