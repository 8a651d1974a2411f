//! Calls whose end somebody waits for, who has seen them begin.

#![forbid(unsafe_code)]

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::core::state::clock;

/// Who waits for the end of a call, each for one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    Watchdog,
    Program,
}

/// The call, by its number, whose end is asked for; and when it ended.
struct Asked {
    call: AtomicU64,
    ended: AtomicU64,
}

/// One for each who may ask.
pub(super) struct AskedEnds([Asked; 2]);

impl AskedEnds {
    pub(super) fn clear(&self) {
        for asked in &self.0 {
            asked.call.store(0, Relaxed);
            asked.ended.store(0, Relaxed);
        }
    }

    pub(super) fn ask(&self, asker: Asker, call: u64) {
        let asked = self.of(asker);
        if asked.call.swap(call, Relaxed) != call {
            asked.ended.store(0, Relaxed);
        }
    }

    /// A call has ended just now. Whether somebody still waits for one that is under way.
    pub(super) fn has_ended(&self, call: u64, is_under_way: &dyn Fn(u64) -> bool) -> bool {
        let mut is_more = false;
        for asked in &self.0 {
            let its = asked.call.load(Relaxed);
            if its == call {
                asked.ended.store(clock::hrtime(), Release);
            } else {
                is_more |= is_under_way(its);
            }
        }
        is_more
    }

    /// When the call that was asked for ended, if it was seen to.
    pub(super) fn ended(&self, asker: Asker) -> Option<u64> {
        Some(self.of(asker).ended.load(Acquire)).filter(|at| *at != 0)
    }

    fn of(&self, asker: Asker) -> &Asked {
        let [watchdog, program] = &self.0;
        match asker {
            Asker::Watchdog => watchdog,
            Asker::Program => program,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_asks_for_the_outer_call_and_one_for_the_inner() {
        let none = || Asked { call: AtomicU64::new(0), ended: AtomicU64::new(0) };
        let asked = AskedEnds([none(), none()]);
        asked.ask(Asker::Watchdog, 1);
        asked.ask(Asker::Program, 2);
        assert!(asked.has_ended(2, &|call| call == 1));
        assert_eq!(asked.ended(Asker::Watchdog), None);
        let inner = asked.ended(Asker::Program).unwrap();
        assert!(!asked.has_ended(1, &|_| false));
        assert!(asked.ended(Asker::Watchdog).unwrap() >= inner);
        asked.ask(Asker::Program, 2); // again: what is known stays
        assert_eq!(asked.ended(Asker::Program), Some(inner));
        asked.ask(Asker::Program, 3);
        assert_eq!(asked.ended(Asker::Program), None);
    }
}
