//! Telling the child of a fork from its parent.
//!
//! What another thread held or was at in the parent stays so in the child, where that thread is not. So
//! whoever waits for another thread, or for a lock, asks whether that was in this process.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::sys::errno::UvResult;
use crate::sys::worker_thread::at_fork_in_child;

static GENERATION: AtomicU32 = AtomicU32::new(0);
static WATCHED: AtomicBool = AtomicBool::new(false);

extern "C" fn count() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// From here on, [`generation`] is another one in each child. Before the first use of anything that a
/// child might find in another thread's hands.
pub(crate) fn watch() -> UvResult {
    if !WATCHED.load(Ordering::Acquire) {
        // Two threads may both do this: a child that counts two is as different.
        at_fork_in_child(count)?;
        WATCHED.store(true, Ordering::Release);
    }
    Ok(())
}

pub(crate) fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}
