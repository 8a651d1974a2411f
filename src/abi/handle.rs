//! The base of all handles, their kinds and the callbacks they share.

use std::cell::Cell;
use std::mem::ManuallyDrop;

use libc::{c_int, c_uint, c_void, size_t};

use super::async_::uv_async_s;
use super::fs_event::{uv_fs_event_s, uv_fs_poll_s};
use super::internal::uv__queue;
use super::loop_::uv_loop_t;
use super::os::uv_buf_t;
use super::phase::{uv_check_s, uv_idle_s, uv_prepare_s};
use super::poll::uv_poll_s;
use super::process::uv_process_s;
use super::signal::uv_signal_s;
use super::stream::{uv_pipe_s, uv_stream_s, uv_tcp_s, uv_tty_s};
use super::timer::uv_timer_s;
use super::udp::uv_udp_s;

c_enum! {
    /// The kind of a handle.
    typedef uv_handle_type: c_uint {
        UV_UNKNOWN_HANDLE = 0,
        UV_ASYNC = 1,
        UV_CHECK = 2,
        UV_FS_EVENT = 3,
        UV_FS_POLL = 4,
        UV_HANDLE = 5,
        UV_IDLE = 6,
        UV_NAMED_PIPE = 7,
        UV_POLL = 8,
        UV_PREPARE = 9,
        UV_PROCESS = 10,
        UV_STREAM = 11,
        UV_TCP = 12,
        UV_TIMER = 13,
        UV_TTY = 14,
        UV_UDP = 15,
        UV_SIGNAL = 16,
        UV_FILE = 17,
        UV_HANDLE_TYPE_MAX = 18,
    }
}

/// `UV_HANDLE_TYPE_MAP`: what `uv_handle_type_name` says, and the stem of each type's name.
pub const HANDLE_TYPES: &[(uv_handle_type, &str)] = &[
    (UV_ASYNC, "async"),
    (UV_CHECK, "check"),
    (UV_FS_EVENT, "fs_event"),
    (UV_FS_POLL, "fs_poll"),
    (UV_HANDLE, "handle"),
    (UV_IDLE, "idle"),
    (UV_NAMED_PIPE, "pipe"),
    (UV_POLL, "poll"),
    (UV_PREPARE, "prepare"),
    (UV_PROCESS, "process"),
    (UV_STREAM, "stream"),
    (UV_TCP, "tcp"),
    (UV_TIMER, "timer"),
    (UV_TTY, "tty"),
    (UV_UDP, "udp"),
    (UV_SIGNAL, "signal"),
];

/// A closed handle's memory is the program's again.
pub type uv_close_cb = Option<unsafe extern "C" fn(handle: *mut uv_handle_t)>;

/// Called by `uv_walk` for each handle.
pub type uv_walk_cb = Option<unsafe extern "C" fn(handle: *mut uv_handle_t, arg: *mut c_void)>;

/// Asks for memory to read into.
pub type uv_alloc_cb =
    Option<unsafe extern "C" fn(handle: *mut uv_handle_t, suggested_size: size_t, buf: *mut uv_buf_t)>;

/// The descriptor of some handles on Windows; reserved here.
#[repr(C)]
pub union uv__handle_u {
    pub fd: c_int,
    pub reserved: ManuallyDrop<[Cell<*mut c_void>; 4]>,
}

/// The base type of all handles.
#[repr(C)]
pub struct uv_handle_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
}

pub type uv_handle_t = uv_handle_s;

/// Room for any handle.
#[repr(C)]
pub union uv_any_handle {
    pub r#async: ManuallyDrop<uv_async_s>,
    pub check: ManuallyDrop<uv_check_s>,
    pub fs_event: ManuallyDrop<uv_fs_event_s>,
    pub fs_poll: ManuallyDrop<uv_fs_poll_s>,
    pub handle: ManuallyDrop<uv_handle_s>,
    pub idle: ManuallyDrop<uv_idle_s>,
    pub pipe: ManuallyDrop<uv_pipe_s>,
    pub poll: ManuallyDrop<uv_poll_s>,
    pub prepare: ManuallyDrop<uv_prepare_s>,
    pub process: ManuallyDrop<uv_process_s>,
    pub stream: ManuallyDrop<uv_stream_s>,
    pub tcp: ManuallyDrop<uv_tcp_s>,
    pub timer: ManuallyDrop<uv_timer_s>,
    pub tty: ManuallyDrop<uv_tty_s>,
    pub udp: ManuallyDrop<uv_udp_s>,
    pub signal: ManuallyDrop<uv_signal_s>,
}

impl uv__handle_u {
    /// Room that this system leaves to the library.
    #[inline(always)]
    pub(crate) fn words(&self) -> &[Cell<*mut c_void>; 4] {
        // SAFETY: pointers in cells, valid whatever their bytes.
        unsafe { &self.reserved }
    }

    /// The same room, for what is no pointer: as much of it as there is on all systems.
    #[inline(always)]
    pub(crate) fn bytes(&self) -> &Cell<[u8; 16]> {
        const { assert!(size_of::<uv__handle_u>() >= 16) };
        // SAFETY: within the union, and bytes in a cell are valid whatever they are.
        unsafe { &*std::ptr::from_ref(self).cast() }
    }
}
