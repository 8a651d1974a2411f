//! Child processes.

use std::cell::Cell;

use libc::{c_char, c_int, c_uint, c_void};

use super::handle::{uv__handle_u, uv_close_cb, uv_handle_t, uv_handle_type};
use super::internal::uv__queue;
use super::loop_::uv_loop_t;
use super::os::{uv_gid_t, uv_uid_t};
use super::stream::uv_stream_t;

c_enum! {
    /// How a child gets one of its descriptors.
    typedef uv_stdio_flags: c_uint {
        UV_IGNORE = 0,
        UV_CREATE_PIPE = 1,
        UV_INHERIT_FD = 2,
        UV_INHERIT_STREAM = 4,
        UV_READABLE_PIPE = 16,
        UV_WRITABLE_PIPE = 32,
        UV_NONBLOCK_PIPE = 64,
        UV_OVERLAPPED_PIPE = 64,
    }
}

c_enum! {
    /// Flags of `uv_spawn`.
    tag uv_process_flags: c_uint {
        UV_PROCESS_SETUID = 1,
        UV_PROCESS_SETGID = 2,
        UV_PROCESS_WINDOWS_VERBATIM_ARGUMENTS = 4,
        UV_PROCESS_DETACHED = 8,
        UV_PROCESS_WINDOWS_HIDE = 16,
        UV_PROCESS_WINDOWS_HIDE_CONSOLE = 32,
        UV_PROCESS_WINDOWS_HIDE_GUI = 64,
        UV_PROCESS_WINDOWS_FILE_PATH_EXACT_NAME = 128,
    }
}

/// The child is gone.
pub type uv_exit_cb =
    Option<unsafe extern "C" fn(process: *mut uv_process_t, exit_status: i64, term_signal: c_int)>;

/// The stream or descriptor that a child gets.
#[repr(C)]
#[derive(Clone, Copy)]
pub union uv__stdio_container_data {
    pub stream: *mut uv_stream_t,
    pub fd: c_int,
}

/// One of the descriptors of a child.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_stdio_container_s {
    pub flags: uv_stdio_flags,
    pub data: uv__stdio_container_data,
}

pub type uv_stdio_container_t = uv_stdio_container_s;

/// What `uv_spawn` starts.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_process_options_s {
    pub exit_cb: uv_exit_cb,
    pub file: *const c_char,
    pub args: *mut *mut c_char,
    pub env: *mut *mut c_char,
    pub cwd: *const c_char,
    pub flags: c_uint,
    pub stdio_count: c_int,
    pub stdio: *mut uv_stdio_container_t,
    pub uid: uv_uid_t,
    pub gid: uv_gid_t,
}

pub type uv_process_options_t = uv_process_options_s;

/// A child process.
#[repr(C)]
pub struct uv_process_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub exit_cb: Cell<uv_exit_cb>,
    pub pid: Cell<c_int>,
    pub queue: uv__queue,
    pub status: Cell<c_int>,
}

pub type uv_process_t = uv_process_s;
