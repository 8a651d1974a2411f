//! Adaptive waiting: looking for a notification for a moment before sleeping.
//!
//! To be woken by another thread costs tens of microseconds where processors are virtual, nearly all
//! of it sleep and interrupt. A loop whose last wait ended quickly, by a notification, may look for
//! [`LIMIT_NS`] before it sleeps. A look in vain makes the next ones rarer, up to one in
//! [`MAX_SKIP`] waits, so that traffic which is just too slow costs next to nothing, and an idle
//! loop nothing at all. Never on one processor, or where a quota leaves less than two.
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

    /// A look has ended.
    pub(crate) fn looked(&self, found: bool) {
        let penalty = if found { 0 } else { (self.penalty.get() * 2).clamp(1, MAX_SKIP) };
        self.penalty.set(penalty);
        self.skip.set(penalty);
    }

    /// A wait has ended, after `ns` in all.
    pub(crate) fn waited(&self, ns: u64, by_notification: bool) {
        self.is_promising.set(by_notification && ns < SHORT_NS);
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
    fn long_waits_and_other_events_end_it() {
        let adaptive = Adaptive::new();
        adaptive.waited(200_000, true);
        assert!(!adaptive.should_look());
        adaptive.waited(10, false);
        assert!(!adaptive.should_look());
    }
}
