//! The base of all requests and their kinds.

use std::cell::Cell;
use std::mem::ManuallyDrop;

use libc::{c_uint, c_void};

use super::dns::{uv_getaddrinfo_s, uv_getnameinfo_s};
use super::fs::uv_fs_s;
use super::internal::uv__req_write_extra_s;
use super::stream::{uv_connect_s, uv_shutdown_s, uv_write_s};
use super::udp::uv_udp_send_s;
use super::work::{uv_random_s, uv_work_s};

c_enum! {
    /// The kind of a request.
    typedef uv_req_type: c_uint {
        UV_UNKNOWN_REQ = 0,
        UV_REQ = 1,
        UV_CONNECT = 2,
        UV_WRITE = 3,
        UV_SHUTDOWN = 4,
        UV_UDP_SEND = 5,
        UV_FS = 6,
        UV_WORK = 7,
        UV_GETADDRINFO = 8,
        UV_GETNAMEINFO = 9,
        UV_RANDOM = 10,
        UV_REQ_TYPE_MAX = 11,
    }
}

/// `UV_REQ_TYPE_MAP`: what `uv_req_type_name` says, and the stem of each type's name.
pub const REQ_TYPES: &[(uv_req_type, &str)] = &[
    (UV_REQ, "req"),
    (UV_CONNECT, "connect"),
    (UV_WRITE, "write"),
    (UV_SHUTDOWN, "shutdown"),
    (UV_UDP_SEND, "udp_send"),
    (UV_FS, "fs"),
    (UV_WORK, "work"),
    (UV_GETADDRINFO, "getaddrinfo"),
    (UV_GETNAMEINFO, "getnameinfo"),
    (UV_RANDOM, "random"),
];

/// The base type of all requests.
#[repr(C)]
pub struct uv_req_s {
    pub data: Cell<*mut c_void>,
    pub r#type: Cell<uv_req_type>,
    pub reserved: Cell<[*mut c_void; 5]>,
    pub write_extra: Cell<uv__req_write_extra_s>,
}

pub type uv_req_t = uv_req_s;

/// Room for any request.
#[repr(C)]
pub union uv_any_req {
    pub req: ManuallyDrop<uv_req_s>,
    pub connect: ManuallyDrop<uv_connect_s>,
    pub write: ManuallyDrop<uv_write_s>,
    pub shutdown: ManuallyDrop<uv_shutdown_s>,
    pub udp_send: ManuallyDrop<uv_udp_send_s>,
    pub fs: ManuallyDrop<uv_fs_s>,
    pub work: ManuallyDrop<uv_work_s>,
    pub getaddrinfo: ManuallyDrop<uv_getaddrinfo_s>,
    pub getnameinfo: ManuallyDrop<uv_getnameinfo_s>,
    pub random: ManuallyDrop<uv_random_s>,
}
