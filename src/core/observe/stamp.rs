//! When a call begins: by the clock; or by its last tick, which costs a fifth, where that tells long calls from others.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::core::observe::watched::Wish;
use crate::core::state::clock::hrtime;
use crate::sys::clock;

const NS_PER_MS: u64 = 1_000_000;
/// A limit of fewer ticks is told by the clock.
const FEWEST_TICKS: u64 = 10;

/// How far apart ticks are.
static TICK_NS: AtomicU64 = AtomicU64::new(0);

/// Calls that take longer than the limit are to be told from others; `exact` asks for the clock.
pub(super) fn tell(limit_ms: u64, exact: Wish) {
    let tick_ns = clock::tick_length_ns();
    TICK_NS.store(tick_ns, Relaxed);
    if limit_ms * NS_PER_MS < FEWEST_TICKS * tick_ns {
        exact.turn_on();
    } else {
        exact.turn_off();
    }
}

/// Now, or one tick later at the most: no call seems longer than it is.
#[inline(always)]
pub(super) fn now() -> u64 {
    if Wish::EXACT.is_on() { hrtime() } else { clock::last_tick_ns() + TICK_NS.load(Relaxed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_for_long_limits() {
        let tick_ms = clock::tick_length_ns().div_ceil(NS_PER_MS);
        tell(FEWEST_TICKS * tick_ms, Wish::EXACT);
        let (before, stamp, after) = (hrtime(), now(), hrtime());
        // Ticks of a busy machine are late.
        assert!(before <= stamp + 500 * NS_PER_MS && stamp <= after + TICK_NS.load(Relaxed));
        tell(1, Wish::EXACT);
        let (before, stamp, after) = (hrtime(), now(), hrtime());
        assert!(before <= stamp && stamp <= after);
        Wish::EXACT.turn_off();
    }
}
