//! Waiting until other threads have left what is theirs no more.
//!
//! One word counts the threads that are inside. The last one to leave wakes a thread that waits for it,
//! which sleeps meanwhile: it might otherwise keep the processor from just those.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::sys::futex;

/// For what else the word says.
pub(crate) const FLAG: u32 = 1;
/// Somebody waits.
const AWAITED: u32 = 2;
/// One thread inside.
pub(crate) const ONE: u32 = 4;

fn is_any(word: u32) -> bool {
    word >= ONE
}

/// The calling thread's last touch of the word, whose memory may go at once.
///
/// # Safety
/// The thread is counted, so that the word stays until now.
#[inline(always)]
pub(crate) unsafe fn leave(word: NonNull<AtomicU32>) {
    // SAFETY: counted in the word, this thread keeps others from freeing it until the count is gone. All of
    // the word is an atomic, which may go while the call that takes the count away returns.
    let before = unsafe { word.as_ref() }.fetch_sub(ONE, Ordering::AcqRel);
    if before & AWAITED != 0 {
        futex::wake_all(word);
    }
}

/// Waits until no thread is inside. They leave within a few instructions, if they get a processor. Nobody
/// comes in any more. `is_child` tells whether the threads were those of a parent, and are not here.
#[inline(always)]
pub(crate) fn wait_until_left(word: &AtomicU32, is_child: impl FnOnce() -> bool) {
    if is_any(word.load(Ordering::Acquire)) {
        wait(word, is_child());
    }
}

#[cold]
#[inline(never)]
fn wait(word: &AtomicU32, is_child: bool) {
    if is_child {
        word.fetch_and(FLAG, Ordering::AcqRel);
        return;
    }
    loop {
        let seen = word.fetch_or(AWAITED, Ordering::AcqRel) | AWAITED;
        if !is_any(seen) {
            return;
        }
        futex::wait(word, seen);
    }
}
