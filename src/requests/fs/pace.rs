//! Whether what is cached comes at once. Mostly it does; but where another process is asked about each
//! access (fanotify, for virus scanners and the like) a read waits for it, cached or not, and no call
//! tells beforehand. So the first one goes to a worker, which looks how long it takes, and one that was
//! slow on the loop's thread sends the others to the workers for a while.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use crate::sys::clock;

/// Nanoseconds that no answer from a cache takes; several of the clock's ticks, since a thread may also
/// lose its processor meanwhile.
const SLOW: u64 = 10_000_000;

/// Nanoseconds for which the workers have them after a slow one, at least.
const PAUSE: u64 = 1_000_000_000;

pub(super) struct Pace {
    is_quick: AtomicBool,
    /// When the last pause ends.
    pause: AtomicU64,
}

/// Nobody asks others about these.
pub(super) static STATS: Pace = Pace::new(true);
pub(super) static READS: Pace = Pace::new(false);

impl Pace {
    const fn new(is_quick: bool) -> Pace {
        Pace { is_quick: AtomicBool::new(is_quick), pause: AtomicU64::new(0) }
    }

    pub(super) fn is_quick(&self) -> bool {
        self.is_quick.load(Relaxed)
    }

    /// Has the loop's thread do it, and looks whether it was slow.
    pub(super) fn watch<T>(&self, act: impl FnOnce() -> T) -> T {
        let began = clock::last_tick_ns();
        let result = act();
        let now = clock::last_tick_ns();
        if now.saturating_sub(began) > SLOW {
            self.pause.store(now + PAUSE, Relaxed);
            self.is_quick.store(false, Relaxed);
        }
        result
    }

    /// Has a worker do it, and looks whether the loop's thread could do the next one.
    pub(super) fn learn<T>(&self, act: impl FnOnce() -> T) -> T {
        if self.is_quick() {
            return act();
        }
        let began = clock::last_tick_ns();
        let result = act();
        let now = clock::last_tick_ns();
        if now.saturating_sub(began) <= SLOW && now >= self.pause.load(Relaxed) {
            self.is_quick.store(true, Relaxed);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn slow_ones_go_to_the_workers_for_a_while() {
        let pace = Pace::new(false);
        let slow = || std::thread::sleep(Duration::from_nanos(2 * SLOW));
        pace.learn(slow);
        assert!(!pace.is_quick());
        pace.learn(|| ());
        assert!(pace.is_quick());
        pace.watch(slow);
        assert!(!pace.is_quick());
        pace.learn(|| ());
        assert!(!pace.is_quick(), "the pause is not over");
        pace.pause.store(0, Relaxed);
        pace.learn(|| ());
        assert!(pace.is_quick());
    }
}
