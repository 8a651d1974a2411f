//! Timers.

use libc::{c_uint, c_void};

use super::handle::{uv__handle_u, uv_close_cb, uv_handle_t, uv_handle_type};
use super::internal::uv__queue;
use super::loop_::uv_loop_t;

/// The timer expired.
pub type uv_timer_cb = Option<unsafe extern "C" fn(handle: *mut uv_timer_t)>;

#[repr(C)]
#[derive(Clone, Copy)]
pub union uv__timer_node {
    pub heap: [*mut c_void; 3],
    pub queue: uv__queue,
}

/// A timer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_timer_s {
    pub data: *mut c_void,
    pub r#loop: *mut uv_loop_t,
    pub r#type: uv_handle_type,
    pub close_cb: uv_close_cb,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: *mut uv_handle_t,
    pub flags: c_uint,
    pub timer_cb: uv_timer_cb,
    pub node: uv__timer_node,
    pub timeout: u64,
    pub repeat: u64,
    pub start_id: u64,
}

pub type uv_timer_t = uv_timer_s;
