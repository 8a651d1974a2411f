//! The handle whose callback runs, and what a run of the loop inside of it may not do.
//!
//! A kind's functions go on using the handle after its callback. In one run of the loop it stays: its
//! memory goes in a close callback, which comes in a later phase. A run inside the callback has such a
//! phase; so there the handle is passed over, until the callback has returned.

use std::cell::Cell;
use std::ptr::NonNull;

use crate::abi::{uv_handle_t, uv_loop_t};
use crate::core::handle::flags::TOLD;
use crate::core::{closing, inner};

/// The handle that the innermost run tells something at present.
pub(crate) struct Told(Cell<Option<NonNull<uv_handle_t>>>);

impl Told {
    pub(crate) const fn new() -> Told {
        Told(Cell::new(None))
    }

    /// Takes the handle that is being told, for as long as its callback lasts.
    fn take(&self) -> Option<&uv_handle_t> {
        // SAFETY: `telling` is in its step, and had a reference to the handle; nothing gives the handle
        // back before it returns: this run not, which is in a callback, and none inside of it, since
        // `kept` marks the handle.
        self.0.take().map(|handle| unsafe { handle.as_ref() })
    }

    fn put(&self, handle: Option<&uv_handle_t>) {
        self.0.set(handle.map(NonNull::from));
    }
}

/// Does a step whose callbacks may run the loop, and which uses the handle afterwards.
#[inline(always)]
pub(crate) fn telling<R>(handle: &uv_handle_t, step: impl FnOnce() -> R) -> R {
    let told = &inner(handle.owner()).told.0;
    let outer = told.replace(Some(NonNull::from(handle)));
    let result = step();
    told.set(outer);
    result
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
    let result = run();
    this.told.put(told);
    if let Some(handle) = marked {
        handle.clear(TOLD);
        closing::allow_told(loop_);
    }
    result
}
