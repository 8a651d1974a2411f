//! Pollable descriptors.

use std::cell::Cell;

use libc::{c_int, c_uint, c_void};

use super::handle::{uv__handle_u, uv_close_cb, uv_handle_t, uv_handle_type};
use super::internal::{uv__io_s, uv__queue};
use super::loop_::uv_loop_t;

c_enum! {
    /// Events of `uv_poll_start`.
    tag uv_poll_event: c_uint {
        UV_READABLE = 1,
        UV_WRITABLE = 2,
        UV_DISCONNECT = 4,
        UV_PRIORITIZED = 8,
    }
}

/// The descriptor is ready.
pub type uv_poll_cb = Option<unsafe extern "C" fn(handle: *mut uv_poll_t, status: c_int, events: c_int)>;

/// A descriptor that the program itself reads and writes.
#[repr(C)]
pub struct uv_poll_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub poll_cb: Cell<uv_poll_cb>,
    pub io_watcher: uv__io_s,
}

pub type uv_poll_t = uv_poll_s;
