//! Sending to an async handle, from any thread or signal handler, and the end of that.

use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use crate::abi::uv_async_t;
use crate::core::state::inner::shared;
use crate::core::state::sends::PENDING;
use crate::core::state::visitors;

/// The way of any thread, or of a signal handler, to an async handle: good until the send is on its way,
/// when the handle may be closed and its memory go.
pub(crate) struct Sender(NonNull<uv_async_t>);

/// The handle that the program sends to.
///
/// # Safety
/// `handle` is an initialised async handle whose close callback has not run.
#[inline(always)]
pub(crate) unsafe fn sender(handle: *mut uv_async_t) -> Sender {
    // SAFETY: where there is a handle, the pointer to it is not null.
    Sender(unsafe { NonNull::new_unchecked(handle) })
}

/// Sends to a handle that stays meanwhile.
pub(crate) fn send(handle: &uv_async_t) {
    Sender(NonNull::from(handle)).send();
}

impl Sender {
    /// Atomics, and at most one write and one wake-up. errno stays as it is.
    #[inline(always)]
    pub(crate) fn send(self) {
        // SAFETY: the program's promise: it does not close the handle before this send is on its way.
        let word = unsafe { self.0.as_ref() }.word();
        let seen = word.load(Ordering::Relaxed);
        // Also an unchanged word is written: what the sender did before is seen by the
        // callback, which takes the flag away first.
        let mark = |seen| word.compare_exchange_weak(seen, seen, Ordering::AcqRel, Ordering::Relaxed);
        if seen & PENDING == 0 || mark(seen).is_err() {
            self.send_first();
        }
    }

    /// Out of the way of those who find a send under way already.
    #[inline(never)]
    fn send_first(self) {
        // SAFETY: the program does not close the handle before this send is on its way.
        let word = unsafe { self.0.as_ref() }.word();
        let mut seen = word.load(Ordering::Relaxed);
        loop {
            let wanted = if seen & PENDING != 0 { seen } else { (seen | PENDING) + visitors::ONE };
            match word.compare_exchange_weak(seen, wanted, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) if seen & PENDING != 0 => return,
                Ok(_) => break,
                Err(now) => seen = now,
            }
        }
        let word = NonNull::from(word);
        // SAFETY: counted in the word, this thread keeps the handle from being closed, and that its loop.
        let shared = shared(unsafe { self.0.as_ref() }.owner());
        shared.async_pending.push(self.0);
        shared.wakeup.notify();
        // SAFETY: this thread was counted above.
        unsafe { visitors::leave(word) };
    }
}

/// Whether a send is on its way; others, from here on, are lost. No other thread is at the handle then.
pub(crate) fn shut(handle: &uv_async_t) -> bool {
    let word = handle.word();
    let is_pending = word.fetch_or(PENDING, Ordering::AcqRel) & PENDING != 0;
    visitors::wait_until_left(word, || shared(handle.owner()).wakeup.is_parents());
    is_pending
}
