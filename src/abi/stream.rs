//! Streams (tcp, pipe, tty) and their requests.

use std::cell::Cell;

use libc::{c_int, c_uint, c_void, size_t, ssize_t, termios};

use super::handle::{uv__handle_u, uv_alloc_cb, uv_close_cb, uv_handle_t, uv_handle_type};
use super::held::Slot;
use super::internal::{uv__io_s, uv__queue, uv__req_write_extra_s};
use super::loop_::uv_loop_t;
use super::os::uv_buf_t;
use super::req::uv_req_type;
use super::text_slot::ConstTextSlot;

c_enum! {
    /// Flags of `uv_tcp_bind`.
    tag uv_tcp_flags: c_uint {
        UV_TCP_IPV6ONLY = 1,
        UV_TCP_REUSEPORT = 2,
    }
}

c_enum! {
    /// Modes of a terminal.
    typedef uv_tty_mode_t: c_uint {
        UV_TTY_MODE_NORMAL = 0,
        UV_TTY_MODE_RAW = 1,
        UV_TTY_MODE_IO = 2,
        UV_TTY_MODE_RAW_VT = 3,
    }
}

c_enum! {
    /// Whether the console understands virtual terminal sequences.
    typedef uv_tty_vtermstate_t: c_uint {
        UV_TTY_SUPPORTED = 0,
        UV_TTY_UNSUPPORTED = 1,
    }
}

// Flags of `uv_pipe_bind2` and `uv_pipe_connect2`.
c_enum! {
    anonymous c_int {
        UV_PIPE_NO_TRUNCATE = 1,
    }
}

/// Data, the end of the stream or an error.
pub type uv_read_cb =
    Option<unsafe extern "C" fn(stream: *mut uv_stream_t, nread: ssize_t, buf: *const uv_buf_t)>;

/// A write is over.
pub type uv_write_cb = Option<unsafe extern "C" fn(req: *mut uv_write_t, status: c_int)>;

/// A connection stands, or failed.
pub type uv_connect_cb = Option<unsafe extern "C" fn(req: *mut uv_connect_t, status: c_int)>;

/// The writing side is shut down.
pub type uv_shutdown_cb = Option<unsafe extern "C" fn(req: *mut uv_shutdown_t, status: c_int)>;

/// A listening stream has a connection to accept.
pub type uv_connection_cb = Option<unsafe extern "C" fn(server: *mut uv_stream_t, status: c_int)>;

/// The base type of all streams.
#[repr(C)]
pub struct uv_stream_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub write_queue_size: Cell<size_t>,
    pub alloc_cb: Cell<uv_alloc_cb>,
    pub read_cb: Cell<uv_read_cb>,
    pub connect_req: Slot<uv_connect_t>,
    pub shutdown_req: Slot<uv_shutdown_t>,
    pub io_watcher: uv__io_s,
    pub write_queue: uv__queue,
    pub write_completed_queue: uv__queue,
    pub connection_cb: Cell<uv_connection_cb>,
    pub delayed_error: Cell<c_int>,
    pub accepted_fd: Cell<c_int>,
    pub queued_fds: Cell<*mut c_void>,
}

pub type uv_stream_t = uv_stream_s;

/// A TCP stream or server.
#[repr(C)]
pub struct uv_tcp_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub write_queue_size: Cell<size_t>,
    pub alloc_cb: Cell<uv_alloc_cb>,
    pub read_cb: Cell<uv_read_cb>,
    pub connect_req: Slot<uv_connect_t>,
    pub shutdown_req: Slot<uv_shutdown_t>,
    pub io_watcher: uv__io_s,
    pub write_queue: uv__queue,
    pub write_completed_queue: uv__queue,
    pub connection_cb: Cell<uv_connection_cb>,
    pub delayed_error: Cell<c_int>,
    pub accepted_fd: Cell<c_int>,
    pub queued_fds: Cell<*mut c_void>,
}

pub type uv_tcp_t = uv_tcp_s;

/// A pipe: a Unix domain socket or FIFO.
#[repr(C)]
pub struct uv_pipe_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub write_queue_size: Cell<size_t>,
    pub alloc_cb: Cell<uv_alloc_cb>,
    pub read_cb: Cell<uv_read_cb>,
    pub connect_req: Slot<uv_connect_t>,
    pub shutdown_req: Slot<uv_shutdown_t>,
    pub io_watcher: uv__io_s,
    pub write_queue: uv__queue,
    pub write_completed_queue: uv__queue,
    pub connection_cb: Cell<uv_connection_cb>,
    pub delayed_error: Cell<c_int>,
    pub accepted_fd: Cell<c_int>,
    pub queued_fds: Cell<*mut c_void>,
    pub ipc: Cell<c_int>,
    pub pipe_fname: ConstTextSlot,
}

pub type uv_pipe_t = uv_pipe_s;

/// A terminal.
#[repr(C)]
pub struct uv_tty_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub write_queue_size: Cell<size_t>,
    pub alloc_cb: Cell<uv_alloc_cb>,
    pub read_cb: Cell<uv_read_cb>,
    pub connect_req: Slot<uv_connect_t>,
    pub shutdown_req: Slot<uv_shutdown_t>,
    pub io_watcher: uv__io_s,
    pub write_queue: uv__queue,
    pub write_completed_queue: uv__queue,
    pub connection_cb: Cell<uv_connection_cb>,
    pub delayed_error: Cell<c_int>,
    pub accepted_fd: Cell<c_int>,
    pub queued_fds: Cell<*mut c_void>,
    pub orig_termios: Cell<termios>,
    pub mode: Cell<c_int>,
}

pub type uv_tty_t = uv_tty_s;

/// A connection request.
#[repr(C)]
pub struct uv_connect_s {
    pub data: Cell<*mut c_void>,
    pub r#type: Cell<uv_req_type>,
    pub reserved: Cell<[*mut c_void; 5]>,
    pub write_extra: Cell<uv__req_write_extra_s>,
    pub cb: Cell<uv_connect_cb>,
    pub handle: Cell<*mut uv_stream_t>,
    pub queue: uv__queue,
}

pub type uv_connect_t = uv_connect_s;

/// A shutdown request.
#[repr(C)]
pub struct uv_shutdown_s {
    pub data: Cell<*mut c_void>,
    pub r#type: Cell<uv_req_type>,
    pub reserved: Cell<[*mut c_void; 5]>,
    pub write_extra: Cell<uv__req_write_extra_s>,
    pub handle: Cell<*mut uv_stream_t>,
    pub cb: Cell<uv_shutdown_cb>,
}

pub type uv_shutdown_t = uv_shutdown_s;

/// A write request.
#[repr(C)]
pub struct uv_write_s {
    pub data: Cell<*mut c_void>,
    pub r#type: Cell<uv_req_type>,
    pub reserved: Cell<[*mut c_void; 5]>,
    pub write_extra: Cell<uv__req_write_extra_s>,
    pub cb: Cell<uv_write_cb>,
    pub send_handle: Cell<*mut uv_stream_t>,
    pub handle: Cell<*mut uv_stream_t>,
    pub queue: uv__queue,
    pub write_index: Cell<c_uint>,
    pub bufs: Cell<*mut uv_buf_t>,
    pub nbufs: Cell<c_uint>,
    pub error: Cell<c_int>,
    pub bufsml: Cell<[uv_buf_t; 4]>,
}

pub type uv_write_t = uv_write_s;
