//! Sleeping for a while, or until another thread says so.

use std::sync::atomic::{AtomicU32, Ordering::Acquire};

use crate::sys::clock;

/// Sleeps while the word is `value`, at most so many milliseconds.
#[inline(never)]
pub(crate) fn wait_while(word: &AtomicU32, value: u32, ms: u64) {
    let limit = clock::to_timespec(ms.saturating_mul(1_000_000));
    if word.load(Acquire) != value {
        return;
    }
    // SAFETY: the word is there for the time of the call; the limit is only read.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
            value,
            &raw const limit,
        );
    }
}
