//! Sleeping until another thread has changed a word.

use std::ptr::NonNull;
use std::sync::atomic::AtomicU32;

use crate::sys::errno;

/// Sleeps while the word is `value`, until somebody calls [`wake_all`] for it; now and then for no reason.
pub(crate) fn wait(word: &AtomicU32, value: u32) {
    let no_limit: *const libc::timespec = std::ptr::null();
    // SAFETY: the word is there for the time of the call; without a limit.
    errno::preserved(|| unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
            value,
            no_limit,
        )
    });
}

/// Wakes those that wait for the word, which need not be there any more: only its address is used. Fit for
/// signal handlers.
#[cold]
pub(crate) fn wake_all(word: NonNull<AtomicU32>) {
    // SAFETY: the system looks for waiters by the address, and reads nothing there.
    errno::preserved(|| unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
            libc::c_int::MAX,
        )
    });
}
