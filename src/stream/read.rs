//! Reading.

use std::ptr::null_mut;

use libc::ssize_t;

use super::{is_ipc, passing, unwant, want};
use crate::abi::*;
use crate::core::handle::{self, as_handle, flags};
use crate::core::watcher;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd;
use crate::sys::readiness::{POLLIN, POLLPRI};

/// What is suggested to the program for a buffer's size.
const SUGGESTED_SIZE: usize = 64 * 1024;

/// Reads of one stream before others get their turn.
const MAX_READS: u32 = 32;

/// # Safety
/// `stream` is null or initialised.
pub(super) unsafe fn start(stream: *mut uv_stream_t, alloc_cb: uv_alloc_cb, read_cb: uv_read_cb) -> UvResult {
    if stream.is_null() || alloc_cb.is_none() || read_cb.is_none() {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the caller's promise.
    unsafe {
        if (*stream).flags & flags::CLOSING != 0 {
            return Err(Errno::EINVAL);
        }
        if (*stream).read_cb.is_some() {
            return Err(Errno::EALREADY);
        }
        if (*stream).flags & flags::READABLE == 0 {
            return Err(Errno::ENOTCONN);
        }
        want(stream, POLLIN)?;
        (*stream).flags &= !flags::READ_EOF;
        (*stream).read_cb = read_cb;
        (*stream).alloc_cb = alloc_cb;
        handle::start(as_handle(stream));
    }
    Ok(())
}

/// # Safety
/// `stream` is initialised.
pub(super) unsafe fn stop(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*stream).read_cb.is_some() {
            unwant(stream, POLLIN);
            handle::stop(as_handle(stream));
            (*stream).read_cb = None;
            (*stream).alloc_cb = None;
        }
    }
}

/// Reads what is there: memory from the program, one read, its callback, in a strict row.
///
/// # Safety
/// `stream` is initialised and not closing.
#[inline(never)]
pub(super) unsafe fn run(stream: *mut uv_stream_t) {
    // SAFETY: the stream outlives its callbacks; all of it is looked up anew after each.
    unsafe {
        let w = &raw mut (*stream).io_watcher;
        let ipc = is_ipc(stream);
        let mut left = MAX_READS;
        while left != 0 {
            left -= 1;
            let Some(alloc_cb) = (*stream).alloc_cb else { return };
            let mut buf = uv_buf_t { base: null_mut(), len: 0 };
            alloc_cb(as_handle(stream), SUGGESTED_SIZE, &raw mut buf);
            if (*stream).read_cb.is_none() {
                return; // stopped or closed in the callback: there is nobody to hand the bytes to
            }
            if buf.base.is_null() || buf.len == 0 {
                return tell(stream, Errno::ENOBUFS.code() as ssize_t, &buf);
            }
            let result = if ipc {
                passing::receive(stream, &buf)
            } else {
                fd::read((*w).fd, buf.base.cast(), buf.len)
            };
            match result {
                Ok(0) => return end(stream, &buf),
                Ok(n) if n < buf.len => {
                    watcher::clear_after_short(w);
                    return tell(stream, n as ssize_t, &buf);
                }
                Ok(n) => tell(stream, n as ssize_t, &buf),
                Err(Errno::EAGAIN) => {
                    watcher::clear(w, POLLIN | POLLPRI);
                    return tell(stream, 0, &buf);
                }
                Err(error) => return fail(stream, error, &buf),
            }
        }
    }
}

/// Calls the read callback of the moment.
unsafe fn tell(stream: *mut uv_stream_t, nread: ssize_t, buf: &uv_buf_t) {
    // SAFETY: the stream is initialised: our caller's promise.
    unsafe {
        if let Some(cb) = (*stream).read_cb {
            cb(stream, nread, buf);
        }
    }
}

/// The peer has finished: reading stops before the program is told, so that it may start again.
#[inline(never)]
unsafe fn end(stream: *mut uv_stream_t, buf: &uv_buf_t) {
    // SAFETY: as for `tell`.
    unsafe {
        (*stream).flags |= flags::READ_EOF;
        let read_cb = (*stream).read_cb;
        stop(stream);
        if let Some(cb) = read_cb {
            cb(stream, Errno::EOF.code() as ssize_t, buf);
        }
    }
}

/// The connection is lost: reading stops unless the program has already seen to it.
#[cold]
unsafe fn fail(stream: *mut uv_stream_t, error: Errno, buf: &uv_buf_t) {
    // SAFETY: as for `tell`.
    unsafe {
        (*stream).flags &= !(flags::READABLE | flags::WRITABLE);
        tell(stream, error.code() as ssize_t, buf);
        stop(stream);
    }
}
