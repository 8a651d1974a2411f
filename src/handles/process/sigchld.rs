//! Learning of the ends of children that there is no pidfd for.
//!
//! SIGCHLD comes through the loop's signal pipe, or, where no descriptors are left for one, through an
//! async handle.

#![forbid(unsafe_code)]

use crate::abi::*;
use crate::core::memory::own_callback::{OnAsync, OnSignal, on_async, on_signal};
use crate::core::memory::queue::processes;
use crate::core::state::exit_watch;
use crate::core::state::handle::{self, flags};
use crate::core::turn::watcher;
use crate::handles::signal;
use crate::sys::errno::UvResult;

/// Lets SIGCHLD tell of children. Whether it did not before.
pub(super) fn listen(loop_: &uv_loop_t) -> UvResult<bool> {
    let this = &loop_.child_watcher;
    // A loop begins zeroed, so that a type says it is initialised.
    if this.r#type.get() != UV_SIGNAL {
        signal::init_even_without_pipe(loop_, this, on_async::<Children>())?;
        handle::unref(this);
        this.set(flags::INTERNAL);
    }
    let is_news = this.signum.get() == 0;
    signal::start(this, on_signal::<Children>(), libc::SIGCHLD, false)?;
    Ok(is_news)
}

/// As if SIGCHLD had come; false if that cannot be told.
pub(super) fn pretend(loop_: &uv_loop_t) -> bool {
    signal::pretend(&loop_.child_watcher)
}

/// Ends [`listen`] when there is nobody left to listen for.
pub(super) fn stop_if_needless(loop_: &uv_loop_t) {
    let this = &loop_.child_watcher;
    if processes(loop_).is_empty() && this.r#type.get() == UV_SIGNAL {
        signal::stop(this);
    }
}

/// Has all children looked at: told in the pending phase, one by one, so that nothing here remembers
/// which of them have ended.
fn look_at_children(loop_: &uv_loop_t) {
    for watch in processes(loop_).iter().filter_map(exit_watch::get) {
        watcher::feed(loop_, &watch.io);
    }
}

/// Whom the loop's own handles tell of.
struct Children;

impl OnSignal for Children {
    fn told(handle: &uv_signal_t) {
        look_at_children(handle.owner());
    }
}

impl OnAsync for Children {
    fn told(handle: &uv_async_t) {
        look_at_children(handle.owner());
    }
}
