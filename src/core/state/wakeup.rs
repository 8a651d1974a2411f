//! Waking the loop from other threads and from signal handlers.
//!
//! One word says all: whether there is something to do (`NOTIFIED`), whether the loop sleeps or is
//! not running (`ASLEEP`), and whether the kernel may have an event of the waker (`WRITTEN`). A notifier
//! writes to the waker only when it is the first to notify a loop that sleeps; a loop that is awake
//! finds the bit before it sleeps, since it announces sleep on the same word.
//!
//! `WRITTEN` is set after each write and taken away before each call of the poller: an event that the
//! call does not fetch was written later, and says so later. It may be set in vain, which costs one
//! call of the poller, but is never missing for good.

use std::cell::UnsafeCell;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

use libc::EINTR;

use crate::core::state::poller::Poller;
use crate::core::state::visitors;
use crate::sys::errno::{self, UvResult};
use crate::sys::fork;

const NOTIFIED: u32 = 1;
const ASLEEP: u32 = 2;
const WRITTEN: u32 = 4;

pub(crate) struct Wakeup {
    state: AtomicU32,
    /// Threads that are between finding the loop and leaving it; the loop stays for them.
    holders: AtomicU32,
    /// The process in which that is so.
    generation: AtomicU32,
    /// None only where a fork's child could not make one.
    waker: UnsafeCell<Option<mio::Waker>>,
}

// SAFETY: atomics, and a waker that only `drop_waker` and `renew` change: in a fork's child, on the loop's
// thread, before others send to the loop again.
unsafe impl Sync for Wakeup {}

impl Wakeup {
    /// A loop outside uv_run counts as asleep: an embedder may wait on its backend fd.
    pub(crate) fn new(poller: &Poller) -> UvResult<Wakeup> {
        let waker = poller.waker()?;
        Ok(Wakeup {
            state: AtomicU32::new(ASLEEP),
            holders: AtomicU32::new(0),
            generation: AtomicU32::new(fork::generation()?),
            waker: UnsafeCell::new(Some(waker)),
        })
    }

    /// After a fork, before anything new is opened: the child may have closed the descriptor, and its
    /// number would go to something else, which this would close.
    pub(crate) fn drop_waker(&self) {
        // SAFETY: the child has no other thread that sends, and this one is not in `write`.
        unsafe { *self.waker.get() = None };
    }

    /// After a fork and `drop_waker`: a waker of the child's own; what was notified stays so.
    pub(crate) fn renew(&self, poller: &Poller) -> UvResult {
        let waker = poller.waker()?;
        // SAFETY: the child has no other thread yet that sends to this loop, and this one, in uv_loop_fork,
        // is not in `write`.
        unsafe { *self.waker.get() = Some(waker) };
        // The threads that held the loop are not here.
        self.holders.store(0, Ordering::Relaxed);
        self.generation.store(fork::generation()?, Ordering::Relaxed);
        if self.state.fetch_and(!WRITTEN, Ordering::AcqRel) & NOTIFIED != 0 {
            self.write();
        }
        Ok(())
    }

    /// Out of the way of those who find the loop awake.
    #[cold]
    #[inline(never)]
    fn write(&self) {
        // It can only fail if the kernel is out of memory for an event, which eventfd does not need, or
        // where the system lets signals interrupt it.
        // SAFETY: only a fork's child changes the waker, before it has other threads that send, and not
        // from within here.
        if let Some(waker) = unsafe { &*self.waker.get() } {
            while waker.wake().is_err_and(|error| error.raw_os_error() == Some(EINTR)) {}
        }
        self.state.fetch_or(WRITTEN, Ordering::Release);
    }

    /// Announces sleep, of a loop that is awake; true if nothing was notified or written before.
    pub(crate) fn fall_asleep(&self) -> bool {
        // The loop's thread alone changes that bit: adding it sets it, in one instruction.
        self.state.fetch_add(ASLEEP, Ordering::AcqRel) & (NOTIFIED | WRITTEN) == 0
    }

    /// Whether the loop sleeps, or nobody runs it.
    pub(crate) fn is_asleep(&self) -> bool {
        self.state.load(Ordering::Acquire) & ASLEEP != 0
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

    /// Whether the kernel may hold an event of the waker.
    pub(crate) fn is_written(&self) -> bool {
        self.state.load(Ordering::Relaxed) & WRITTEN != 0
    }

    /// The poller is about to be called.
    pub(crate) fn fetching(&self) {
        if self.is_written() {
            self.state.fetch_and(!WRITTEN, Ordering::AcqRel);
        }
    }

    /// uv_run returns: what was notified while it was awake must show on the backend fd.
    pub(crate) fn leave(&self) {
        if self.state.fetch_or(ASLEEP, Ordering::AcqRel) & NOTIFIED != 0 {
            self.write();
        }
    }

    /// Whether the loop is a parent's, and uv_loop_fork was not called in this child.
    pub(crate) fn is_parents(&self) -> bool {
        fork::generation() != Ok(self.generation.load(Ordering::Relaxed))
    }

    /// Waits until no other thread holds the loop.
    pub(crate) fn wait_for_holders(&self) {
        visitors::wait_until_left(&self.holders, || self.is_parents());
    }

    /// Makes the loop do its wake-up work in its poll phase. Any thread, and signal handlers: it uses
    /// atomics and at most one write, and leaves errno alone.
    pub(crate) fn notify(&self) {
        let before = self.state.fetch_or(NOTIFIED, Ordering::AcqRel);
        if before & (NOTIFIED | ASLEEP) == ASLEEP {
            errno::preserved(|| self.write());
        }
    }

    /// Keeps the loop, which something else, such as an active request, keeps until this returns.
    pub(crate) fn hold(&self) -> Hold {
        self.holders.fetch_add(visitors::ONE, Ordering::AcqRel);
        Hold(NonNull::from(&self.holders))
    }
}

/// Keeps the loop from being freed until it is dropped.
pub(crate) struct Hold(NonNull<AtomicU32>);

impl Drop for Hold {
    /// The holder's last touch of the loop, whose memory may go at once.
    fn drop(&mut self) {
        // SAFETY: counted when it was made, so that uv_loop_close waits for it.
        unsafe { visitors::leave(self.0) };
    }
}
