//! How a worker waits that has no job: it sleeps, or first looks for one for a moment, while that pays (see
//! [`crate::core::state::spin`]).

#![forbid(unsafe_code)]

use std::sync::atomic::Ordering::{Acquire, Relaxed};

use super::pool::{End, LOOKING, Locked, NOBODY, OFFERED, Pool, State};
use crate::core::state::clock;
use crate::core::state::spin::{self, Gaps};

/// After so many looks in a row a worker sleeps, so that the others get their turn.
const LOOKS_IN_TURN: u32 = 1024;
/// How often a worker lets the one go ahead that has woken it. More often, and the system spreads them over the
/// processors, where they wake each other later.
const MOST_YIELDS: u32 = 4;

impl Pool {
    /// Waits for a job. `looks` counts how often in a row this worker did so without sleeping.
    pub(super) fn rest<'a>(&'a self, mut state: Locked<'a>, looks: &mut u32) -> Locked<'a> {
        if state.running.get() == 0 && self.look.load(Relaxed) == NOBODY {
            // Beside others at longer jobs the processors have better things to do.
            let alone = state.burst.replace(0) <= 1 || self.has_short_jobs();
            let began = clock::hrtime();
            if alone
                && *looks < LOOKS_IN_TURN
                && state.gaps.are_short()
                && state.givers.count() <= spin::spare_cpus()
            {
                *looks += 1;
                let found;
                (state, found) = self.look(state, began);
                if found || state.end.get() != End::No {
                    return state;
                }
                *looks = 0;
                return self.sleep(state); // and this gap is counted
            }
            state.idle_since.set(began);
        }
        *looks = 0;
        self.sleep(state)
    }

    /// Whether a worker that was woken leaves the processor once more to one that was there before.
    fn is_to_go_behind(&self, state: &State, yields: u32, now: u64) -> bool {
        // In the child of a fork in `begin`, there may be one less than none.
        let is_one_setting_out = isize::try_from(self.setting_out.load(Relaxed)).is_ok_and(|count| count > 0);
        is_one_setting_out && yields < MOST_YIELDS && state.crowding.is_nobody_near(now)
    }

    /// Looks for a job for a moment, and whether there is one. One worker at a time does, the last one that ran out of
    /// jobs.
    fn look<'a>(&'a self, mut state: Locked<'a>, began: u64) -> (Locked<'a>, bool) {
        self.look.store(LOOKING, Relaxed);
        if self.inbox.is_empty_at_last() {
            drop(state);
            self.look_until(began + Gaps::LIMIT_NS);
            state = self.lock();
        }
        let is_offered = self.look.swap(NOBODY, Acquire) == OFFERED;
        self.inbox.bring_in_at_last(&state.jobs);
        let found = is_offered || state.jobs.any();
        state.gaps.looked(found);
        if found {
            state.gaps.add(0);
        }
        (state, found)
    }

    /// Looks for what is offered until then.
    fn look_until(&self, end: u64) {
        while self.look.load(Relaxed) == LOOKING && clock::hrtime() < end {
            for _ in 0..32 {
                std::hint::spin_loop();
                if self.look.load(Relaxed) != LOOKING {
                    break;
                }
            }
        }
    }

    /// Sleeps until a wake-up comes for this worker.
    ///
    /// Who was woken by a worker may run in its place, on its processor, and would be at the second job before
    /// that one is at the first: it lets it go ahead, unless others take the processor. Programs find what they ask for
    /// one after the other done in that order nearly always, and some count on it.
    fn sleep<'a>(&'a self, mut state: Locked<'a>) -> Locked<'a> {
        self.sleeping.store(self.sleeping.load(Relaxed) + 1, Relaxed);
        if !self.inbox.is_empty_at_last() {
            self.sleeping.store(self.sleeping.load(Relaxed) - 1, Relaxed);
            return state;
        }
        let mut yields = 0;
        loop {
            if state.wakeups.get() > 0 {
                let now = clock::hrtime();
                if self.is_to_go_behind(&state, yields, now) {
                    yields += 1;
                    drop(state);
                    std::thread::yield_now();
                    state = self.lock();
                    continue;
                }
                state.crowding.arrived(now);
                self.is_crowded.store(state.crowding.is_crowded(), Relaxed);
                state.wakeups.set(state.wakeups.get() - 1);
                self.is_one_coming.store(state.wakeups.get() > 0, Relaxed);
                self.inbox.bring_in_at_last(&state.jobs);
                return state;
            }
            state = self.wait_for_wakeup(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_woken_goes_behind_the_one_that_has_woken_it_but_not_for_ever() {
        let pool = Pool::new();
        pool.setting_out.store(1, Relaxed);
        pool.lock().wakeups.set(1);
        pool.lock().crowding.woken(1);
        assert!(pool.is_to_go_behind(&pool.lock(), 0, 2));
        assert!(!pool.is_to_go_behind(&pool.lock(), MOST_YIELDS, 2));
        assert!(!pool.is_to_go_behind(&pool.lock(), 0, 2_000_000), "others have taken the processor");
        assert_eq!(pool.sleep(pool.lock()).wakeups.get(), 0);
        pool.setting_out.store(usize::MAX, Relaxed);
        assert!(!pool.is_to_go_behind(&pool.lock(), 0, 2));
    }
}
