//! Shutting the writing side down, after all that is queued.

use std::ptr::null_mut;

use super::{feed, unwant};
use crate::abi::*;
use crate::core::handle::{self, flags};
use crate::core::{queue, req};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLOUT;
use crate::sys::socket;

/// # Safety
/// `stream` is initialised, `shutdown` is the program's memory and stays until its callback.
pub(super) unsafe fn start(
    shutdown: *mut uv_shutdown_t,
    stream: *mut uv_stream_t,
    cb: uv_shutdown_cb,
) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        let shut = (*stream).flags & (flags::WRITABLE | flags::SHUT) != flags::WRITABLE;
        if shut || !(*stream).shutdown_req.is_null() || handle::is_closing(stream.cast()) {
            return Err(Errno::ENOTCONN);
        }
        req::init((*stream).r#loop, shutdown.cast(), UV_SHUTDOWN);
        (*shutdown).handle = stream;
        (*shutdown).cb = cb;
        (*stream).shutdown_req = shutdown;
        (*stream).flags &= !flags::WRITABLE;
        if queue::is_empty(&raw const (*stream).write_queue) {
            feed(stream);
        }
    }
    Ok(())
}

/// Whether something is to be done once nothing is left to write.
///
/// # Safety
/// `stream` is initialised.
#[inline]
pub(super) unsafe fn is_waiting(stream: *const uv_stream_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*stream).io_watcher.pevents & POLLOUT != 0 || !(*stream).shutdown_req.is_null() }
}

/// Nothing is left to write, so there is nothing to wait for. The shutdown that waits for this, if any,
/// is done, or cancelled when the stream is closing.
///
/// # Safety
/// `stream` is initialised.
#[inline]
pub(super) unsafe fn drained(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*stream).io_watcher.pevents & POLLOUT != 0 {
            unwant(stream, POLLOUT);
        }
        if !(*stream).shutdown_req.is_null() {
            finish(stream);
        }
    }
}

#[cold]
unsafe fn finish(stream: *mut uv_stream_t) {
    // SAFETY: as for `drained`; the request is the program's again in its callback.
    unsafe {
        let closing = (*stream).flags & flags::CLOSING != 0;
        let shutdown = (*stream).shutdown_req;
        (*stream).shutdown_req = null_mut();
        req::unregister((*stream).r#loop);
        let status = if closing {
            Errno::ECANCELED.code()
        } else {
            match socket::shutdown((*stream).io_watcher.fd, libc::SHUT_WR) {
                Ok(()) => {
                    (*stream).flags |= flags::SHUT;
                    0
                }
                Err(error) => error.code(),
            }
        };
        if let Some(cb) = (*shutdown).cb {
            cb(shutdown, status);
        }
    }
}
