//! The calling thread's signal mask.

/// Blocks SIGPROF until dropped, if it was not blocked before.
pub(crate) struct BlockedSigprof {
    was_blocked: bool,
}

fn change(how: libc::c_int) -> bool {
    // SAFETY: both sets are this function's own and initialised before they are read.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        let mut before: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGPROF);
        libc::pthread_sigmask(how, &raw const set, &raw mut before);
        libc::sigismember(&raw const before, libc::SIGPROF) == 1
    }
}

pub(crate) fn block_sigprof() -> BlockedSigprof {
    BlockedSigprof { was_blocked: change(libc::SIG_BLOCK) }
}

impl Drop for BlockedSigprof {
    fn drop(&mut self) {
        if !self.was_blocked {
            change(libc::SIG_UNBLOCK);
        }
    }
}
