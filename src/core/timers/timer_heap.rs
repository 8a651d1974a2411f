//! A pairing heap of timers, in words of their own: it takes no memory, so that nothing in it can fail.
//!
//! Who stands above has an earlier key than those below. A newcomer is compared with the first one alone;
//! what is below a timer that leaves is put in order then, two by two.

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::ops::ControlFlow::{self, Break, Continue};

use crate::abi::uv_timer_t;
use crate::core::timers::timer_links::{Key, Link, timeout_of};
use crate::sys::prefetch::prefetch;

pub(crate) struct TimerHeap {
    root: Link,
    /// The timeout that the first timer is filed under, if there is one. Others may ask for it at any time.
    earliest: Cell<u64>,
    len: usize,
}

impl TimerHeap {
    pub(crate) const fn new() -> TimerHeap {
        TimerHeap { root: Link::NONE, earliest: Cell::new(u64::MAX), len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The timer with the earliest key.
    #[inline(always)]
    pub(crate) fn first<'a>(&self) -> Option<&'a uv_timer_t> {
        self.root.timer()
    }

    #[inline(always)]
    fn set_first(&mut self, first: Option<&uv_timer_t>) {
        self.root = Link::of(first);
        self.earliest.set(first.map_or(u64::MAX, |first| timeout_of(first.filed_key())));
    }

    /// The timeout that the first timer is filed under, without a look at the timer.
    pub(crate) fn earliest(&self) -> Option<u64> {
        let earliest = self.earliest.get();
        self.root.is_some().then_some(earliest)
    }

    /// Adds a timer, which is in no heap, under this key.
    #[inline(always)]
    pub(crate) fn push(&mut self, timer: &uv_timer_t, key: Key) {
        timer.file_under(key);
        timer.set_child(None);
        self.len += 1;
        self.join(timer);
    }

    /// Files a timer of the heap under an earlier key.
    pub(crate) fn advance(&mut self, timer: &uv_timer_t, key: Key) {
        timer.file_under(key);
        if self.root.is_to(timer) {
            self.set_first(Some(timer));
        } else {
            detach(timer);
            self.join(timer);
        }
    }

    /// Files the first timer under a later key.
    pub(crate) fn replace_first(&mut self, key: Key) {
        if let Some(first) = self.pop_first() {
            self.push(first, key);
        }
    }

    pub(crate) fn pop_first<'a>(&mut self) -> Option<&'a uv_timer_t> {
        let first = self.root.timer()?;
        self.len -= 1;
        self.set_first(order(first.child()));
        Some(first)
    }

    /// Takes out a timer of the heap. Whether it was the first one.
    pub(crate) fn remove(&mut self, timer: &uv_timer_t) -> bool {
        if self.root.is_to(timer) {
            self.pop_first();
            return true;
        }
        detach(timer);
        self.len -= 1;
        if let Some(below) = order(timer.child()) {
            self.join(below);
        }
        false
    }

    /// Whether more than `limit` timers have keys up to `now`.
    pub(crate) fn has_more_due(&self, now: u64, limit: usize) -> bool {
        let mut due = 0;
        self.walk(|timer| {
            let is_due = timeout_of(timer.filed_key()) <= now;
            due += usize::from(is_due);
            if due > limit { Break(()) } else { Continue(is_due) }
        });
        due > limit
    }

    /// Shows timers to `look`, each before those below it; and these if it says so.
    pub(crate) fn walk(&self, mut look: impl FnMut(&uv_timer_t) -> ControlFlow<(), bool>) {
        let Some(mut at) = self.first() else { return };
        loop {
            let Continue(is_open) = look(at) else { return };
            let next = if is_open { at.child().or_else(|| self.behind(at)) } else { self.behind(at) };
            let Some(next) = next else { return };
            at = next;
        }
    }

    /// The next one in a walk that leaves out what is below `timer`.
    fn behind<'a>(&self, timer: &'a uv_timer_t) -> Option<&'a uv_timer_t> {
        let mut at = timer;
        while !self.root.is_to(at) {
            if let Some(next) = at.next() {
                return Some(next);
            }
            at = above(at)?;
        }
        None
    }

    /// Empties the heap. What comes out, in no order, may be pushed again.
    pub(crate) fn take_apart<'a>(&mut self) -> Apart<'a> {
        let first = self.first();
        *self = TimerHeap::new();
        Apart { rest: first, stack: None }
    }

    /// Puts a timer, with those below it, beside or above the first one.
    #[inline(always)]
    fn join(&mut self, timer: &uv_timer_t) {
        let first = self.root.timer().map_or(timer, |root| meld(root, timer));
        first.set_next(None);
        first.set_previous(None);
        self.set_first(Some(first));
    }
}

/// The timers of a heap that was taken apart.
pub(crate) struct Apart<'a> {
    /// One after the other by their `next`.
    rest: Option<&'a uv_timer_t>,
    /// First children, one after the other by their `previous`.
    stack: Option<&'a uv_timer_t>,
}

impl<'a> Iterator for Apart<'a> {
    type Item = &'a uv_timer_t;

    #[inline]
    fn next(&mut self) -> Option<&'a uv_timer_t> {
        let timer = match self.rest {
            Some(timer) => timer,
            None => {
                let first = self.stack?;
                self.stack = first.previous();
                first
            }
        };
        self.rest = timer.next();
        prefetch(self.rest.map_or(std::ptr::null(), std::ptr::from_ref));
        if let Some(child) = timer.child() {
            child.set_previous(self.stack);
            self.stack = Some(child);
        }
        Some(timer)
    }
}

/// Puts the later of two, each with what is below it, below the other one, which is returned.
#[inline(always)]
fn meld<'a>(a: &'a uv_timer_t, b: &'a uv_timer_t) -> &'a uv_timer_t {
    let (first, second) = if b.filed_key() < a.filed_key() { (b, a) } else { (a, b) };
    let child = first.child();
    if let Some(child) = child {
        child.set_previous(Some(second));
    }
    second.set_next(child);
    second.set_previous(Some(first));
    first.set_child(Some(second));
    first
}

/// Makes one heap of a timer and those behind it: in pairs, and then from the last pair to the first.
fn order<'a>(first: Option<&'a uv_timer_t>) -> Option<&'a uv_timer_t> {
    let mut pairs: Option<&'a uv_timer_t> = None;
    let mut rest = first;
    while let Some(one) = rest {
        let melded = match one.next() {
            Some(other) => {
                rest = other.next();
                meld(one, other)
            }
            None => {
                rest = None;
                one
            }
        };
        melded.set_next(pairs);
        pairs = Some(melded);
    }
    let mut whole = pairs?;
    let mut rest = whole.next();
    while let Some(pair) = rest {
        rest = pair.next();
        whole = meld(whole, pair);
    }
    whole.set_next(None);
    whole.set_previous(None);
    Some(whole)
}

/// Takes a timer that is below another one, and what is below itself, out.
fn detach(timer: &uv_timer_t) {
    let (previous, next) = (timer.previous(), timer.next());
    if let Some(next) = next {
        next.set_previous(previous);
    }
    let Some(previous) = previous else { return };
    if Link::of(previous.child()).is_to(timer) {
        previous.set_child(next);
    } else {
        previous.set_next(next);
    }
}

/// The timer that this one is below.
fn above(timer: &uv_timer_t) -> Option<&uv_timer_t> {
    let mut at = timer;
    loop {
        let previous = at.previous()?;
        if Link::of(previous.child()).is_to(at) {
            return Some(previous);
        }
        at = previous;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::timers::timer_links::key;

    fn timers(count: usize) -> Vec<uv_timer_t> {
        (0..count).map(|_| crate::abi::zeroed()).collect()
    }

    fn timeout(i: usize) -> u64 {
        i as u64 * 37 % 101
    }

    fn heap_of(timers: &[uv_timer_t]) -> TimerHeap {
        let mut heap = TimerHeap::new();
        for (i, timer) in timers.iter().enumerate() {
            heap.push(timer, key(timeout(i), i as u64));
        }
        heap
    }

    fn drain(heap: &mut TimerHeap) -> Vec<u64> {
        std::iter::from_fn(|| heap.pop_first()).map(|timer| timeout_of(timer.filed_key())).collect()
    }

    #[test]
    fn timers_come_out_in_order() {
        let timers = timers(100);
        let mut heap = heap_of(&timers);
        assert_eq!(heap.pop_first().map(|timer| timeout_of(timer.filed_key())), Some(0));
        heap.remove(&timers[5]);
        heap.remove(&timers[30]);
        heap.advance(&timers[7], key(0, 7));
        heap.replace_first(key(1000, 7));
        assert_eq!(heap.len(), 97);
        let others = (1..100).filter(|i| ![5, 7, 30].contains(i)).map(timeout);
        let mut expected: Vec<u64> = others.chain([1000]).collect();
        expected.sort_unstable();
        assert_eq!(drain(&mut heap), expected);
        assert_eq!(heap.len(), 0);
    }

    #[test]
    fn any_timer_can_be_taken_out() {
        for left_out in 0..60 {
            let timers = timers(60);
            let mut heap = heap_of(&timers);
            let before = heap.pop_first().is_some_and(|first| std::ptr::eq(first, &timers[left_out]));
            if !before {
                heap.remove(&timers[left_out]);
            }
            let mut expected: Vec<u64> = (1..60).filter(|&i| i != left_out).map(timeout).collect();
            expected.sort_unstable();
            assert_eq!(drain(&mut heap), expected, "without {left_out}");
        }
    }

    #[test]
    fn due_timers_are_counted_up_to_a_limit() {
        let timers = timers(100);
        let mut heap = heap_of(&timers);
        heap.pop_first();
        let due = (1..100).filter(|&i| timeout(i) <= 50).count();
        assert!(heap.has_more_due(50, due - 1));
        assert!(!heap.has_more_due(50, due));
        assert!(!TimerHeap::new().has_more_due(0, 0));
    }

    #[test]
    fn a_walk_meets_each_timer_once() {
        let timers = timers(100);
        let mut heap = heap_of(&timers);
        heap.pop_first();
        let mut met = Vec::new();
        heap.walk(|timer| {
            met.push(timeout_of(timer.filed_key()));
            Continue(true)
        });
        let mut apart: Vec<u64> = heap.take_apart().map(|timer| timeout_of(timer.filed_key())).collect();
        met.sort_unstable();
        apart.sort_unstable();
        let mut all: Vec<u64> = (1..100).map(timeout).collect();
        all.sort_unstable();
        assert_eq!((met, apart, heap.len()), (all.clone(), all, 0));
    }
}
