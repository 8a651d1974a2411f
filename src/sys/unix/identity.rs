//! The numbers of this process, and what it has used.

use std::mem::MaybeUninit;

use libc::{c_int, pid_t, rusage, uid_t};

use crate::sys::c_library;
use crate::sys::errno::{UvResult, check};

/// Stands for the calling thread, for [`used`].
pub(crate) const THIS_THREAD: c_int = c_library::RUSAGE_THREAD;

pub(crate) fn process() -> pid_t {
    // SAFETY: no arguments to get wrong.
    unsafe { libc::getpid() }
}

pub(crate) fn parent() -> pid_t {
    // SAFETY: no arguments to get wrong.
    unsafe { libc::getppid() }
}

/// The user whose rights the process has.
pub(crate) fn effective_user() -> uid_t {
    // SAFETY: no arguments to get wrong.
    unsafe { libc::geteuid() }
}

/// The resources used by `RUSAGE_SELF`, or by [`THIS_THREAD`].
pub(crate) fn used(who: c_int) -> UvResult<rusage> {
    let mut used = MaybeUninit::<rusage>::zeroed();
    // SAFETY: the place is ours, and zero is a value for the integers there.
    unsafe {
        check(libc::getrusage(who, used.as_mut_ptr()))?;
        Ok(used.assume_init())
    }
}
