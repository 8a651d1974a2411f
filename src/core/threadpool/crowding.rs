//! Whether others want the processors: jobs wait long for a worker that was woken.

#![forbid(unsafe_code)]

use std::cell::Cell;

/// Nanoseconds. Where processors are virtual and free, a wake-up takes tens of thousands; a turn of another thread takes
/// millions.
const LONG: u64 = 300_000;
/// What a long way counts beside short ones.
const WEIGHT: u32 = 256;
const MOST: u32 = 4096;

/// Guarded by the pool's lock.
pub(super) struct Crowding {
    /// When a worker was woken last, unless another one has begun a job since then: it waits in vain for a processor
    /// where the pool has them.
    woken_at: Cell<Option<u64>>,
    level: Cell<u32>,
}

impl Crowding {
    pub(super) const fn new() -> Crowding {
        Crowding { woken_at: Cell::new(None), level: Cell::new(0) }
    }

    /// A worker is woken now.
    pub(super) fn woken(&self, now: u64) {
        self.woken_at.set(Some(now));
    }

    /// The one that was woken runs now.
    pub(super) fn arrived(&self, now: u64) {
        let level = self.level.get();
        self.level.set(if self.is_long(now) {
            MOST.min(2 * level + WEIGHT)
        } else {
            level.saturating_sub(1)
        });
    }

    /// A worker begins a job.
    pub(super) fn begun(&self) {
        if self.woken_at.get().is_some() {
            self.woken_at.set(None);
        }
    }

    fn is_long(&self, now: u64) -> bool {
        self.woken_at.get().is_some_and(|woken| now.saturating_sub(woken) > LONG)
    }

    /// Whether the one that was woken may leave the processor to another worker for a moment: nobody else takes it.
    pub(super) fn is_nobody_near(&self, now: u64) -> bool {
        !self.is_crowded() && !self.is_long(now)
    }

    /// Whether more than one of the last ways was long: the only one may have been an accident.
    pub(super) fn is_crowded(&self) -> bool {
        self.level.get() > WEIGHT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(crowding: &Crowding, ns: u64) {
        crowding.woken(1);
        crowding.arrived(1 + ns);
    }

    #[test]
    fn two_long_ways_among_many_make_a_crowd_and_short_ones_end_it() {
        let crowding = Crowding::new();
        way(&crowding, LONG + 1);
        assert!(!crowding.is_crowded());
        (0..WEIGHT / 2).for_each(|_| way(&crowding, LONG));
        way(&crowding, LONG + 1);
        assert!(crowding.is_crowded());
        (0..MOST).for_each(|_| way(&crowding, 50_000));
        assert!(!crowding.is_crowded());
    }

    #[test]
    fn long_ways_do_not_count_where_the_other_workers_are_at_it() {
        let crowding = Crowding::new();
        for _ in 0..100 {
            crowding.woken(1);
            crowding.begun();
            crowding.arrived(2 * LONG);
        }
        assert!(!crowding.is_crowded());
    }

    #[test]
    fn it_does_not_grow_for_ever() {
        let crowding = Crowding::new();
        (0..100).for_each(|_| way(&crowding, u64::MAX / 2));
        (0..MOST).for_each(|_| way(&crowding, 0));
        assert!(!crowding.is_crowded());
    }
}
