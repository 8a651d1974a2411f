//! Signal dispositions, and a mask that keeps all signals away for a while.

use std::mem::zeroed;
use std::ptr::null_mut;

use libc::{c_int, sigset_t};

use crate::sys::errno::{UvResult, check};

pub(crate) type Handler = extern "C" fn(c_int);

/// One more than the highest signal number.
pub(crate) const COUNT: usize = 65;

/// Has `handler` called for `signum`, with all other signals blocked meanwhile. Interrupted system
/// calls go on. `once`: the default action is back as soon as the signal arrives.
///
/// # Safety
/// `handler` does only what is safe in the middle of any other function.
#[inline(never)]
pub(crate) unsafe fn install(signum: c_int, handler: Handler, once: bool) -> UvResult {
    // SAFETY: all zeroes is a valid action, filled in before it is used.
    unsafe {
        let mut action: libc::sigaction = zeroed();
        libc::sigfillset(&raw mut action.sa_mask);
        action.sa_sigaction = handler as usize;
        action.sa_flags = libc::SA_RESTART | if once { libc::SA_RESETHAND } else { 0 };
        check(libc::sigaction(signum, &raw const action, null_mut())).map(drop)
    }
}

/// Gives `signum` its default action.
#[inline(never)]
pub(crate) fn set_default(signum: c_int) -> UvResult {
    // SAFETY: all zeroes is the default action.
    unsafe {
        let action: libc::sigaction = zeroed();
        check(libc::sigaction(signum, &raw const action, null_mut())).map(drop)
    }
}

/// Sends a signal to a process, or to a group; 0 only asks whether it could be sent.
pub(crate) fn kill(pid: c_int, signum: c_int) -> UvResult {
    // SAFETY: a plain system call.
    check(unsafe { libc::kill(pid, signum) }).map(drop)
}

/// All signals that can be blocked are blocked in this thread until this is dropped.
pub(crate) struct AllBlocked {
    before: sigset_t,
}

impl AllBlocked {
    #[inline(never)]
    pub(crate) fn new() -> AllBlocked {
        // SAFETY: all zeroes are sets, which the calls fill in; none of them fails for these arguments.
        unsafe {
            let (mut all, mut before): (sigset_t, sigset_t) = zeroed();
            libc::sigfillset(&raw mut all);
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
            AllBlocked { before }
        }
    }
}

impl Drop for AllBlocked {
    fn drop(&mut self) {
        // SAFETY: the set was filled in by the call that blocked.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.before, null_mut()) };
    }
}
