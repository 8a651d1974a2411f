//! What a fork leaves to the child: of the threads only the one that forked.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::sys::errno::{UvResult, check_returned};

unsafe extern "C" {
    /// The libc crate has it for some systems only.
    fn pthread_atfork(
        prepare: Option<unsafe extern "C" fn()>,
        parent: Option<unsafe extern "C" fn()>,
        child: Option<unsafe extern "C" fn()>,
    ) -> libc::c_int;
}

/// A function that runs in the child of every fork, and puts in order what threads that are not there
/// may have left half done, such as a lock. It does only what is safe in signal handlers.
pub(crate) struct InChild {
    repair: extern "C" fn(),
    is_known: AtomicBool,
}

impl InChild {
    pub(crate) const fn new(repair: extern "C" fn()) -> InChild {
        InChild { repair, is_known: AtomicBool::new(false) }
    }

    /// Tells the system of the function: to be called before the first use of what it puts in order.
    ///
    /// Threads that are here for the first time at once may each tell it. Nobody waits for another one,
    /// so a fork in the middle leaves nothing behind; the function may run more than once a fork.
    pub(crate) fn ensure(&self) -> UvResult {
        if self.is_known.load(Relaxed) {
            return Ok(());
        }
        // SAFETY: a function of this library, which the C library forgets when that is unloaded.
        check_returned(unsafe { pthread_atfork(None, None, Some(self.repair)) })?;
        self.is_known.store(true, Relaxed);
        Ok(())
    }
}
