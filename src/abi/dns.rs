//! Name resolution.

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
    pub data: *mut c_void,
    pub r#type: uv_req_type,
    pub reserved: [*mut c_void; 5],
    pub write_extra: uv__req_write_extra_s,
    pub r#loop: *mut uv_loop_t,
    pub work_req: uv__work,
    pub cb: uv_getaddrinfo_cb,
    pub hints: *mut addrinfo,
    pub hostname: *mut c_char,
    pub service: *mut c_char,
    pub addrinfo: *mut addrinfo,
    pub retcode: c_int,
}

pub type uv_getaddrinfo_t = uv_getaddrinfo_s;

/// A request for a name.
#[repr(C)]
pub struct uv_getnameinfo_s {
    pub data: *mut c_void,
    pub r#type: uv_req_type,
    pub reserved: [*mut c_void; 5],
    pub write_extra: uv__req_write_extra_s,
    pub r#loop: *mut uv_loop_t,
    pub work_req: uv__work,
    pub getnameinfo_cb: uv_getnameinfo_cb,
    pub storage: sockaddr_storage,
    pub flags: c_int,
    pub host: [c_char; NI_MAXHOST],
    pub service: [c_char; NI_MAXSERV],
    pub retcode: c_int,
}

pub type uv_getnameinfo_t = uv_getnameinfo_s;
