//! Wake-ups from other threads.

use std::cell::Cell;

use libc::{c_int, c_uint, c_void};

use super::handle::{uv__handle_u, uv_close_cb, uv_handle_t, uv_handle_type};
use super::internal::uv__queue;
use super::loop_::uv_loop_t;

/// The handle was sent to.
pub type uv_async_cb = Option<unsafe extern "C" fn(handle: *mut uv_async_t)>;

/// Wakes its loop from any thread.
#[repr(C)]
pub struct uv_async_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub async_cb: Cell<uv_async_cb>,
    pub queue: uv__queue,
    pub pending: Cell<c_int>,
}

pub type uv_async_t = uv_async_s;
