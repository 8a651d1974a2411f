//! Adaptive waiting: looking for a notification for a moment before sleeping.
//!
//! To be woken by another thread costs tens of microseconds where processors are virtual, nearly all
//! of it sleep and interrupt. A loop whose last wait ended quickly, by a notification, may look for
//! [`LIMIT_NS`] before it sleeps. A look in vain makes the next ones rarer, up to one in
//! [`MAX_SKIP`] waits, so that traffic which is just too slow costs next to nothing, and an idle
//! loop nothing at all. Never on one processor, or where a quota leaves less than two. A worker looks for
//! its next job by what it knows of the gaps between them: [`Gaps`]; and only where there are more processors than
//! loops that give jobs, or it would be in the way of one of them.
//!
//! `cargo xtask bench gaps` shows what it costs and saves, by the length of the gap.
//!
//! The environment variable `UV_ADAPTIVE_WAIT=0` turns it off.

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::sys::{cgroup, setting, thread};

/// How long to look: longer gained nothing.
pub(crate) const LIMIT_NS: u64 = 20_000;

/// Looks at the clock, for systems whose clock does not move.
pub(crate) const MAX_ROUNDS: usize = 4096;

/// A wait longer than this, a wake-up of another processor included, has no use for looking.
const SHORT_NS: u64 = 100_000;

/// A look in vain costs more than its time: for a while the threads are not where they wake each other soonest.
const MAX_SKIP: u32 = 16384;

/// One waiter's memory of its last waits.
pub(crate) struct Adaptive {
    /// The last wait was short and ended by a notification.
    is_promising: Cell<bool>,
    /// Waits left until the next look.
    skip: Cell<u32>,
    /// How many waits the last look in vain has cost.
    penalty: Cell<u32>,
    /// How long the last wait was that a notification ended, and that was slept through.
    slept_ns: Cell<u64>,
    /// What the look of the present wait has found, if there was one.
    look: Cell<Option<bool>>,
}

impl Adaptive {
    pub(crate) const fn new() -> Adaptive {
        Adaptive {
            is_promising: Cell::new(false),
            skip: Cell::new(0),
            penalty: Cell::new(0),
            slept_ns: Cell::new(0),
            look: Cell::new(None),
        }
    }

    /// Whether the wait that begins now should look first.
    pub(crate) fn should_look(&self) -> bool {
        if !self.is_promising.get() || !pays() {
            return false;
        }
        let skip = self.skip.get();
        if skip > 0 {
            self.skip.set(skip - 1);
            return false;
        }
        true
    }

    /// The look that begins the present wait has ended.
    pub(crate) fn looked(&self, found: bool) {
        self.look.set(Some(found));
    }

    /// A wait has ended, after `ns` in all. Whoever is to notify may run sooner where this thread sleeps than on another
    /// processor: a look was in vain, whatever it found, if it has spared less than half of its own time beside the last
    /// sleep.
    pub(crate) fn waited(&self, ns: u64, by_notification: bool) {
        self.is_promising.set(by_notification && ns < SHORT_NS);
        match self.look.take() {
            Some(found) => {
                let penalty = next_penalty(self.penalty.get(), found && 3 * ns <= 2 * self.slept_ns.get());
                self.penalty.set(penalty);
                self.skip.set(penalty);
            }
            None if by_notification => self.slept_ns.set(ns),
            None => {}
        }
    }
}

/// What a worker of the pool knows of the gaps between jobs: from when a loop was told of the end of one to when the next
/// one is given. It looks where nearly all of the last ones were short, and less often after looks in vain.
pub(crate) struct Gaps {
    /// Counted up to [`Gaps::MOST`] by a short gap, and down by two by a long one.
    short: Cell<u8>,
    /// Gaps left until the next look, and how many the last look in vain has cost.
    skip: Cell<u32>,
    penalty: Cell<u32>,
}

impl Gaps {
    /// Nanoseconds: to sleep and be woken takes more of the processors.
    const SHORT_NS: u64 = 20_000;
    /// How long to look: such a gap, and before it the loop may have to be woken.
    pub(crate) const LIMIT_NS: u64 = 50_000;
    const ENOUGH: u8 = 4;
    const MOST: u8 = 8;

    pub(crate) const fn new() -> Gaps {
        Gaps { short: Cell::new(0), skip: Cell::new(0), penalty: Cell::new(0) }
    }

    /// A gap has ended.
    pub(crate) fn add(&self, ns: u64) {
        let short = self.short.get();
        let is_short = ns <= Gaps::SHORT_NS;
        self.short.set(if is_short { Gaps::MOST.min(short + 1) } else { short.saturating_sub(2) });
        self.skip.set(self.skip.get().saturating_sub(1));
    }

    /// Whether the one that begins now should be spent looking.
    pub(crate) fn are_short(&self) -> bool {
        self.short.get() >= Gaps::ENOUGH && self.skip.get() == 0 && pays()
    }

    /// A look has ended.
    pub(crate) fn looked(&self, found: bool) {
        let penalty = next_penalty(self.penalty.get(), found);
        self.penalty.set(penalty);
        self.skip.set(penalty);
    }
}

/// Only looks that mostly find something bring back those that were put off.
fn next_penalty(penalty: u32, found: bool) -> u32 {
    if found { penalty / 2 } else { (penalty * 4).clamp(1, MAX_SKIP) }
}

/// Whether another processor can do something while this one looks.
pub(crate) fn pays() -> bool {
    spare_cpus() > 0
}

/// How many processors there are beside the one that looks, or 0 where nobody is to look. Asked once a process.
pub(crate) fn spare_cpus() -> usize {
    const UNKNOWN: usize = 0;
    static CPUS: AtomicUsize = AtomicUsize::new(UNKNOWN);
    let cpus = match CPUS.load(Relaxed) {
        UNKNOWN => {
            let cpus = if setting::is_off(c"UV_ADAPTIVE_WAIT") { 1 } else { usable_cpus() };
            CPUS.store(cpus, Relaxed);
            cpus
        }
        cpus => cpus,
    };
    cpus - 1
}

/// Those that the process may run on, as far as a quota allows it; at least 1.
fn usable_cpus() -> usize {
    let cpus = thread::usable_cpus().unwrap_or(1).max(1);
    let limit = cgroup::cpu_limit().and_then(|cpus| usize::try_from(cpus).ok()).unwrap_or(cpus);
    cpus.min(limit.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_in_vain_become_rare() {
        let adaptive = Adaptive::new();
        assert!(!adaptive.should_look(), "nothing is known yet");
        let mut looks = 0;
        for _ in 0..10_000 {
            adaptive.waited(50_000, true);
            if adaptive.should_look() {
                looks += 1;
                adaptive.looked(false);
            }
        }
        assert!(looks <= 20, "{looks} looks");
    }

    #[test]
    fn looks_that_take_nearly_as_long_as_sleeping_become_rare() {
        for (look_ns, is_rare) in [(5_000, false), (8_000, true), (20_000, true)] {
            let adaptive = Adaptive::new();
            let mut looks = 0;
            for _ in 0..1000 {
                let looked = adaptive.is_promising.get() && adaptive.skip.get() == 0;
                adaptive.skip.set(adaptive.skip.get().saturating_sub(1));
                if looked {
                    looks += 1;
                    adaptive.looked(true);
                }
                adaptive.waited(if looked { look_ns } else { 10_000 }, true);
            }
            assert_eq!(looks < 20, is_rare, "{looks} looks of {look_ns} ns");
        }
    }

    /// In how many of a thousand gaps a worker looks, where these are long ones, and looks are in vain.
    fn looks(is_long: impl Fn(u32) -> bool, is_in_vain: bool) -> usize {
        let gaps = Gaps::new();
        let look = |number: &u32| {
            let is_long = is_long(*number);
            let looks = gaps.short.get() >= Gaps::ENOUGH && gaps.skip.get() == 0;
            if looks {
                gaps.looked(!is_long && !is_in_vain);
            }
            gaps.add(if is_long { Gaps::SHORT_NS + 1 } else { Gaps::SHORT_NS });
            looks
        };
        (0..1000).filter(look).count()
    }

    #[test]
    fn a_worker_looks_where_gaps_are_short() {
        assert!(looks(|_| false, false) > 990, "all short");
        assert!(looks(|number| number % 8 == 0, false) > 700, "a long one in between");
        assert!(looks(|number| number % 2 == 0, false) < 10, "every other one");
        assert!(looks(|number| number % 3 == 0, false) < 200, "every third one");
        assert_eq!(looks(|_| true, false), 0, "all long");
        assert!(looks(|_| false, true) < 20, "short, but the loop is slow to be told");
    }

    #[test]
    fn long_waits_and_other_events_end_it() {
        let adaptive = Adaptive::new();
        adaptive.waited(200_000, true);
        assert!(!adaptive.should_look());
        adaptive.waited(10, false);
        assert!(!adaptive.should_look());
    }
}
