//! The end of children.

use libc::{c_int, pid_t};

use crate::sys::errno::{UvResult, check, retry};

/// The status of a child that has ended, which is then forgotten by the system. `ECHILD` if it is no
/// child of ours, or somebody else has asked before.
pub(crate) fn wait(pid: pid_t, block: bool) -> UvResult<Option<c_int>> {
    let mut status = 0;
    let options = if block { 0 } else { libc::WNOHANG };
    // SAFETY: room for the status.
    let got = retry(|| check(unsafe { libc::waitpid(pid, &raw mut status, options) }))?;
    Ok((got == pid).then_some(status))
}

/// The system throws the status of children away while SIGCHLD is ignored, or by an option of its
/// action; sees to it that it does not. Whether a function is called for it.
pub(crate) fn ensure_zombies() -> bool {
    // SAFETY: all zeroes is a valid action, filled in by the first call. Neither call fails for SIGCHLD.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGCHLD, std::ptr::null(), &raw mut action);
        let is_ignored = action.sa_sigaction == libc::SIG_IGN;
        if is_ignored || action.sa_flags & libc::SA_NOCLDWAIT != 0 {
            action.sa_flags &= !libc::SA_NOCLDWAIT;
            if is_ignored {
                action.sa_sigaction = libc::SIG_DFL;
            }
            libc::sigaction(libc::SIGCHLD, &raw const action, std::ptr::null_mut());
        }
        action.sa_sigaction != libc::SIG_DFL
    }
}
