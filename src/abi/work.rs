//! Work on the pool.

use std::cell::Cell;

use libc::{c_int, c_void, size_t};

use super::internal::{uv__req_write_extra_s, uv__work};
use super::loop_::uv_loop_t;
use super::req::uv_req_type;

/// The work, on a worker thread.
pub type uv_work_cb = Option<unsafe extern "C" fn(req: *mut uv_work_t)>;

/// The work is done or cancelled.
pub type uv_after_work_cb = Option<unsafe extern "C" fn(req: *mut uv_work_t, status: c_int)>;

/// Random bytes are there.
pub type uv_random_cb =
    Option<unsafe extern "C" fn(req: *mut uv_random_t, status: c_int, buf: *mut c_void, buflen: size_t)>;

/// Work for the pool.
#[repr(C)]
pub struct uv_work_s {
    pub data: Cell<*mut c_void>,
    pub r#type: Cell<uv_req_type>,
    pub reserved: Cell<[*mut c_void; 5]>,
    pub write_extra: Cell<uv__req_write_extra_s>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub work_cb: Cell<uv_work_cb>,
    pub after_work_cb: Cell<uv_after_work_cb>,
    pub work_req: uv__work,
}

pub type uv_work_t = uv_work_s;

/// A request for random bytes.
#[repr(C)]
pub struct uv_random_s {
    pub data: Cell<*mut c_void>,
    pub r#type: Cell<uv_req_type>,
    pub reserved: Cell<[*mut c_void; 5]>,
    pub write_extra: Cell<uv__req_write_extra_s>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub status: Cell<c_int>,
    pub buf: Cell<*mut c_void>,
    pub buflen: Cell<size_t>,
    pub cb: Cell<uv_random_cb>,
    pub work_req: uv__work,
}

pub type uv_random_t = uv_random_s;
