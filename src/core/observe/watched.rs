//! Whether somebody looks at what the library does: one word, tested where a worker begins a job.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

static WATCHED: AtomicBool = AtomicBool::new(false);

#[inline(always)]
pub(crate) fn is_on() -> bool {
    WATCHED.load(Relaxed)
}

pub(crate) fn turn_on() {
    WATCHED.store(true, Relaxed);
}

/// Safe in signal handlers and in the child of a fork.
pub(crate) fn turn_off() {
    WATCHED.store(false, Relaxed);
}
