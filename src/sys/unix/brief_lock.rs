//! A lock that is held for a few instructions, and that the child of a fork can take as new.

use parking_lot::RawMutex;
use parking_lot::lock_api::RawMutex as _;

/// Waiting for another thread that is about to be done. Its processor may be needed for that, also if
/// it has a lower real-time priority: after a while this sleeps.
pub(crate) struct Patience(u32);

impl Patience {
    pub(crate) const fn new() -> Patience {
        Patience(0)
    }

    /// Waits for a moment. Async-signal-safe.
    #[cold]
    #[inline(never)]
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
/// somebody who wants it. It is only tried, so that no thread ever stands in parking_lot's table of waiting
/// threads, which a fork would leave to the child.
pub(crate) struct BriefLock(RawMutex);

pub(crate) struct Held<'a>(&'a BriefLock);

impl BriefLock {
    pub(crate) const fn new() -> BriefLock {
        BriefLock(RawMutex::INIT)
    }

    pub(crate) fn lock(&self) -> Held<'_> {
        let mut patience = Patience::new();
        while !self.0.try_lock() {
            patience.wait();
        }
        Held(self)
    }

    /// In the child of a fork: who held it is not there.
    pub(crate) fn renew(&self) {
        if self.0.is_locked() {
            // SAFETY: of the threads only this one is here, and it does not hold the lock.
            unsafe { self.0.unlock() };
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // SAFETY: `lock` took it for this guard.
        unsafe { self.0.0.unlock() };
    }
}
