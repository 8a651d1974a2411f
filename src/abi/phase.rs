//! Handles that run in a phase of each loop turn.

use std::cell::Cell;

use libc::{c_uint, c_void};

use super::handle::{uv__handle_u, uv_close_cb, uv_handle_t, uv_handle_type};
use super::internal::uv__queue;
use super::loop_::uv_loop_t;

/// Called once per turn, in the prepare phase.
pub type uv_prepare_cb = Option<unsafe extern "C" fn(handle: *mut uv_prepare_t)>;

/// A handle of the prepare phase.
#[repr(C)]
pub struct uv_prepare_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub prepare_cb: Cell<uv_prepare_cb>,
    pub queue: uv__queue,
}

pub type uv_prepare_t = uv_prepare_s;

/// Called once per turn, in the check phase.
pub type uv_check_cb = Option<unsafe extern "C" fn(handle: *mut uv_check_t)>;

/// A handle of the check phase.
#[repr(C)]
pub struct uv_check_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub check_cb: Cell<uv_check_cb>,
    pub queue: uv__queue,
}

pub type uv_check_t = uv_check_s;

/// Called once per turn, in the idle phase.
pub type uv_idle_cb = Option<unsafe extern "C" fn(handle: *mut uv_idle_t)>;

/// A handle of the idle phase.
#[repr(C)]
pub struct uv_idle_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub idle_cb: Cell<uv_idle_cb>,
    pub queue: uv__queue,
}

pub type uv_idle_t = uv_idle_s;
