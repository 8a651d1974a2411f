//! The end of a connection attempt.

use std::ptr::null_mut;

use super::{unwant, want, write_queue};
use crate::abi::*;
use crate::core::{queue, req, watcher};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDHUP};
use crate::sys::socket;

unsafe fn register(connect: *mut uv_connect_t, stream: *mut uv_stream_t, cb: uv_connect_cb) {
    // SAFETY: stream and request are valid: our callers' promise.
    unsafe {
        req::init((*stream).r#loop, connect.cast(), UV_CONNECT);
        (*connect).cb = cb;
        (*connect).handle = stream;
        queue::init(&raw mut (*connect).queue);
        (*stream).connect_req = connect;
    }
}

/// The system is connecting: the request ends when the descriptor becomes writable.
///
/// # Safety
/// `stream` is initialised and has a descriptor; `connect` stays until its callback.
pub(crate) unsafe fn start(
    connect: *mut uv_connect_t,
    stream: *mut uv_stream_t,
    cb: uv_connect_cb,
) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        // What was reported before is about an earlier attempt.
        let w = &raw mut (*stream).io_watcher;
        watcher::clear(w, POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP);
        want(stream, POLLOUT)?;
        register(connect, stream, cb);
    }
    Ok(())
}

/// The attempt has failed already; the callback says so in the next pending phase.
///
/// # Safety
/// `stream` is initialised; `connect` stays until its callback.
pub(crate) unsafe fn fail_later(
    connect: *mut uv_connect_t,
    stream: *mut uv_stream_t,
    error: Errno,
    cb: uv_connect_cb,
) {
    // SAFETY: the caller's promise.
    unsafe {
        (*stream).delayed_error = error.code();
        register(connect, stream, cb);
        watcher::feed((*stream).r#loop, &raw mut (*stream).io_watcher);
    }
}

/// Something is known about the attempt.
///
/// # Safety
/// `stream` is initialised, not closing, and has a connect request.
#[inline(never)]
pub(super) unsafe fn on_ready(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise; the request is the program's again in its callback.
    unsafe {
        let connect = (*stream).connect_req;
        let result = match (*stream).delayed_error {
            0 => socket::take_error((*stream).io_watcher.fd),
            code => Err(Errno::from_code(code)),
        };
        (*stream).delayed_error = 0;
        if result == Err(Errno::EINPROGRESS) {
            return;
        }
        (*stream).connect_req = null_mut();
        req::unregister((*stream).r#loop);
        if result.is_err() || queue::is_empty(&raw const (*stream).write_queue) {
            unwant(stream, POLLOUT);
        }
        if let Some(cb) = (*connect).cb {
            cb(connect, crate::sys::errno::to_status(result));
        }
        if (*stream).io_watcher.fd == -1 {
            return;
        }
        if result.is_err() {
            write_queue::cancel_all(stream);
            write_queue::callbacks(stream);
        } else if !queue::is_empty(&raw const (*stream).write_completed_queue)
            || !(*stream).shutdown_req.is_null()
        {
            super::feed(stream); // requests that came to their end meanwhile
        }
    }
}
