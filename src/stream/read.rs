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
    // SAFETY: the caller's promise. The first read, mostly the only one, needs no loop.
    unsafe {
        if read_once(stream) {
            read_on(stream);
        }
    }
}

/// After a first read that filled its buffer.
#[inline(never)]
unsafe fn read_on(stream: *mut uv_stream_t) {
    let mut left = MAX_READS - 1;
    // SAFETY: as in `run`.
    while left != 0 && unsafe { read_once(stream) } {
        left -= 1;
    }
}

/// One read. Whether there may be more to read now.
#[inline(always)]
unsafe fn read_once(stream: *mut uv_stream_t) -> bool {
    // SAFETY: the stream outlives its callbacks; all of it is looked up anew after each.
    unsafe {
        let Some(alloc_cb) = (*stream).alloc_cb else { return false };
        let mut buf = uv_buf_t { base: null_mut(), len: 0 };
        alloc_cb(as_handle(stream), SUGGESTED_SIZE, &raw mut buf);
        if (*stream).read_cb.is_none() {
            return false; // stopped or closed in the callback: there is nobody to hand the bytes to
        }
        if buf.base.is_null() || buf.len == 0 {
            tell(stream, Errno::ENOBUFS.code() as ssize_t, &buf);
            return false;
        }
        let result = if is_ipc(stream) {
            passing::receive(stream, &buf)
        } else {
            fd::read_once((*stream).io_watcher.fd, buf.base.cast(), buf.len)
        };
        match result {
            Ok(n) if n != 0 => got(stream, n, &buf),
            other => got_nothing(stream, other, &buf),
        }
    }
}

/// Bytes have come. Whether there may be more to read now.
#[inline(always)]
unsafe fn got(stream: *mut uv_stream_t, n: usize, buf: &uv_buf_t) -> bool {
    let is_short = n < buf.len;
    // SAFETY: as for `tell`.
    unsafe {
        if is_short {
            watcher::clear_after_short(&raw mut (*stream).io_watcher);
        }
        tell(stream, n as ssize_t, buf);
    }
    !is_short
}

/// No bytes have come at the first attempt. Whether there may be more to read now.
#[inline(never)]
unsafe fn got_nothing(stream: *mut uv_stream_t, mut result: UvResult<usize>, buf: &uv_buf_t) -> bool {
    // SAFETY: as for `tell`; the buffer is still the stream's to fill.
    unsafe {
        if result == Err(Errno::EINTR) {
            result = fd::read((*stream).io_watcher.fd, buf.base.cast(), buf.len);
        }
        match result {
            Ok(0) => end(stream, buf),
            Ok(n) => return got(stream, n, buf),
            Err(Errno::EAGAIN) => {
                watcher::clear(&raw mut (*stream).io_watcher, POLLIN | POLLPRI);
                tell(stream, 0, buf);
            }
            Err(error) => fail(stream, error, buf),
        }
    }
    false
}

/// Calls the read callback of the moment.
#[inline(always)]
unsafe fn tell(stream: *mut uv_stream_t, nread: ssize_t, buf: &uv_buf_t) {
    // SAFETY: the stream is initialised: our caller's promise.
    unsafe {
        if let Some(cb) = (*stream).read_cb {
            cb(stream, nread, buf);
        }
    }
}

/// The peer has finished: reading stops before the program is told, so that it may start again.
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
