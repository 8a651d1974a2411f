//! Streams: what tcp, pipe and tty have in common.
//!
//! A connected stream socket is followed edge-triggered: a read that returns less than it asked for
//! has emptied it, until the next edge. That does not hold for terminals, FIFOs, sockets that keep
//! message boundaries and pipes that carry descriptors; those, and listening sockets, of which each
//! report takes one connection, are followed level-triggered.

mod accept;
mod connect;
mod exports;
mod gather;
mod passing;
mod read;
mod shutdown;
mod write;
mod write_queue;

use std::ptr::null_mut;

use libc::{c_int, c_uint, sockaddr};

use crate::abi::*;
use crate::core::handle::{self, as_handle, flags};
use crate::core::queue::{self, container_of};
use crate::core::{closing, req, watcher};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI};
use crate::sys::{fd, socket};
use crate::tcp;

pub(crate) use self::accept::{loop_close, start_listening};
pub(crate) use self::connect::{fail_later, start as start_connect};
pub(crate) use self::passing::pending_count;
pub(crate) use self::write_queue::cancel;

/// Readiness is reported for as long as it lasts (private to this library).
const LEVEL: c_uint = 0x2000_0000;
/// The descriptor is no socket: `send` does not work on it (private to this library).
const NOT_SOCKET: c_uint = 0x4000_0000;

/// # Safety
/// The loop is initialised; `stream` is the caller's memory, of the size of its kind.
pub(crate) unsafe fn init(loop_: *mut uv_loop_t, stream: *mut uv_stream_t, kind: uv_handle_type) {
    // SAFETY: the caller's promise.
    unsafe {
        handle::init(loop_, as_handle(stream), kind);
        (*stream).read_cb = None;
        (*stream).alloc_cb = None;
        (*stream).close_cb = None;
        (*stream).connection_cb = None;
        (*stream).connect_req = null_mut();
        (*stream).shutdown_req = null_mut();
        (*stream).accepted_fd = -1;
        (*stream).queued_fds = null_mut();
        (*stream).delayed_error = 0;
        (*stream).write_queue_size = 0;
        queue::init(&raw mut (*stream).write_queue);
        queue::init(&raw mut (*stream).write_completed_queue);
        watcher::init(&raw mut (*stream).io_watcher, watcher::Kind::Stream, -1);
        accept::reserve_descriptor(loop_);
    }
}

/// Undoes [`init`] when the rest of an init function fails.
///
/// # Safety
/// `stream` is initialised and nothing was started on it.
pub(crate) unsafe fn abandon(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise.
    unsafe {
        queue::remove(&raw mut (*stream).handle_queue);
        if (*stream).io_watcher.fd != -1 {
            fd::close((*stream).io_watcher.fd);
            (*stream).io_watcher.fd = -1;
        }
    }
}

/// Gives the stream a descriptor, to be closed with it: a stream socket that never blocks, or a
/// terminal. `UV_EBUSY` if it has another one.
///
/// # Safety
/// `stream` is initialised.
pub(crate) unsafe fn open(stream: *mut uv_stream_t, descriptor: c_int, with: c_uint) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        if !matches!((*stream).io_watcher.fd, -1) && (*stream).io_watcher.fd != descriptor {
            return Err(Errno::EBUSY);
        }
        (*stream).flags |= with;
        match (*stream).r#type {
            UV_TCP => tcp::apply_options(descriptor, (*stream).flags)?,
            UV_TTY => (*stream).flags |= LEVEL | NOT_SOCKET,
            // The kernel ends a read where the attached descriptors change.
            UV_NAMED_PIPE if is_ipc(stream) => (*stream).flags |= LEVEL,
            _ => {}
        }
        (*stream).io_watcher.fd = descriptor;
        Ok(())
    }
}

/// As [`open`], for a descriptor of unknown kind.
///
/// # Safety
/// `stream` is initialised.
pub(crate) unsafe fn adopt(stream: *mut uv_stream_t, descriptor: c_int, with: c_uint) -> UvResult {
    let traits = match socket::kind(descriptor) {
        Ok(libc::SOCK_STREAM) => 0,
        Ok(_) => LEVEL,
        Err(_) => LEVEL | NOT_SOCKET,
    };
    // SAFETY: the caller's promise.
    unsafe { open(stream, descriptor, with | traits) }
}

/// # Safety
/// `stream` is initialised.
unsafe fn is_ipc(stream: *const uv_stream_t) -> bool {
    // SAFETY: the type says that the memory holds a pipe.
    unsafe { (*stream).r#type == UV_NAMED_PIPE && (*stream.cast::<uv_pipe_t>()).ipc != 0 }
}

/// The descriptor of a stream that has one and is not closing; `UV_EBADF` otherwise.
///
/// # Safety
/// `stream` is initialised.
pub(crate) unsafe fn descriptor(stream: *const uv_stream_t) -> UvResult<c_int> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*stream).io_watcher.fd == -1 || handle::is_closing(stream.cast()) {
            return Err(Errno::EBADF);
        }
        Ok((*stream).io_watcher.fd)
    }
}

/// Writes an address of the stream to `name`, `*len` bytes at the most, and its size to `len`.
///
/// # Safety
/// `stream` is initialised, `name` has room for `*len` bytes.
pub(crate) unsafe fn address(
    stream: *const uv_stream_t,
    of: socket::AddressOf,
    name: *mut sockaddr,
    len: *mut c_int,
) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        let mut size = *len as libc::socklen_t;
        socket::address(descriptor(stream)?, of, name, &mut size)?;
        *len = size as c_int;
    }
    Ok(())
}

/// Asks for `events` in addition.
///
/// # Safety
/// `stream` is initialised.
unsafe fn want(stream: *mut uv_stream_t, events: c_uint) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        let w = &raw mut (*stream).io_watcher;
        if (*stream).flags & LEVEL == 0 {
            // Urgent data ends a read early, so its arrival has to be known.
            let events = if events & POLLIN != 0 { events | POLLPRI } else { events };
            watcher::want((*stream).r#loop, w, events)
        } else if (*w).pevents & events == events {
            Ok(())
        } else {
            watcher::want_level((*stream).r#loop, w, (*w).pevents | events)
        }
    }
}

/// Asks for `events` no more.
///
/// # Safety
/// `stream` is initialised.
unsafe fn unwant(stream: *mut uv_stream_t, events: c_uint) {
    // SAFETY: the caller's promise.
    unsafe {
        let w = &raw mut (*stream).io_watcher;
        if (*w).pevents & events == 0 {
            return;
        }
        if (*stream).flags & LEVEL == 0 {
            let events = if events & POLLIN != 0 { events | POLLPRI } else { events };
            watcher::unwant((*stream).r#loop, w, events);
        } else {
            // Less than before is asked for; at worst the kernel reports too much.
            let _ = watcher::want_level((*stream).r#loop, w, (*w).pevents & !events);
        }
    }
}

/// Sees to it that finished requests are told in the next pending phase. While a connection is being
/// made that would be taken for its end, which does the same for them.
///
/// # Safety
/// `stream` is initialised.
unsafe fn feed(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*stream).connect_req.is_null() {
            watcher::feed((*stream).r#loop, &raw mut (*stream).io_watcher);
        }
    }
}

/// The poller's report, or the pending phase (`POLLOUT`). Bytes that came and writes that are over, of
/// a connected stream, are told from the rest without a call.
///
/// # Safety
/// `w` belongs to a stream of the loop.
#[inline]
pub(crate) unsafe fn on_ready(w: *mut uv__io_t, events: c_uint) {
    // SAFETY: the caller's promise; the memory stays until the close callback, which is not called
    // from here.
    unsafe {
        let stream = container_of!(w, uv_stream_t, io_watcher);
        let is_connected = (*stream).flags & flags::LISTENING == 0 && (*stream).connect_req.is_null();
        if is_connected && events == POLLIN {
            read::run(stream);
        } else if is_connected && events == POLLOUT {
            write_queue::proceed(stream);
        } else {
            on_other(stream, events);
        }
    }
}

/// What [`on_ready`] leaves.
#[inline(never)]
unsafe fn on_other(stream: *mut uv_stream_t, events: c_uint) {
    // SAFETY: as in `on_ready`.
    unsafe {
        if (*stream).flags & flags::LISTENING != 0 {
            accept::on_ready(stream);
        } else if !(*stream).connect_req.is_null() {
            connect::on_ready(stream);
        } else {
            read::run(stream);
            let is_closed = (*stream).io_watcher.fd == -1; // by a callback
            if !is_closed && events & (POLLOUT | POLLERR | POLLHUP) != 0 {
                write_queue::proceed(stream);
            }
        }
    }
}

/// Makes the descriptor block in reads and writes, or not. One that blocks must not be read again to
/// find out that it is empty.
///
/// # Safety
/// `stream` is initialised.
unsafe fn set_blocking(stream: *mut uv_stream_t, blocking: bool) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        fd::set_nonblocking((*stream).io_watcher.fd, !blocking)?;
        let w = &raw mut (*stream).io_watcher;
        if blocking && (*stream).flags & LEVEL == 0 {
            (*stream).flags |= LEVEL;
            if (*w).pevents != 0 {
                watcher::want_level((*stream).r#loop, w, (*w).pevents & !POLLPRI)?;
            }
        }
        Ok(())
    }
}

/// uv_close: lets go of the descriptors. Requests are cancelled in the closing phase.
///
/// # Safety
/// `stream` is initialised and marked as closing.
pub(crate) unsafe fn close(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise.
    unsafe {
        let w = &raw mut (*stream).io_watcher;
        watcher::close((*stream).r#loop, w);
        read::stop(stream);
        handle::stop(as_handle(stream));
        (*stream).flags &= !(flags::READABLE | flags::WRITABLE);
        if (*w).fd != -1 {
            if (*w).fd > libc::STDERR_FILENO {
                fd::close((*w).fd); // the standard ones are the program's
            }
            (*w).fd = -1;
        }
        passing::close_all(stream);
        closing::make_pending(as_handle(stream));
    }
}

/// The closing phase: cancels what is still under way, in libuv's order: connect, writes, shutdown.
///
/// # Safety
/// `stream` is closing.
pub(crate) unsafe fn finish_close(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise; a request is the program's again in its callback.
    unsafe {
        let connecting = (*stream).connect_req;
        if !connecting.is_null() {
            req::unregister((*stream).r#loop);
            (*stream).connect_req = null_mut();
            if let Some(cb) = (*connecting).cb {
                cb(connecting, Errno::ECANCELED.code());
            }
        }
        write_queue::cancel_all(stream);
        write_queue::callbacks(stream);
        shutdown::drained(stream);
    }
}
