//! Watching files.

use std::cell::Cell;

use libc::{c_char, c_int, c_uint, c_void};

use super::fs::uv_stat_t;
use super::handle::{uv__handle_u, uv_close_cb, uv_handle_t, uv_handle_type};
use super::internal::uv__queue;
use super::loop_::uv_loop_t;
use super::text_slot::TextSlot;

c_enum! {
    /// What happened to a file.
    tag uv_fs_event: c_uint {
        UV_RENAME = 1,
        UV_CHANGE = 2,
    }
}

c_enum! {
    /// Flags of `uv_fs_event_start`.
    tag uv_fs_event_flags: c_uint {
        UV_FS_EVENT_WATCH_ENTRY = 1,
        UV_FS_EVENT_STAT = 2,
        UV_FS_EVENT_RECURSIVE = 4,
    }
}

/// A watched path changed.
pub type uv_fs_event_cb = Option<
    unsafe extern "C" fn(handle: *mut uv_fs_event_t, filename: *const c_char, events: c_int, status: c_int),
>;

/// The stat of a watched path changed.
pub type uv_fs_poll_cb = Option<
    unsafe extern "C" fn(
        handle: *mut uv_fs_poll_t,
        status: c_int,
        prev: *const uv_stat_t,
        curr: *const uv_stat_t,
    ),
>;

/// Watches a path with the help of the system.
#[repr(C)]
pub struct uv_fs_event_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub path: TextSlot,
    pub cb: Cell<uv_fs_event_cb>,
    pub watchers: uv__queue,
    pub wd: Cell<c_int>,
}

pub type uv_fs_event_t = uv_fs_event_s;

/// Watches a path by calling stat.
#[repr(C)]
pub struct uv_fs_poll_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub poll_ctx: Cell<*mut c_void>,
}

pub type uv_fs_poll_t = uv_fs_poll_s;
