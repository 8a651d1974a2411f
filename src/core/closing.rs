//! The closing queue: from uv_close to the close callback, which always comes in a later phase.

use std::ptr::null_mut;

use crate::abi::{uv_close_cb, uv_handle_t, uv_loop_t};
use crate::core::handle::{self, flags};
use crate::core::queue;
use crate::dispatch;
use crate::sys::abort::fatal;

/// Starts to close `handle`.
///
/// # Safety
/// `handle` is initialised and stays until its close callback.
pub(crate) unsafe fn close(handle: *mut uv_handle_t, cb: uv_close_cb) {
    // SAFETY: the caller's promise.
    unsafe {
        if handle::is_closing(handle) {
            fatal("uv_close: the handle is closing or closed already");
        }
        (*handle).flags |= flags::CLOSING;
        (*handle).close_cb = cb;
        dispatch::close(handle);
    }
}

/// Queues a handle that needs nothing more for the closing phase.
///
/// # Safety
/// `handle` is closing.
pub(crate) unsafe fn make_pending(handle: *mut uv_handle_t) {
    // SAFETY: the caller's promise.
    unsafe {
        (*handle).next_closing = (*(*handle).r#loop).closing_handles;
        (*(*handle).r#loop).closing_handles = handle;
    }
}

/// The closing phase. The last one queued is the first one called, as in libuv.
///
/// # Safety
/// The loop is initialised; on its thread.
pub(crate) unsafe fn run(loop_: *mut uv_loop_t) {
    // SAFETY: a handle stays until its close callback, before which the next one is read.
    unsafe {
        let mut next = std::mem::replace(&mut (*loop_).closing_handles, null_mut());
        while !next.is_null() {
            let handle = next;
            next = (*handle).next_closing;
            finish(handle);
        }
    }
}

unsafe fn finish(handle: *mut uv_handle_t) {
    // SAFETY: `run` passes closing handles; the callback is the last touch.
    unsafe {
        (*handle).flags |= flags::CLOSED;
        if !dispatch::finish_close(handle) {
            (*handle).flags &= !flags::CLOSED;
            make_pending(handle); // it still has something on the way
            return;
        }
        handle::unref(handle);
        queue::remove(&raw mut (*handle).handle_queue);
        if let Some(cb) = (*handle).close_cb {
            cb(handle);
        }
    }
}
