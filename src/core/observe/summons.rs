//! How the observer has loops that sleep come by: all of them listen at the end of one pipe.
#![forbid(unsafe_code)]

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::abi::uv_loop_t;
use crate::core::inner;
use crate::sys::errno::UvResult;
use crate::sys::fd;
use crate::sys::fork_lock::ForkLock;
use crate::sys::ours::Ours;

/// Where loops listen, and where the observer rings.
struct Pipe {
    heard: Ours,
    bell: Ours,
    /// Its number among those of the process.
    number: u32,
}

/// How many there have been.
static BEGUN: AtomicU32 = AtomicU32::new(0);
static PIPE: ForkLock<Option<Pipe>> = ForkLock::new(None);

/// On the observer's thread, before loops that it looks at are made.
pub(super) fn begin() -> UvResult {
    let [heard, bell] = fd::owned_pipe(libc::O_CLOEXEC | libc::O_NONBLOCK)?;
    let number = BEGUN.fetch_add(1, Relaxed).wrapping_add(1).max(1);
    let pipe = Pipe { heard: Ours::new(heard)?, bell: Ours::new(bell)?, number };
    PIPE.with(|place| *place = Some(pipe));
    Ok(())
}

/// Where loops listen: this one stays in the program's table.
pub(super) fn heard_at() -> Option<RawFd> {
    PIPE.with(|pipe| pipe.as_ref().and_then(|pipe| pipe.heard.get().ok()))
}

/// The loop listens, if it can; else it is only seen when it comes by.
pub(super) fn listen(loop_: &uv_loop_t) {
    PIPE.with(|pipe| {
        if let Some((heard, number)) =
            pipe.as_ref().and_then(|pipe| Some((pipe.heard.get().ok()?, pipe.number)))
        {
            let _ = inner(loop_).poller.with(|poller| poller.listen(heard, number));
        }
    });
}

/// All loops that sleep come by. On the observer's thread.
pub(super) fn ring() {
    PIPE.with(|pipe| {
        if let Some(pipe) = pipe {
            let _ = pipe.heard.read(&mut [0; 64]); // lest it fill up
            pipe.bell.ring();
        }
    });
}

/// The observer has ended.
pub(super) fn end() {
    drop(PIPE.with(Option::take));
}

/// In the child of a fork, where both ends are closed.
pub(super) fn forget() {
    std::mem::forget(PIPE.with(Option::take));
}
