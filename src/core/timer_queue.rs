//! The timer queue: a 4-ary heap of (timeout, start order), in an array of its own.
//!
//! Comparisons stay inside the array: a walk through the heap touches one cache line a level and no
//! handle. An entry names its timer by a slot; `timers` says which handle that is, `places` where in
//! the heap its entry stands. Room for every initialised timer is made when its slot is claimed, so
//! that setting a timer cannot fail.

use crate::abi::uv_timer_t;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::prefetch::prefetch;

/// `places` of a timer that is not in the heap.
const ABSENT: u32 = u32::MAX;

/// Timeout, then order, then slot, from the highest bits to the lowest: entries compare as numbers.
type Entry = u128;

/// Later than every entry: fills the places that no entry stands in.
const NO_ENTRY: Entry = Entry::MAX;

fn entry(timeout: u64, order: u32, slot: u32) -> Entry {
    (Entry::from(timeout) << 64) | (Entry::from(order) << 32) | Entry::from(slot)
}

fn timeout_of(entry: Entry) -> u64 {
    (entry >> 64) as u64
}

fn slot_of(entry: Entry) -> usize {
    entry as u32 as usize
}

/// The four children of a node: one cache line. The children of the node at place `p` are group
/// `p + 1`; the root stands in the last lane of group 0.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Group([Entry; 4]);

impl Group {
    /// The earliest entry and its lane.
    fn earliest(&self) -> (Entry, usize) {
        let [a, b, c, d] = self.0;
        let (low, low_lane) = if b < a { (b, 1) } else { (a, 0) };
        let (high, high_lane) = if d < c { (d, 3) } else { (c, 2) };
        if high < low { (high, high_lane) } else { (low, low_lane) }
    }
}

/// Timers in the order of their timeouts; equal timeouts in the order in which they were set.
pub(crate) struct TimerQueue {
    heap: Vec<Group>,
    len: usize,
    /// By slot: the handle, or for a free slot the next free one, as an index plus 1.
    timers: Vec<*mut uv_timer_t>,
    /// By slot: the entry's place in the heap, or `ABSENT`.
    places: Vec<u32>,
    free: usize,
    next_order: u32,
}

impl TimerQueue {
    pub(crate) const fn new() -> TimerQueue {
        TimerQueue {
            heap: Vec::new(),
            len: 0,
            timers: Vec::new(),
            places: Vec::new(),
            free: 0,
            next_order: 0,
        }
    }

    /// A slot for `timer`, with the memory that setting it will need.
    pub(crate) fn claim(&mut self, timer: *mut uv_timer_t) -> UvResult<u32> {
        if let Some(index) = self.free.checked_sub(1) {
            let Some(free) = self.timers.get_mut(index) else { return Err(Errno::UNKNOWN) };
            self.free = std::mem::replace(free, timer).addr();
            return Ok(index as u32);
        }
        let count = self.timers.len();
        if count >= ABSENT as usize {
            return Err(Errno::ENOMEM);
        }
        let full = || Errno::ENOMEM;
        self.timers.try_reserve(1).map_err(|_| full())?;
        self.places.try_reserve(1).map_err(|_| full())?;
        if position(count).0 >= self.heap.len() {
            self.heap.try_reserve(1).map_err(|_| full())?;
            self.heap.push(Group([NO_ENTRY; 4]));
        }
        self.timers.push(timer);
        self.places.push(ABSENT);
        Ok(count as u32)
    }

    /// Gives a slot back.
    pub(crate) fn release(&mut self, slot: u32) {
        self.remove(slot);
        if let Some(timer) = self.timers.get_mut(slot as usize) {
            *timer = std::ptr::without_provenance_mut(self.free);
            self.free = slot as usize + 1;
        }
    }

    /// Sets the timer of `slot`, in the heap or not, behind all with the same timeout.
    pub(crate) fn set(&mut self, slot: u32, timeout: u64) {
        if self.next_order == u32::MAX {
            self.renumber();
        }
        let new = entry(timeout, self.next_order, slot);
        self.next_order += 1;
        let place = self.places[slot as usize] as usize;
        if place < self.len {
            if new > self.at(place) { self.sift_down(place, new) } else { self.sift_up(place, new) }
        } else {
            self.len += 1; // room was made in `claim`
            self.sift_up(self.len - 1, new);
        }
    }

    /// Takes the timer of `slot` out, if it is in.
    pub(crate) fn remove(&mut self, slot: u32) {
        let place = std::mem::replace(&mut self.places[slot as usize], ABSENT) as usize;
        if place < self.len {
            self.fill(place);
        }
    }

    /// The earliest timeout.
    pub(crate) fn next_timeout(&self) -> Option<u64> {
        (self.len > 0).then(|| timeout_of(self.at(0)))
    }

    /// Takes the earliest timer out if it is due at `now`.
    pub(crate) fn pop_due(&mut self, now: u64) -> Option<*mut uv_timer_t> {
        if self.len == 0 {
            return None;
        }
        let first = self.at(0);
        if timeout_of(first) > now {
            return None;
        }
        self.places[slot_of(first)] = ABSENT;
        self.fill(0);
        if self.len > 0 {
            // The next one is most often due as well; its handle is seldom in the cache.
            prefetch(self.timers[slot_of(self.at(0))]);
        }
        Some(self.timers[slot_of(first)])
    }

    fn at(&self, place: usize) -> Entry {
        let (group, lane) = position(place);
        self.heap[group].0[lane]
    }

    fn put(&mut self, place: usize, entry: Entry) {
        let (group, lane) = position(place);
        self.heap[group].0[lane] = entry;
        self.places[slot_of(entry)] = place as u32;
    }

    /// Closes the gap at `place` with the last entry.
    fn fill(&mut self, place: usize) {
        self.len -= 1;
        let last = self.at(self.len);
        let (group, lane) = position(self.len);
        self.heap[group].0[lane] = NO_ENTRY;
        if place == self.len {
            return;
        }
        if place > 0 && last < self.at(parent(place)) {
            self.sift_up(place, last);
        } else {
            self.sift_down(place, last);
        }
    }

    fn sift_up(&mut self, mut place: usize, entry: Entry) {
        while place > 0 {
            let above = self.at(parent(place));
            if above < entry {
                break;
            }
            self.put(place, above);
            place = parent(place);
        }
        self.put(place, entry);
    }

    fn sift_down(&mut self, mut place: usize, entry: Entry) {
        while let Some(children) = self.heap.get(place + 1) {
            let (earliest, lane) = children.earliest();
            if entry < earliest {
                break; // also where there are no children
            }
            self.put(place, earliest);
            place = place * 4 + 1 + lane;
        }
        self.put(place, entry);
    }

    /// Numbers the entries from 0 again, in their order: once in four billion settings.
    fn renumber(&mut self) {
        // SAFETY: groups are four entries without padding and the root is the fourth: `len` entries
        // from there on are initialised. Nothing else refers to the heap meanwhile.
        let entries = unsafe {
            let root = self.heap.as_mut_ptr().cast::<Entry>().wrapping_add(ROOT);
            std::slice::from_raw_parts_mut(root, if self.heap.is_empty() { 0 } else { self.len })
        };
        entries.sort_unstable(); // a sorted array is a heap
        for place in 0..self.len {
            let old = self.at(place);
            self.put(place, entry(timeout_of(old), place as u32, slot_of(old) as u32));
        }
        self.next_order = self.len as u32;
    }
}

/// The root's lane, seen from the start of group 0.
const ROOT: usize = 3;

fn position(place: usize) -> (usize, usize) {
    ((place + ROOT) / 4, (place + ROOT) % 4)
}

fn parent(place: usize) -> usize {
    (place - 1) / 4
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
                    model.retain(|&(_, _, s)| s != slot);
                    let timeout = now + random(20);
                    queue.set(slot, timeout);
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
        queue.set(a, 5);
        queue.release(a);
        assert_eq!(queue.next_timeout(), None);
        assert_eq!(queue.claim(without_provenance_mut(24)), Ok(a));
        queue.release(b);
        queue.release(a);
        assert_eq!(queue.claim(without_provenance_mut(32)), Ok(a));
        assert_eq!(queue.claim(without_provenance_mut(40)), Ok(b));
    }
}
