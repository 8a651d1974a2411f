//! Whether what is cached comes at once. Mostly it does; but where another process is asked about each
//! access (fanotify, for virus scanners and the like) a read waits for it, cached or not, and no call
//! tells beforehand. So the first one goes to a worker, which looks how long it takes, and one that was
//! slow on the loop's thread, or two in a row that may have been, send the others to the workers for a while.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::sys::clock;

/// Nanoseconds that no answer from a cache takes; several of the clock's ticks.
const SLOW: u64 = 10_000_000;

/// A thread may also lose its processor meanwhile, but now and then only, and not for so long.
const VERY_SLOW: u64 = 100_000_000;

/// So many quick ones outweigh a slow one.
const WEIGHT: u32 = 16;

/// Nanoseconds for which the workers have them after a slow one, at least.
const PAUSE: u64 = 1_000_000_000;

pub(super) struct Pace {
    is_quick: AtomicBool,
    /// What slow ones on the loop's thread weigh, less the quick ones since.
    weight: AtomicU32,
    /// When the last pause ends.
    pause: AtomicU64,
}

/// Nobody asks others about these.
pub(super) static STATS: Pace = Pace::new(true);
pub(super) static READS: Pace = Pace::new(false);

impl Pace {
    const fn new(is_quick: bool) -> Pace {
        Pace { is_quick: AtomicBool::new(is_quick), weight: AtomicU32::new(0), pause: AtomicU64::new(0) }
    }

    pub(super) fn is_quick(&self) -> bool {
        self.is_quick.load(Relaxed)
    }

    /// Has the loop's thread do it, and looks whether it was slow.
    pub(super) fn watch<T>(&self, act: impl FnOnce() -> T) -> T {
        let began = clock::last_tick_ns();
        let result = act();
        self.watched(began, clock::last_tick_ns());
        result
    }

    /// The loop's thread was at one from `began` until now.
    #[inline(always)]
    fn watched(&self, began: u64, now: u64) {
        let weight = self.weight.load(Relaxed);
        match now.saturating_sub(began) {
            took if took > VERY_SLOW || (took > SLOW && weight > 0) => {
                self.weight.store(0, Relaxed);
                self.pause.store(now + PAUSE, Relaxed);
                self.is_quick.store(false, Relaxed);
            }
            took if took > SLOW => self.weight.store(WEIGHT, Relaxed),
            _ if weight > 0 => self.weight.store(weight - 1, Relaxed),
            _ => {}
        }
    }

    /// Has a worker do it, and looks whether the loop's thread could do the next one.
    pub(super) fn learn<T>(&self, act: impl FnOnce() -> T) -> T {
        if self.is_quick() {
            return act();
        }
        let began = clock::last_tick_ns();
        let result = act();
        self.learned(began, clock::last_tick_ns());
        result
    }

    /// A worker was at one from `began` until now.
    #[inline(always)]
    fn learned(&self, began: u64, now: u64) {
        if now.saturating_sub(began) <= SLOW && now >= self.pause.load(Relaxed) {
            self.is_quick.store(true, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_ones_go_to_the_workers_for_a_while() {
        let pace = Pace::new(false);
        let (quick, slow) = (SLOW, SLOW + 1);
        pace.learned(1000, 1000 + slow);
        assert!(!pace.is_quick());
        pace.learned(1000, 1000 + quick);
        assert!(pace.is_quick());
        pace.watched(1000, 1000 + slow);
        assert!(pace.is_quick(), "it may have lost its processor");
        (0..WEIGHT).for_each(|_| pace.watched(1000, 1000 + quick));
        pace.watched(1000, 1000 + slow);
        assert!(pace.is_quick());
        pace.watched(1000, 1000 + slow);
        assert!(!pace.is_quick());
        pace.learned(1000 + slow, 1000 + slow + quick);
        assert!(!pace.is_quick(), "the pause is not over");
        pace.learned(1000 + PAUSE + slow, 1000 + PAUSE + slow + quick);
        assert!(pace.is_quick());
        pace.watched(1000, 1000 + VERY_SLOW + 1);
        assert!(!pace.is_quick(), "one such is enough");
    }

    #[test]
    fn what_is_done_is_given_back() {
        let pace = Pace::new(true);
        assert_eq!((pace.watch(|| 1), pace.learn(|| 2)), (1, 2));
    }
}
