//! Who looks at what the library does: one word, so that all of it costs nobody more than one test.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A bit for each part of the library that looks.
static WATCHED: AtomicU32 = AtomicU32::new(0);

/// What a part of the library wants to know.
#[derive(Clone, Copy)]
pub(crate) struct Wish(u32);

impl Wish {
    /// Which callback each thread is in.
    pub(crate) const PRESENT: Wish = Wish(1);
    /// How long callbacks, waits and jobs take.
    pub(crate) const TIMES: Wish = Wish(1 << 1);
    /// Each of them, one by one.
    pub(crate) const EVENTS: Wish = Wish(1 << 2);

    pub(crate) fn is_on(self) -> bool {
        WATCHED.load(Relaxed) & self.0 != 0
    }

    pub(crate) fn turn_on(self) {
        WATCHED.fetch_or(self.0, Relaxed);
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
