//! The handle whose callback runs: see [`nesting`](crate::core::turn::nesting).

use std::cell::Cell;
use std::ptr::NonNull;

use crate::abi::uv_handle_t;

/// The handle that the innermost run tells something at present.
pub(crate) struct Told(Cell<Option<NonNull<uv_handle_t>>>);

impl Told {
    pub(crate) const fn new() -> Told {
        Told(Cell::new(None))
    }

    /// Says for the time of `step` that `handle` is being told. Nothing is so far: a phase tells one handle
    /// after another, and a run inside of a callback has taken what the outer one says.
    #[inline(always)]
    pub(crate) fn during<R>(&self, handle: &uv_handle_t, step: impl FnOnce() -> R) -> R {
        debug_assert!(self.0.get().is_none());
        self.0.set(Some(NonNull::from(handle)));
        let result = step();
        self.0.set(None);
        result
    }

    /// Takes the handle that is being told, for as long as its callback lasts.
    pub(crate) fn take(&self) -> Option<&uv_handle_t> {
        // SAFETY: `during` is in its step, and was given a reference to the handle; nothing gives the
        // handle back before it returns: this run not, which is in a callback, and none inside of it,
        // since `nesting::kept` marks the handle.
        self.0.take().map(|handle| unsafe { handle.as_ref() })
    }

    pub(crate) fn put(&self, handle: Option<&uv_handle_t>) {
        self.0.set(handle.map(NonNull::from));
    }
}
