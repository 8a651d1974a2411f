//! Signals.

use libc::{c_int, c_uint, c_void};

use super::handle::{uv__handle_u, uv_close_cb, uv_handle_t, uv_handle_type};
use super::internal::uv__queue;
use super::loop_::uv_loop_t;

/// The signal was caught.
pub type uv_signal_cb = Option<unsafe extern "C" fn(handle: *mut uv_signal_t, signum: c_int)>;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv__signal_tree_entry {
    pub rbe_left: *mut uv_signal_t,
    pub rbe_right: *mut uv_signal_t,
    pub rbe_parent: *mut uv_signal_t,
    pub rbe_color: c_int,
}

/// Catches one signal.
#[repr(C)]
pub struct uv_signal_s {
    pub data: *mut c_void,
    pub r#loop: *mut uv_loop_t,
    pub r#type: uv_handle_type,
    pub close_cb: uv_close_cb,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: *mut uv_handle_t,
    pub flags: c_uint,
    pub signal_cb: uv_signal_cb,
    pub signum: c_int,
    pub tree_entry: uv__signal_tree_entry,
    pub caught_signals: c_uint,
    pub dispatched_signals: c_uint,
}

pub type uv_signal_t = uv_signal_s;
