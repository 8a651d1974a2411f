//! Writing. A write is tried at once; what the kernel does not take waits in the stream's queue.

use std::ptr::null_mut;

use libc::c_uint;

use super::write_queue::{advance, fail, flush, free_bufs, wait};
use super::{NOT_SOCKET, is_ipc, passing};
use crate::abi::*;
use crate::core::handle::{self, flags};
use crate::core::queue;
use crate::core::{alloc, req, watcher};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLOUT;
use crate::sys::{fd, socket};

/// Requests with no more buffers keep the list inside.
const INLINE_BUFS: usize = 4;

/// More buffers than this are a negative number gone wrong.
const MAX_BUFS: c_uint = 1024 * 1024;

/// The bytes in `count` buffers; what goes beyond an int counts as its maximum.
///
/// # Safety
/// `bufs` points to `count` buffers.
#[inline]
pub(super) unsafe fn size_of_bufs(bufs: *const uv_buf_t, count: usize) -> usize {
    let limit = i32::MAX as usize;
    let mut size = 0;
    for i in 0..count {
        // SAFETY: the caller's promise.
        let len = unsafe { (*bufs.add(i)).len };
        if len > limit - size {
            return limit;
        }
        size += len;
    }
    size
}

/// Whether the stream takes these buffers, and how many bytes they hold.
unsafe fn check(
    stream: *const uv_stream_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    send_handle: *const uv_stream_t,
) -> UvResult<usize> {
    if nbufs.wrapping_sub(1) >= MAX_BUFS {
        return Err(Errno::EINVAL);
    }
    // SAFETY: stream, buffers and handle are valid: our callers' promise.
    unsafe {
        let size = if nbufs == 1 { (*bufs).len } else { size_of_bufs(bufs, nbufs as usize) };
        if size > fd::MAX_IO_BYTES {
            return Err(Errno::EINVAL);
        }
        if (*stream).io_watcher.fd < 0 {
            return Err(Errno::EBADF);
        }
        if (*stream).flags & flags::WRITABLE == 0 {
            return Err(Errno::EPIPE);
        }
        if !send_handle.is_null() {
            if !is_ipc(stream) {
                return Err(Errno::EINVAL);
            }
            if passing::descriptor_of(send_handle) < 0 {
                return Err(Errno::EBADF);
            }
        }
        Ok(size)
    }
}

/// Hands as many buffers to the kernel as one call takes.
///
/// # Safety
/// As for [`try_now`], with `count` buffers.
#[inline(always)]
pub(super) unsafe fn write_some(
    stream: *mut uv_stream_t,
    bufs: *const uv_buf_t,
    count: usize,
    send_handle: *mut uv_stream_t,
) -> UvResult<usize> {
    // SAFETY: stream, buffers and handle are valid: our callers' promise.
    unsafe {
        if count == 1 && send_handle.is_null() && (*stream).flags & NOT_SOCKET == 0 {
            match socket::send((*stream).io_watcher.fd, (*bufs).base.cast(), (*bufs).len) {
                Err(Errno::ENOBUFS) => Err(Errno::EAGAIN),
                Err(Errno::ENOTSOCK) => write_vectored(stream, bufs, count, send_handle),
                other => other,
            }
        } else {
            write_vectored(stream, bufs, count, send_handle)
        }
    }
}

/// The same for several buffers, other files than sockets, and handles to be sent.
#[inline(never)]
unsafe fn write_vectored(
    stream: *mut uv_stream_t,
    bufs: *const uv_buf_t,
    count: usize,
    send_handle: *mut uv_stream_t,
) -> UvResult<usize> {
    // SAFETY: as in `write_some`. `uv_buf_t` is laid out as `iovec` (see `abi`).
    let result = unsafe {
        let fd = (*stream).io_watcher.fd;
        if !send_handle.is_null() {
            if handle::is_closing(send_handle.cast()) {
                return Err(Errno::EBADF);
            }
            passing::send(fd, bufs.cast(), count, passing::descriptor_of(send_handle))
        } else if (*stream).flags & NOT_SOCKET != 0 {
            fd::write_vectored(fd, bufs.cast(), count)
        } else {
            match socket::send_message(fd, &socket::message(bufs.cast(), count), 0) {
                Err(Errno::ENOTSOCK) => {
                    (*stream).flags |= NOT_SOCKET; // it is known now
                    fd::write_vectored(fd, bufs.cast(), count)
                }
                other => other,
            }
        }
    };
    result.map_err(|error| if error == Errno::ENOBUFS { Errno::EAGAIN } else { error })
}

/// uv_try_write2: what the kernel takes at once, and nothing else.
///
/// # Safety
/// `stream` is initialised, `bufs` points to `nbufs` buffers, `send_handle` is null or initialised.
pub(super) unsafe fn try_now(
    stream: *mut uv_stream_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    send_handle: *mut uv_stream_t,
) -> UvResult<usize> {
    // SAFETY: the caller's promise.
    unsafe {
        if !(*stream).connect_req.is_null() || (*stream).write_queue_size != 0 {
            return Err(Errno::EAGAIN);
        }
        check(stream, bufs, nbufs, send_handle)?;
        write_some(stream, bufs, nbufs as usize, send_handle)
    }
}

/// uv_write: one buffer to an idle socket, the common case, with no step too many.
///
/// # Safety
/// As for [`start_any`].
#[inline]
pub(super) unsafe fn start(
    write: *mut uv_write_t,
    stream: *mut uv_stream_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    cb: uv_write_cb,
) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        let idle = (*stream).connect_req.is_null()
            && (*stream).write_queue_size == 0
            && queue::is_empty(&raw const (*stream).write_queue);
        let plain = (*stream).flags & (flags::WRITABLE | NOT_SOCKET) == flags::WRITABLE;
        if nbufs != 1 || !idle || !plain || (*bufs).len > fd::MAX_IO_BYTES {
            return start_any(write, stream, bufs, nbufs, null_mut(), cb, None);
        }
        (*write).cb = cb; // kept there, not in a register, over the call
        let tried = socket::send_once((*stream).io_watcher.fd, (*bufs).base.cast(), (*bufs).len);
        if tried != Ok((*bufs).len) {
            return start_tried(write, stream, bufs, tried);
        }
        (*write).send_handle = null_mut();
        register(write, stream);
        done_at_once(write, (*bufs).len);
        Ok(())
    }
}

/// The kernel did not take all of the one buffer.
#[cold]
#[inline(never)]
unsafe fn start_tried(
    write: *mut uv_write_t,
    stream: *mut uv_stream_t,
    buf: *const uv_buf_t,
    tried: UvResult<usize>,
) -> UvResult {
    let tried = (tried != Err(Errno::EINTR)).then_some(tried);
    // SAFETY: as for `start`, which has set the callback.
    unsafe { start_any(write, stream, buf, 1, null_mut(), (*write).cb, tried) }
}

/// uv_write2, and what [`start`] leaves. `tried` is the answer of the kernel if it was asked already.
///
/// # Safety
/// As for [`try_now`]; `write` is the program's memory and stays until its callback.
#[inline(never)]
pub(super) unsafe fn start_any(
    write: *mut uv_write_t,
    stream: *mut uv_stream_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    send_handle: *mut uv_stream_t,
    cb: uv_write_cb,
    tried: Option<UvResult<usize>>,
) -> UvResult {
    // SAFETY: the caller's promise; no callback is called here.
    unsafe {
        let size = check(stream, bufs, nbufs, send_handle)?;
        let count = nbufs as usize;
        let own = if count <= INLINE_BUFS {
            (&raw mut (*write).bufsml).cast::<uv_buf_t>()
        } else {
            let own = alloc::malloc(count * size_of::<uv_buf_t>()).cast::<uv_buf_t>();
            if own.is_null() {
                return Err(Errno::ENOMEM);
            }
            own
        };
        register(write, stream);
        (*write).cb = cb;
        (*write).send_handle = send_handle;
        (*write).bufs = own;
        (*write).nbufs = nbufs;
        (*write).write_index = 0;
        let idle = (*stream).write_queue_size == 0 && queue::is_empty(&raw const (*stream).write_queue);
        let tried = match tried {
            Some(Err(Errno::ENOBUFS)) => Err(Errno::EAGAIN),
            Some(answer) if answer != Err(Errno::ENOTSOCK) => answer,
            _ if idle && (*stream).connect_req.is_null() => write_some(stream, bufs, count, send_handle),
            _ => Err(Errno::EAGAIN),
        };
        if tried == Ok(size) {
            free_bufs(write);
            done_at_once(write, size);
        } else {
            own.copy_from_nonoverlapping(bufs, count);
            enqueue(write, size, idle, tried);
        }
        Ok(())
    }
}

/// The request is under way from here on.
#[inline(always)]
unsafe fn register(write: *mut uv_write_t, stream: *mut uv_stream_t) {
    // SAFETY: our callers' promise.
    unsafe {
        req::init((*stream).r#loop, write.cast(), UV_WRITE);
        (*write).handle = stream;
        (*write).error = 0;
    }
}

/// The request is through: its callback comes in the next pending phase.
#[inline(always)]
unsafe fn done_at_once(write: *mut uv_write_t, size: usize) {
    // SAFETY: the request is under way, in no queue, on a stream that is connected: our callers' promise.
    unsafe {
        let stream = (*write).handle;
        (*write).bufs = null_mut();
        (*write).write_extra.nwritten = size;
        queue::push_back(&raw mut (*stream).write_completed_queue, &raw mut (*write).queue);
        watcher::feed((*stream).r#loop, &raw mut (*stream).io_watcher);
    }
}

/// Queues a request that could not be done at once, or not wholly: `tried` says what was reached.
#[inline(never)]
unsafe fn enqueue(write: *mut uv_write_t, size: usize, idle: bool, tried: UvResult<usize>) {
    // SAFETY: stream and request are under way: our caller's promise.
    unsafe {
        let stream = (*write).handle;
        // A size without a queue is that of failed writes whose callbacks are still to come.
        let failed_before = (*stream).write_queue_size != 0;
        (*stream).write_queue_size += size;
        (*write).write_extra.nwritten = 0;
        queue::push_back(&raw mut (*stream).write_queue, &raw mut (*write).queue);
        if !(*stream).connect_req.is_null() {
            return; // the end of the connection attempt sees to it
        }
        match tried {
            Ok(n) => {
                (*write).send_handle = null_mut();
                advance(write, n);
                let offered = ((*write).nbufs as usize).min(fd::MAX_IOVECS);
                go_on(stream, write, offered);
            }
            Err(Errno::EAGAIN) if idle => go_on(stream, write, usize::MAX),
            Err(Errno::EAGAIN) if failed_before => wait(stream, write),
            Err(Errno::EAGAIN) => flush(stream), // behind requests without bytes
            Err(error) => fail(write, error),
        }
    }
}

/// The first request of the queue is not through: `offered` buffers were given to the kernel.
unsafe fn go_on(stream: *mut uv_stream_t, write: *mut uv_write_t, offered: usize) {
    // SAFETY: stream and request are under way: our caller's promise.
    unsafe {
        let took_all = (*write).write_index as usize >= offered;
        if took_all || (*stream).flags & flags::BLOCKING_WRITES != 0 {
            flush(stream);
        } else {
            watcher::clear(&raw mut (*stream).io_watcher, POLLOUT);
            wait(stream, write);
        }
    }
}
