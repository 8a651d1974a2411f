//! Name resolution.

use std::cell::Cell;

use libc::{addrinfo, c_char, c_int, c_void, sockaddr_storage};

use super::internal::{uv__req_write_extra_s, uv__work};
use super::loop_::uv_loop_t;
use super::req::uv_req_type;

pub(crate) const NI_MAXHOST: usize = libc::NI_MAXHOST as usize;
pub(crate) const NI_MAXSERV: usize = 32;

/// Addresses for a name.
pub type uv_getaddrinfo_cb =
    Option<unsafe extern "C" fn(req: *mut uv_getaddrinfo_t, status: c_int, res: *mut addrinfo)>;

/// The name of an address.
pub type uv_getnameinfo_cb = Option<
    unsafe extern "C" fn(
        req: *mut uv_getnameinfo_t,
        status: c_int,
        hostname: *const c_char,
        service: *const c_char,
    ),
>;

/// A request for addresses.
#[repr(C)]
pub struct uv_getaddrinfo_s {
    pub data: Cell<*mut c_void>,
    pub r#type: Cell<uv_req_type>,
    pub reserved: Cell<[*mut c_void; 5]>,
    pub write_extra: Cell<uv__req_write_extra_s>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub work_req: uv__work,
    pub cb: Cell<uv_getaddrinfo_cb>,
    pub hints: Cell<*mut addrinfo>,
    pub hostname: Cell<*mut c_char>,
    pub service: Cell<*mut c_char>,
    pub addrinfo: Cell<*mut addrinfo>,
    pub retcode: Cell<c_int>,
}

pub type uv_getaddrinfo_t = uv_getaddrinfo_s;

/// A request for a name.
#[repr(C)]
pub struct uv_getnameinfo_s {
    pub data: Cell<*mut c_void>,
    pub r#type: Cell<uv_req_type>,
    pub reserved: Cell<[*mut c_void; 5]>,
    pub write_extra: Cell<uv__req_write_extra_s>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub work_req: uv__work,
    pub getnameinfo_cb: Cell<uv_getnameinfo_cb>,
    pub storage: Cell<sockaddr_storage>,
    pub flags: Cell<c_int>,
    pub host: Cell<[c_char; NI_MAXHOST]>,
    pub service: Cell<[c_char; NI_MAXSERV]>,
    pub retcode: Cell<c_int>,
}

pub type uv_getnameinfo_t = uv_getnameinfo_s;
