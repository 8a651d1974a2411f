//! A lock that is held for a few instructions, and that the child of a fork can take as new.

use std::sync::atomic::{AtomicBool, Ordering};

/// Waiting for another thread that is about to be done. Its processor may be needed for that, also if
/// it has a lower real-time priority: after a while this sleeps.
pub(crate) struct Patience(u32);

impl Patience {
    pub(crate) const fn new() -> Patience {
        Patience(0)
    }

    /// Waits for a moment. Async-signal-safe.
    pub(crate) fn wait(&mut self) {
        let pause = libc::timespec { tv_sec: 0, tv_nsec: 20_000 };
        self.0 = self.0.saturating_add(1);
        if self.0 <= 100 {
            return std::hint::spin_loop();
        }
        // SAFETY: plain system calls; the pause is only read, and what is left of it not asked for.
        unsafe {
            if self.0 <= 110 {
                libc::sched_yield();
            } else {
                libc::nanosleep(&raw const pause, std::ptr::null_mut());
            }
        }
    }
}

/// The lock. Whoever holds it takes no other lock, allocates nothing and cannot be interrupted by
/// somebody who wants it.
pub(crate) struct BriefLock(AtomicBool);

pub(crate) struct Held<'a>(&'a BriefLock);

impl BriefLock {
    pub(crate) const fn new() -> BriefLock {
        BriefLock(AtomicBool::new(false))
    }

    pub(crate) fn lock(&self) -> Held<'_> {
        let mut patience = Patience::new();
        while self.0.swap(true, Ordering::Acquire) {
            patience.wait();
        }
        Held(self)
    }

    /// In the child of a fork: who held it is not there.
    pub(crate) fn renew(&self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.renew();
    }
}
