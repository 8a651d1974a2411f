//! Waking the loop from other threads and from signal handlers.
//!
//! One word says all: whether there is something to do (`NOTIFIED`), whether the loop sleeps or is
//! not running (`ASLEEP`), and whether the kernel was told (`WRITTEN`). A notifier writes to the
//! waker only when it is the first to notify a loop that sleeps; a loop that is awake finds the bit
//! before it sleeps, since it announces sleep on the same word.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::core::LoopInner;
use crate::core::poller::Poller;
use crate::sys::errno::{self, UvResult};

const NOTIFIED: u32 = 1;
const ASLEEP: u32 = 2;
const WRITTEN: u32 = 4;

pub(crate) struct Wakeup {
    state: AtomicU32,
    /// Threads that are between finding the loop and leaving it; the loop stays for them.
    holders: AtomicU32,
    waker: UnsafeCell<mio::Waker>,
}

impl Wakeup {
    /// A loop outside uv_run counts as asleep: an embedder may wait on its backend fd.
    pub(crate) fn new(poller: &Poller) -> UvResult<Wakeup> {
        let waker = poller.waker()?;
        Ok(Wakeup {
            state: AtomicU32::new(ASLEEP),
            holders: AtomicU32::new(0),
            waker: UnsafeCell::new(waker),
        })
    }

    /// After a fork: a waker of the child's own; what was notified stays so.
    pub(crate) fn renew(&self, poller: &Poller) -> UvResult {
        let waker = poller.waker()?;
        // SAFETY: the child has no other thread, and this one is not in `write`.
        unsafe { *self.waker.get() = waker };
        // The threads that held the loop are not here.
        self.holders.store(0, Ordering::Relaxed);
        if self.state.fetch_and(!WRITTEN, Ordering::AcqRel) & NOTIFIED != 0 {
            self.write();
        }
        Ok(())
    }

    fn write(&self) {
        self.state.fetch_or(WRITTEN, Ordering::Relaxed);
        // It can only fail if the kernel is out of memory for an event, which eventfd does not need.
        // SAFETY: only a fork's child changes it, before it has threads.
        let _ = unsafe { &*self.waker.get() }.wake();
    }

    /// Announces sleep, of a loop that is awake; false if there is something to do already.
    pub(crate) fn fall_asleep(&self) -> bool {
        // The loop's thread alone changes that bit: adding it sets it, in one instruction.
        self.state.fetch_add(ASLEEP, Ordering::AcqRel) & NOTIFIED == 0
    }

    /// From here on a notifier need not write.
    pub(crate) fn rise(&self) {
        self.state.fetch_and(!ASLEEP, Ordering::AcqRel);
    }

    /// Whether there was something to do; takes the mark away.
    pub(crate) fn take(&self) -> bool {
        self.state.load(Ordering::Relaxed) & NOTIFIED != 0
            && self.state.fetch_and(!NOTIFIED, Ordering::AcqRel) & NOTIFIED != 0
    }

    pub(crate) fn is_notified(&self) -> bool {
        self.state.load(Ordering::Relaxed) & NOTIFIED != 0
    }

    /// Whether the kernel holds an event of the waker that was not fetched.
    pub(crate) fn is_written(&self) -> bool {
        self.state.load(Ordering::Relaxed) & WRITTEN != 0
    }

    /// The poller has reported the waker.
    pub(crate) fn fetched(&self) {
        self.state.fetch_and(!WRITTEN, Ordering::AcqRel);
    }

    /// uv_run returns: what was notified while it was awake must show on the backend fd.
    pub(crate) fn leave(&self) {
        let before = self.state.fetch_or(ASLEEP, Ordering::AcqRel);
        if before & (NOTIFIED | WRITTEN) == NOTIFIED {
            self.write();
        }
    }

    /// Waits until no other thread holds the loop; they leave within a few instructions.
    pub(crate) fn wait_for_holders(&self) {
        while self.holders.load(Ordering::Acquire) != 0 {
            std::thread::yield_now();
        }
    }
}

/// Makes the loop do its wake-up work in its poll phase. Any thread, and signal handlers: it uses
/// atomics and at most one write, and leaves errno alone.
pub(crate) fn notify(inner: &LoopInner) {
    let wakeup = &inner.wakeup;
    let before = wakeup.state.fetch_or(NOTIFIED, Ordering::AcqRel);
    if before & (NOTIFIED | ASLEEP) == ASLEEP {
        errno::preserved(|| wakeup.write());
    }
}

/// Keeps the loop from being freed until [`release`]; something else, such as an active request, keeps
/// it until this returns.
pub(crate) fn hold(inner: &LoopInner) {
    inner.wakeup.holders.fetch_add(1, Ordering::AcqRel);
}

/// The holder's last touch of the loop, whose memory may go at once.
pub(crate) fn release(inner: &LoopInner) {
    inner.wakeup.holders.fetch_sub(1, Ordering::AcqRel);
}
