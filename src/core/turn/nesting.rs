//! Runs of the loop inside callbacks, and the handle whose callback it is.
//!
//! A kind's functions go on using the handle after its callback. In one run of the loop it stays: its
//! memory goes in a close callback, which comes in a later phase. A run inside the callback has such a
//! phase; so there the handle is passed over, until the callback has returned.

#![forbid(unsafe_code)]

use crate::abi::{uv_handle_t, uv_loop_t};
use crate::core::inner;
use crate::core::state::handle::flags::TOLD;
use crate::core::turn::{closing, watcher};

/// Does a step whose callbacks may run the loop, and which uses the handle afterwards.
#[inline(always)]
pub(crate) fn telling<R>(handle: &uv_handle_t, step: impl FnOnce() -> R) -> R {
    inner(handle.owner()).told.during(handle, step)
}

/// A run inside the callback of the handle that is being told, if one is: it is not given back meanwhile.
pub(crate) fn kept<R>(loop_: &uv_loop_t, run: impl FnOnce() -> R) -> R {
    let this = inner(loop_);
    let told = this.told.take();
    // One that was marked before is kept by a run further out.
    let marked = told.filter(|handle| !handle.has(TOLD));
    if let Some(handle) = marked {
        handle.set(TOLD);
    }
    if let Some(handle) = told {
        watcher::tell_rest(loop_, handle);
    }
    let result = run();
    this.told.put(told);
    if let Some(handle) = marked {
        handle.clear(TOLD);
        closing::allow_told(loop_);
    }
    result
}
