//! The base request. <https://docs.libuv.org/en/v1.x/request.html>

use std::ffi::CStr;

use libc::{c_char, c_void};

use crate::abi::*;
use crate::core::memory::lend::lend;

fn type_name(kind: uv_req_type) -> Option<&'static CStr> {
    Some(match kind {
        UV_REQ => c"req",
        UV_CONNECT => c"connect",
        UV_WRITE => c"write",
        UV_SHUTDOWN => c"shutdown",
        UV_UDP_SEND => c"udp_send",
        UV_FS => c"fs",
        UV_WORK => c"work",
        UV_GETADDRINFO => c"getaddrinfo",
        UV_GETNAMEINFO => c"getnameinfo",
        UV_RANDOM => c"random",
        _ => return None,
    })
}

fn type_size(kind: uv_req_type) -> usize {
    match kind {
        UV_REQ => size_of::<uv_req_t>(),
        UV_CONNECT => size_of::<uv_connect_t>(),
        UV_WRITE => size_of::<uv_write_t>(),
        UV_SHUTDOWN => size_of::<uv_shutdown_t>(),
        UV_UDP_SEND => size_of::<uv_udp_send_t>(),
        UV_FS => size_of::<uv_fs_t>(),
        UV_WORK => size_of::<uv_work_t>(),
        UV_GETADDRINFO => size_of::<uv_getaddrinfo_t>(),
        UV_GETNAMEINFO => size_of::<uv_getnameinfo_t>(),
        UV_RANDOM => size_of::<uv_random_t>(),
        _ => usize::MAX,
    }
}

/// The size in bytes of requests of `type_`. Returns -1 as a size for a type that there is not. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/request.html#c.uv_req_size>, since 1.0.
///
/// # Safety
/// None; unsafe for uniformity.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_req_size(type_: uv_req_type) -> usize {
    type_size(type_)
}

/// The request's type. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/request.html#c.uv_req_get_type>, since 1.19.
///
/// # Safety
/// `req` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_req_get_type(req: *const uv_req_t) -> uv_req_type {
    // SAFETY: `req` is initialised, as documented.
    let req = unsafe { lend(req) };
    req.r#type.get()
}

/// The name of a request type, such as "write". Returns NULL for an unknown one. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/request.html#c.uv_req_type_name>, since 1.19.
///
/// # Safety
/// None; unsafe for uniformity.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_req_type_name(type_: uv_req_type) -> *const c_char {
    type_name(type_).map_or(std::ptr::null(), CStr::as_ptr)
}

/// The request's `data` field. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/request.html#c.uv_req_get_data>, since 1.19.
///
/// # Safety
/// `req` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_req_get_data(req: *const uv_req_t) -> *mut c_void {
    // SAFETY: `req` is valid, as documented.
    let req = unsafe { lend(req) };
    req.data.get()
}

/// Sets the request's `data` field. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/request.html#c.uv_req_set_data>, since 1.19.
///
/// # Safety
/// `req` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_req_set_data(req: *mut uv_req_t, data: *mut c_void) {
    // SAFETY: `req` is valid, as documented.
    let req = unsafe { lend(req) };
    req.data.set(data);
}
