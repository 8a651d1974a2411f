//! Timers.

use std::cell::Cell;
use std::mem::ManuallyDrop;

use libc::{c_uint, c_void};

use super::handle::{uv__handle_u, uv_close_cb, uv_handle_t, uv_handle_type};
use super::internal::uv__queue;
use super::loop_::uv_loop_t;

/// The timer expired.
pub type uv_timer_cb = Option<unsafe extern "C" fn(handle: *mut uv_timer_t)>;

#[repr(C)]
pub union uv__timer_node {
    pub heap: ManuallyDrop<[Cell<*mut c_void>; 3]>,
    pub queue: ManuallyDrop<uv__queue>,
}

/// A timer.
#[repr(C)]
pub struct uv_timer_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub timer_cb: Cell<uv_timer_cb>,
    pub node: uv__timer_node,
    pub timeout: Cell<u64>,
    pub repeat: Cell<u64>,
    pub start_id: Cell<u64>,
}

pub type uv_timer_t = uv_timer_s;

impl uv__timer_node {
    #[inline(always)]
    pub(crate) fn words(&self) -> &[Cell<*mut c_void>; 3] {
        // SAFETY: both members of the union are made of pointers in cells, valid whatever their bytes.
        unsafe { &self.heap }
    }

    /// The word that the links of a list leave free.
    #[inline(always)]
    pub(crate) fn word(&self) -> &Cell<*mut c_void> {
        &self.words()[2]
    }
}
