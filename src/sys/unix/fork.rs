//! Telling the child of a fork from its parent.
//!
//! What another thread was at in the parent stays so in the child, where that thread is not. So whoever
//! waits for another thread asks whether that was in this process.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::sys::at_fork::InChild;
use crate::sys::errno::UvResult;

static GENERATION: AtomicU32 = AtomicU32::new(0);
static COUNT: InChild = InChild::new(count);

extern "C" fn count() {
    GENERATION.fetch_add(1, Relaxed);
}

/// A number that is another one in each child of a fork that comes after this.
pub(crate) fn generation() -> UvResult<u32> {
    COUNT.ensure()?;
    Ok(GENERATION.load(Relaxed))
}
