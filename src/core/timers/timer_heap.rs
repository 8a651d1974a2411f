//! A 4-ary heap of timers' keys, in an array of its own: a walk through it touches one cache line a
//! level and no handle. `places` says where in the heap a slot's key stands. Room for every slot is
//! made when there are more of them, so that pushing cannot fail.

#![forbid(unsafe_code)]

use crate::core::memory::alloc;
use crate::core::timers::timer_memory::{Group, Key, keys_of};
use crate::sys::errno::{Errno, UvResult};

/// Later than every key: fills the places in which no key stands.
pub(crate) const NO_KEY: Key = Key::MAX;

pub(crate) fn key(timeout: u64, order_and_slot: u64) -> Key {
    (Key::from(timeout) << 64) | Key::from(order_and_slot)
}

pub(crate) fn timeout_of(key: Key) -> u64 {
    (key >> 64) as u64
}

pub(crate) fn slot_of(key: Key) -> usize {
    key as u32 as usize
}

impl Group {
    /// The earliest key and its lane.
    fn earliest(&self) -> (Key, usize) {
        let [a, b, c, d] = self.0;
        let (low, low_lane) = if b < a { (b, 1) } else { (a, 0) };
        let (high, high_lane) = if d < c { (d, 3) } else { (c, 2) };
        if high < low { (high, high_lane) } else { (low, low_lane) }
    }
}

/// At most one key a slot.
pub(crate) struct TimerHeap {
    groups: Vec<Group>,
    len: usize,
    /// By slot; meaningful while its key is in the heap.
    places: Vec<u32>,
}

impl TimerHeap {
    pub(crate) const fn new() -> TimerHeap {
        TimerHeap { groups: Vec::new(), len: 0, places: Vec::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Makes room for the key of one more slot.
    #[inline(always)]
    pub(crate) fn add_slot(&mut self) -> UvResult {
        let count = self.places.len();
        if count >= u32::MAX as usize {
            return Err(Errno::ENOMEM);
        }
        if position(count).0 >= self.groups.len() {
            alloc::try_push(&mut self.groups, Group([NO_KEY; 4]))?; // one too many does no harm
        }
        alloc::try_push(&mut self.places, 0)
    }

    /// The earliest key.
    pub(crate) fn first(&self) -> Option<Key> {
        (self.len > 0).then(|| self.at(0))
    }

    /// The key of a slot that has one.
    pub(crate) fn of_slot(&self, slot: usize) -> Key {
        self.at(self.places[slot] as usize)
    }

    /// Adds the key of a slot that has none in the heap.
    pub(crate) fn push(&mut self, key: Key) {
        self.len += 1; // room was made in `add_slot`
        self.sift_up(self.len - 1, key);
    }

    /// Puts an earlier key in the place of the one that its slot has.
    pub(crate) fn advance(&mut self, key: Key) {
        self.sift_up(self.places[slot_of(key)] as usize, key);
    }

    /// Puts a later key in the place of the first one.
    pub(crate) fn replace_first(&mut self, key: Key) {
        self.sift_down(0, key);
    }

    pub(crate) fn pop_first(&mut self) {
        if self.len > 0 {
            self.fill(0);
        }
    }

    /// Takes out the key of a slot that has one in the heap.
    pub(crate) fn remove(&mut self, slot: usize) {
        self.fill(self.places[slot] as usize);
    }

    /// Whether more than `limit` keys have timeouts up to `now`; looks at few more than these.
    pub(crate) fn has_more_due(&self, now: u64, limit: usize) -> bool {
        let mut left = limit;
        self.len > 0 && timeout_of(self.at(0)) <= now && self.counts_down(0, now, &mut left)
    }

    /// Counts the due key at `place` and those below it; whether `left` was not enough.
    fn counts_down(&self, place: usize, now: u64, left: &mut usize) -> bool {
        let Some(rest) = left.checked_sub(1) else { return true };
        *left = rest;
        let Some(children) = self.groups.get(place + 1) else { return false };
        // A place without a key counts as due at the end of time: harmless, this is an estimate.
        let is_due = |lane: &usize| timeout_of(children.0[*lane]) <= now;
        (0..4).filter(is_due).any(|lane| self.counts_down(place * 4 + 1 + lane, now, left))
    }

    /// The earliest timeout that `true_timeout` has for a key of the heap, which is a lower bound of it.
    pub(crate) fn earliest(&self, true_timeout: impl Fn(Key) -> Option<u64>) -> Option<u64> {
        let mut best = None;
        if let Some(first) = self.first() {
            self.look_below(0, first, &true_timeout, &mut best);
        }
        best
    }

    /// Looks at a key and, as far as they can be earlier than the best one, those below it.
    fn look_below(
        &self,
        place: usize,
        key: Key,
        true_timeout: &impl Fn(Key) -> Option<u64>,
        best: &mut Option<u64>,
    ) {
        let is_early = |bound: Key, best: Option<u64>| {
            bound != NO_KEY && best.is_none_or(|best| timeout_of(bound) < best)
        };
        if !is_early(key, *best) {
            return;
        }
        match true_timeout(key) {
            Some(timeout) if best.is_none_or(|best| timeout < best) => *best = Some(timeout),
            _ => {}
        }
        let Some(children) = self.groups.get(place + 1) else { return };
        for (lane, &child) in children.0.iter().enumerate() {
            if is_early(child, *best) {
                self.look_below(place * 4 + 1 + lane, child, true_timeout, best);
            }
        }
    }

    /// All keys, the heap's order being theirs. After a change of them: [`TimerHeap::rebuild`].
    pub(crate) fn keys_mut(&mut self) -> &mut [Key] {
        keys_of(&mut self.groups).get_mut(ROOT..ROOT + self.len).unwrap_or_default()
    }

    /// Keeps the first `len` of the keys, and makes a heap of them again.
    pub(crate) fn rebuild(&mut self, len: usize) {
        if let Some(rest) = self.keys_mut().get_mut(len..) {
            rest.fill(NO_KEY);
        }
        self.len = self.len.min(len);
        for place in (0..self.len).rev() {
            self.sift_down(place, self.at(place));
        }
    }

    fn at(&self, place: usize) -> Key {
        let (group, lane) = position(place);
        self.groups[group].0[lane]
    }

    fn put(&mut self, place: usize, key: Key) {
        let (group, lane) = position(place);
        self.groups[group].0[lane] = key;
        self.places[slot_of(key)] = place as u32;
    }

    /// Closes the gap at `place` with the last key.
    fn fill(&mut self, place: usize) {
        self.len -= 1;
        let last = self.at(self.len);
        let (group, lane) = position(self.len);
        self.groups[group].0[lane] = NO_KEY;
        if place == self.len {
            return;
        }
        if place > 0 && last < self.at(parent(place)) {
            self.sift_up(place, last);
        } else {
            self.sift_down(place, last);
        }
    }

    fn sift_up(&mut self, mut place: usize, key: Key) {
        while place > 0 {
            let above = self.at(parent(place));
            if above < key {
                break;
            }
            self.put(place, above);
            place = parent(place);
        }
        self.put(place, key);
    }

    fn sift_down(&mut self, mut place: usize, key: Key) {
        while let Some(children) = self.groups.get(place + 1) {
            let (earliest, lane) = children.earliest();
            if key < earliest {
                break; // also where there are no children
            }
            self.put(place, earliest);
            place = place * 4 + 1 + lane;
        }
        self.put(place, key);
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

    fn heap_of(timeouts: impl Iterator<Item = u64>) -> TimerHeap {
        let mut heap = TimerHeap::new();
        for (slot, timeout) in timeouts.enumerate() {
            heap.add_slot().unwrap();
            heap.push(key(timeout, slot as u64));
        }
        heap
    }

    fn drain(heap: &mut TimerHeap) -> Vec<u64> {
        let mut timeouts = Vec::new();
        while let Some(first) = heap.first() {
            timeouts.push(timeout_of(first));
            heap.pop_first();
        }
        timeouts
    }

    #[test]
    fn keys_come_out_in_order() {
        let mut heap = heap_of((0..100).map(|i| i * 37 % 101));
        heap.remove(5);
        heap.advance(key(0, 7));
        let mut expected: Vec<u64> = (0..100).filter(|&i| i != 5).map(|i| i * 37 % 101).collect();
        expected[6] = 0; // slot 7
        expected.sort_unstable();
        assert_eq!(drain(&mut heap), expected);
    }

    #[test]
    fn due_keys_are_counted_up_to_a_limit() {
        let heap = heap_of((0..100).map(|i| i * 37 % 101));
        let due = (0..100).filter(|i| i * 37 % 101 <= 50).count();
        assert!(heap.has_more_due(50, due - 1));
        assert!(!heap.has_more_due(50, due));
        assert!(!TimerHeap::new().has_more_due(0, 0));
    }

    #[test]
    fn rebuilding_keeps_the_first_keys() {
        let mut heap = heap_of((0..50).rev());
        heap.keys_mut().sort_unstable_by(|a, b| b.cmp(a));
        heap.rebuild(20);
        heap.advance(key(3, 0)); // slot 0 had the latest timeout
        assert_eq!(drain(&mut heap), [3].into_iter().chain(30..49).collect::<Vec<u64>>());
    }
}
