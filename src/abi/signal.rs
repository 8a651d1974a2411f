//! Signals.

use std::cell::Cell;
use std::sync::atomic::{AtomicPtr, AtomicU32};

use libc::{c_int, c_uint, c_void};

use super::handle::{uv__handle_u, uv_close_cb, uv_handle_t, uv_handle_type};
use super::internal::uv__queue;
use super::loop_::uv_loop_t;

/// The signal was caught.
pub type uv_signal_cb = Option<unsafe extern "C" fn(handle: *mut uv_signal_t, signum: c_int)>;

#[repr(C)]
pub struct uv__signal_tree_entry {
    pub rbe_left: Cell<*mut uv_signal_t>,
    pub rbe_right: Cell<*mut uv_signal_t>,
    pub rbe_parent: Cell<*mut uv_signal_t>,
    pub rbe_color: Cell<c_int>,
}

/// Catches one signal.
#[repr(C)]
pub struct uv_signal_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub signal_cb: Cell<uv_signal_cb>,
    pub signum: Cell<c_int>,
    pub tree_entry: uv__signal_tree_entry,
    pub caught_signals: Cell<c_uint>,
    pub dispatched_signals: Cell<c_uint>,
}

pub type uv_signal_t = uv_signal_s;

/// What signal handlers use, on whichever thread they run.
impl uv_signal_t {
    /// The handle that was started after this one for the same signal.
    #[inline]
    pub(crate) fn next(&self) -> &AtomicPtr<uv_signal_t> {
        // SAFETY: the field is only used through this.
        unsafe { AtomicPtr::from_ptr(self.tree_entry.rbe_right.as_ptr()) }
    }

    /// How many messages were written for this handle.
    #[inline]
    pub(crate) fn caught(&self) -> &AtomicU32 {
        // SAFETY: the field is only used through this.
        unsafe { AtomicU32::from_ptr(self.caught_signals.as_ptr()) }
    }
}
