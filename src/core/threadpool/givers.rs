//! Which loops give jobs to the pool of late.

#![forbid(unsafe_code)]

use std::cell::Cell;

/// More than these are not told apart.
const MOST: usize = 8;
/// A loop counts until others were told so often.
const RECENT: u32 = 64;

#[derive(Clone, Copy)]
struct Giver {
    /// The loop's address, or 0.
    owner: usize,
    /// The number of the last time that it was told.
    at: u32,
}

/// Guarded by the pool's lock.
pub(super) struct Givers {
    seen: [Cell<Giver>; MOST],
    tellings: Cell<u32>,
}

impl Givers {
    pub(super) const fn new() -> Givers {
        Givers { seen: [const { Cell::new(Giver { owner: 0, at: 0 }) }; MOST], tellings: Cell::new(0) }
    }

    /// The loop at this address was told that jobs of its are done, and gives the next ones.
    pub(super) fn note(&self, owner: usize) {
        let at = self.tellings.get().wrapping_add(1);
        self.tellings.set(at);
        let known = self.seen.iter().find(|giver| giver.get().owner == owner);
        let place = known.or_else(|| self.seen.iter().max_by_key(|giver| self.age(giver.get())));
        if let Some(place) = place {
            place.set(Giver { owner, at });
        }
    }

    /// How many loops there are that have given jobs lately.
    pub(super) fn count(&self) -> usize {
        self.seen.iter().filter(|giver| self.age(giver.get()) < RECENT).count()
    }

    /// How often others were told since it was.
    fn age(&self, giver: Giver) -> u32 {
        if giver.owner == 0 { u32::MAX } else { self.tellings.get().wrapping_sub(giver.at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_count_that_gave_jobs_lately() {
        let givers = Givers::new();
        assert_eq!(givers.count(), 0);
        for _ in 0..100 {
            givers.note(1);
        }
        assert_eq!(givers.count(), 1);
        givers.note(2);
        givers.note(1);
        assert_eq!(givers.count(), 2);
        for _ in 0..RECENT {
            givers.note(1);
        }
        assert_eq!(givers.count(), 1, "the other one was long ago");
    }

    #[test]
    fn newcomers_take_the_place_of_those_who_were_not_seen_for_long() {
        let givers = Givers::new();
        for owner in 1..=MOST + 1 {
            givers.note(owner);
        }
        assert_eq!(givers.count(), MOST);
        assert!(givers.seen.iter().all(|giver| giver.get().owner != 1));
    }
}
