//! Structures that libuv embeds in its handles and requests. Programs leave them alone.

use std::cell::Cell;

use libc::{c_int, c_uint, size_t, uintptr_t};

use super::loop_::uv_loop_s;

/// A node, or the head, of a circular list.
#[repr(C)]
pub struct uv__queue {
    pub next: Cell<*mut uv__queue>,
    pub prev: Cell<*mut uv__queue>,
}

/// A job of the worker pool; `wq` links it into a queue.
#[repr(C)]
pub struct uv__work {
    pub work: Cell<Option<unsafe extern "C" fn(w: *mut uv__work)>>,
    pub done: Cell<Option<unsafe extern "C" fn(w: *mut uv__work, status: c_int)>>,
    pub r#loop: Cell<*mut uv_loop_s>,
    pub wq: uv__queue,
}

/// A file descriptor that a loop follows.
#[repr(C)]
pub struct uv__io_s {
    pub bits: Cell<uintptr_t>,
    pub pending_queue: uv__queue,
    pub watcher_queue: uv__queue,
    pub pevents: Cell<c_uint>,
    pub events: Cell<c_uint>,
    pub fd: Cell<c_int>,
}

pub type uv__io_t = uv__io_s;

/// What a write keeps in the spare bytes of its request.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv__req_write_extra_s {
    pub nwritten: size_t,
}
