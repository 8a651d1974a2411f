//! Adaptive waiting: looking for a notification for a moment before sleeping.
//!
//! To be woken by another thread costs tens of microseconds where processors are virtual, nearly all
//! of it sleep and interrupt. A loop whose last wait ended quickly, by a notification, may look for
//! [`LIMIT_NS`] before it sleeps. A look in vain makes the next ones rarer, up to one in
//! [`MAX_SKIP`] waits, so that traffic which is just too slow costs next to nothing, and an idle
//! loop nothing at all. Never on one processor, or where a quota leaves less than two. A worker looks for
//! its next job by what it knows of the gaps between them: [`Gaps`].
//!
//! `cargo xtask bench gaps` shows what it costs and saves, by the length of the gap.
//!
//! The environment variable `UV_ADAPTIVE_WAIT=0` turns it off.

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use crate::sys::{cgroup, setting, thread};

/// How long to look: longer gained nothing.
pub(crate) const LIMIT_NS: u64 = 20_000;

/// Looks at the clock, for systems whose clock does not move.
pub(crate) const MAX_ROUNDS: usize = 4096;

/// A wait longer than this, a wake-up of another processor included, has no use for looking.
const SHORT_NS: u64 = 100_000;

const MAX_SKIP: u32 = 1024;

/// One waiter's memory of its last waits.
pub(crate) struct Adaptive {
    /// The last wait was short and ended by a notification.
    is_promising: Cell<bool>,
    /// Waits left until the next look.
    skip: Cell<u32>,
    /// How many waits the last look in vain has cost.
    penalty: Cell<u32>,
}

impl Adaptive {
    pub(crate) const fn new() -> Adaptive {
        Adaptive { is_promising: Cell::new(false), skip: Cell::new(0), penalty: Cell::new(0) }
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

    /// A look has ended. Only looks that mostly find something bring back those that were put off.
    pub(crate) fn looked(&self, found: bool) {
        let penalty = self.penalty.get();
        let penalty = if found { penalty / 2 } else { (penalty * 2).clamp(1, MAX_SKIP) };
        self.penalty.set(penalty);
        self.skip.set(penalty);
    }

    /// A wait has ended, after `ns` in all.
    pub(crate) fn waited(&self, ns: u64, by_notification: bool) {
        self.is_promising.set(by_notification && ns < SHORT_NS);
    }
}

/// What a worker of the pool knows of the gaps between jobs, of which each is measured, whether it looked meanwhile or
/// slept. It looks where nearly all of the last ones would have been short enough to be spent looking.
pub(crate) struct Gaps {
    /// Counted up to [`Gaps::MOST`] by a short gap, and down by two by a long one.
    short: Cell<u8>,
}

impl Gaps {
    /// Nanoseconds. To sleep and be woken takes as much of the processors; a longer look is a loss.
    pub(crate) const LIMIT_NS: u64 = 25_000;
    const ENOUGH: u8 = 4;
    const MOST: u8 = 8;

    pub(crate) const fn new() -> Gaps {
        Gaps { short: Cell::new(0) }
    }

    /// A gap has ended.
    pub(crate) fn add(&self, ns: u64) {
        let short = self.short.get();
        self.short.set(if ns <= Gaps::LIMIT_NS {
            Gaps::MOST.min(short + 1)
        } else {
            short.saturating_sub(2)
        });
    }

    /// Whether the one that begins now should be spent looking.
    pub(crate) fn are_short(&self) -> bool {
        self.short.get() >= Gaps::ENOUGH && pays()
    }
}

/// Whether another processor can do something while this one looks. Asked once a process.
pub(crate) fn pays() -> bool {
    const UNKNOWN: u8 = 0;
    const NO: u8 = 1;
    const YES: u8 = 2;
    static ANSWER: AtomicU8 = AtomicU8::new(UNKNOWN);
    match ANSWER.load(Relaxed) {
        UNKNOWN => {
            let is_off = setting::is_off(c"UV_ADAPTIVE_WAIT");
            let yes = !is_off
                && thread::usable_cpus().is_some_and(|cpus| cpus >= 2)
                && cgroup::cpu_limit().is_none_or(|cpus| cpus >= 2);
            ANSWER.store(if yes { YES } else { NO }, Relaxed);
            yes
        }
        answer => answer == YES,
    }
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
    fn a_worker_looks_where_gaps_are_short() {
        let gaps = Gaps::new();
        let share = |longs: &dyn Fn(u32) -> bool| {
            let looks = (0..1000).filter(|&number| {
                gaps.add(if longs(number) { 2 * Gaps::LIMIT_NS } else { Gaps::LIMIT_NS / 2 });
                gaps.short.get() >= Gaps::ENOUGH
            });
            looks.count()
        };
        assert!(share(&|_| false) > 990, "all short");
        assert!(share(&|number| number % 8 == 0) > 990, "a long one in between");
        assert!(share(&|number| number % 2 == 0) < 10, "every other one");
        assert!(share(&|number| number % 3 == 0) < 500, "every third one");
        assert!(share(&|_| true) == 0, "all long");
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
