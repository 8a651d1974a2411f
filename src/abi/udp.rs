//! UDP sockets.

use std::cell::Cell;

use libc::{c_int, c_uint, c_void, size_t, sockaddr, sockaddr_storage, ssize_t};

use super::handle::{uv__handle_u, uv_alloc_cb, uv_close_cb, uv_handle_t, uv_handle_type};
use super::internal::{uv__io_s, uv__queue, uv__req_write_extra_s};
use super::loop_::uv_loop_t;
use super::os::uv_buf_t;
use super::req::uv_req_type;

c_enum! {
    /// Flags of UDP functions and callbacks.
    tag uv_udp_flags: c_uint {
        UV_UDP_IPV6ONLY = 1,
        UV_UDP_PARTIAL = 2,
        UV_UDP_REUSEADDR = 4,
        UV_UDP_MMSG_CHUNK = 8,
        UV_UDP_MMSG_FREE = 16,
        UV_UDP_LINUX_RECVERR = 32,
        UV_UDP_REUSEPORT = 64,
        UV_UDP_RECVMMSG = 256,
    }
}

c_enum! {
    /// What `uv_udp_set_membership` does.
    typedef uv_membership: c_uint {
        UV_LEAVE_GROUP = 0,
        UV_JOIN_GROUP = 1,
    }
}

/// A datagram is sent.
pub type uv_udp_send_cb = Option<unsafe extern "C" fn(req: *mut uv_udp_send_t, status: c_int)>;

/// A datagram has come.
pub type uv_udp_recv_cb = Option<
    unsafe extern "C" fn(
        handle: *mut uv_udp_t,
        nread: ssize_t,
        buf: *const uv_buf_t,
        addr: *const sockaddr,
        flags: c_uint,
    ),
>;

/// A UDP socket.
#[repr(C)]
pub struct uv_udp_s {
    pub data: Cell<*mut c_void>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub r#type: Cell<uv_handle_type>,
    pub close_cb: Cell<uv_close_cb>,
    pub handle_queue: uv__queue,
    pub u: uv__handle_u,
    pub next_closing: Cell<*mut uv_handle_t>,
    pub flags: Cell<c_uint>,
    pub send_queue_size: Cell<size_t>,
    pub send_queue_count: Cell<size_t>,
    pub alloc_cb: Cell<uv_alloc_cb>,
    pub recv_cb: Cell<uv_udp_recv_cb>,
    pub io_watcher: uv__io_s,
    pub write_queue: uv__queue,
    pub write_completed_queue: uv__queue,
}

pub type uv_udp_t = uv_udp_s;

/// Where a datagram goes.
#[repr(C)]
#[derive(Clone, Copy)]
pub union uv__udp_send_addr {
    pub addr: sockaddr,
    pub storage: sockaddr_storage,
}

/// A request to send a datagram.
#[repr(C)]
pub struct uv_udp_send_s {
    pub data: Cell<*mut c_void>,
    pub r#type: Cell<uv_req_type>,
    pub reserved: Cell<[*mut c_void; 5]>,
    pub write_extra: Cell<uv__req_write_extra_s>,
    pub handle: Cell<*mut uv_udp_t>,
    pub cb: Cell<uv_udp_send_cb>,
    pub queue: uv__queue,
    pub u: Cell<uv__udp_send_addr>,
    pub nbufs: Cell<c_uint>,
    pub bufs: Cell<*mut uv_buf_t>,
    pub status: Cell<ssize_t>,
    pub send_cb: Cell<uv_udp_send_cb>,
    pub bufsml: Cell<[uv_buf_t; 4]>,
}

pub type uv_udp_send_t = uv_udp_send_s;

impl uv_udp_send_s {
    /// Room for the address, or for none.
    #[inline(always)]
    pub(crate) fn address_room(&self) -> &Cell<sockaddr_storage> {
        // SAFETY: the storage is a member of the union, whose bytes are all valid for it.
        unsafe { &*std::ptr::from_ref(&self.u).cast() }
    }
}
