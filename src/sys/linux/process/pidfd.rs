//! Descriptors that become readable when a process has ended.
//!
//! Old kernels, sandboxes and emulators lack one way to get them, or both.

use std::os::fd::{FromRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use libc::{c_int, pid_t};

use crate::sys::errno::check;

/// `clone` with a pidfd was refused, and without it was not.
static CLONE_REFUSES: AtomicBool = AtomicBool::new(false);
/// There is no `pidfd_open`.
static OPEN_REFUSED: AtomicBool = AtomicBool::new(false);

/// Whether a new child can be asked to come with one.
pub(super) fn comes_with_children() -> bool {
    !CLONE_REFUSES.load(Relaxed)
}

/// Children came, but not with one.
pub(super) fn did_not_come() {
    CLONE_REFUSES.store(true, Relaxed);
}

/// The one that `clone` has written, unless it is -1.
pub(super) fn own(pidfd: c_int) -> Option<OwnedFd> {
    // SAFETY: it was just made for us.
    (pidfd >= 0).then(|| unsafe { OwnedFd::from_raw_fd(pidfd) })
}

/// One for a child that nobody has waited for.
pub(super) fn open(pid: pid_t) -> Option<OwnedFd> {
    if OPEN_REFUSED.load(Relaxed) {
        return None;
    }
    // SAFETY: a plain system call.
    match check(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) as c_int }) {
        Ok(pidfd) => own(pidfd),
        Err(error) => {
            if error.may_mean_absent() {
                OPEN_REFUSED.store(true, Relaxed);
            }
            None
        }
    }
}
