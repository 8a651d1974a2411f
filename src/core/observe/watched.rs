//! Who looks at what the library does: one word, so that all of it costs nobody more than one test.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A bit for each part of the library that looks.
static WATCHED: AtomicU32 = AtomicU32::new(0);

/// What a part of the library wants to know: the bit that asks for it, and all for which it is to be known.
#[derive(Clone, Copy)]
pub(crate) struct Wish {
    own: u32,
    any: u32,
}

impl Wish {
    /// Which callback each thread is in.
    pub(crate) const PRESENT: Wish = Wish::alone(1);
    /// How long callbacks, waits and jobs take.
    pub(crate) const TIMES: Wish = Wish { own: 1 << 1, any: 1 << 1 | Wish::MEASURE.own };
    /// Each of them, one by one.
    pub(crate) const EVENTS: Wish = Wish::alone(1 << 2);
    /// What the program asks for by itself: the times; and the callbacks that hold a loop.
    pub(crate) const MEASURE: Wish = Wish::alone(1 << 3);
    pub(crate) const BLOCKED: Wish = Wish::alone(1 << 4);

    /// When calls begin, to the nanosecond: for the watchdog, or for the program.
    pub(crate) const EXACT: Wish =
        Wish { own: 1 << 5, any: 1 << 5 | Wish::EXACT_FOR_PROGRAM.own | Wish::TIMES.any | Wish::EVENTS.own };
    pub(crate) const EXACT_FOR_PROGRAM: Wish = Wish::alone(1 << 6);

    const fn alone(bit: u32) -> Wish {
        Wish { own: bit, any: bit }
    }

    pub(crate) fn is_on(self) -> bool {
        WATCHED.load(Relaxed) & self.any != 0
    }

    pub(crate) fn turn_on(self) {
        WATCHED.fetch_or(self.own, Relaxed);
    }

    pub(crate) fn turn_off(self) {
        WATCHED.fetch_and(!self.own, Relaxed);
    }
}

/// Whether anybody looks.
#[inline(always)]
pub(crate) fn is_on() -> bool {
    WATCHED.load(Relaxed) != 0
}

/// No part of the library looks any more. Safe in signal handlers and in the child of a fork.
pub(crate) fn turn_off() {
    WATCHED.store(0, Relaxed);
}
