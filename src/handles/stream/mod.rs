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

use libc::{c_int, c_uint, sockaddr};

use crate::abi::*;
use crate::core::handle::{self, flags};
use crate::core::queue::{HandleLink, List};
use crate::core::{closing, req, watcher};
use crate::handles::tcp;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI};
use crate::sys::{fd, socket};

pub(crate) use self::accept::{loop_close, start_listening};
pub(crate) use self::connect::{fail_later, start as start_connect};
pub(crate) use self::passing::pending_count;
pub(crate) use self::write_queue::cancel;

/// Readiness is reported for as long as it lasts (private to this library).
const LEVEL: c_uint = 0x2000_0000;
/// The descriptor is no socket: `send` does not work on it (private to this library).
const NOT_SOCKET: c_uint = 0x4000_0000;

impl uv_stream_t {
    /// The descriptor, or -1.
    #[inline(always)]
    pub(crate) fn fd(&self) -> c_int {
        self.io_watcher.fd.get()
    }
}

pub(crate) fn init(loop_: &uv_loop_t, stream: &uv_stream_t, kind: uv_handle_type) {
    handle::init(loop_, stream, kind);
    stream.read_cb.set(None);
    stream.alloc_cb.set(None);
    stream.close_cb.set(None);
    stream.connection_cb.set(None);
    stream.connect_req.clear();
    stream.shutdown_req.clear();
    stream.accepted_fd.set(-1);
    stream.queued_fds.set(std::ptr::null_mut());
    stream.delayed_error.set(0);
    stream.write_queue_size.set(0);
    stream.write_queue.init();
    stream.write_completed_queue.init();
    watcher::init(&stream.io_watcher, watcher::Kind::Stream, -1);
    accept::reserve_descriptor(loop_);
}

/// Undoes [`init`] when the rest of an init function fails.
pub(crate) fn abandon(stream: &uv_stream_t) {
    List::<HandleLink>::remove(stream);
    if stream.fd() != -1 {
        fd::close(stream.io_watcher.fd.replace(-1));
    }
}

/// Gives the stream a descriptor, to be closed with it: a stream socket that never blocks, or a
/// terminal. `UV_EBUSY` if it has another one.
pub(crate) fn open(stream: &uv_stream_t, descriptor: c_int, with: c_uint) -> UvResult {
    if stream.fd() != -1 && stream.fd() != descriptor {
        return Err(Errno::EBUSY);
    }
    stream.set(with);
    match stream.r#type.get() {
        UV_TCP => tcp::apply_options(descriptor, stream.flags.get())?,
        UV_TTY => stream.set(LEVEL | NOT_SOCKET),
        // The kernel ends a read where the attached descriptors change.
        UV_NAMED_PIPE if is_ipc(stream) => stream.set(LEVEL),
        _ => {}
    }
    stream.io_watcher.fd.set(descriptor);
    Ok(())
}

/// As [`open`], for a descriptor of unknown kind.
pub(crate) fn adopt(stream: &uv_stream_t, descriptor: c_int, with: c_uint) -> UvResult {
    let traits = match socket::kind(descriptor) {
        Ok(libc::SOCK_STREAM) => 0,
        Ok(_) => LEVEL,
        Err(_) => LEVEL | NOT_SOCKET,
    };
    open(stream, descriptor, with | traits)
}

fn is_ipc(stream: &uv_stream_t) -> bool {
    stream.as_pipe().is_some_and(|pipe| pipe.ipc.get() != 0)
}

fn is_connecting(stream: &uv_stream_t) -> bool {
    !stream.connect_req.is_empty()
}

/// The descriptor of a stream that has one and is not closing; `UV_EBADF` otherwise.
pub(crate) fn descriptor(stream: &uv_stream_t) -> UvResult<c_int> {
    if stream.fd() == -1 || handle::is_closing(stream) { Err(Errno::EBADF) } else { Ok(stream.fd()) }
}

/// Writes an address of the stream to `name`, `*len` bytes at the most, and its size to `len`.
///
/// # Safety
/// `name` has room for `*len` bytes.
pub(crate) unsafe fn address(
    stream: &uv_stream_t,
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

/// Urgent data ends a read early, so where reads are asked for its arrival has to be known.
fn with_urgent(events: c_uint) -> c_uint {
    if events & POLLIN != 0 { events | POLLPRI } else { events }
}

/// Asks for `events` in addition.
fn want(stream: &uv_stream_t, events: c_uint) -> UvResult {
    let w = &stream.io_watcher;
    if !stream.has(LEVEL) {
        watcher::want(stream.owner(), w, with_urgent(events))
    } else if w.pevents.get() & events == events {
        Ok(())
    } else {
        watcher::want_level(stream.owner(), w, w.pevents.get() | events)
    }
}

/// Asks for `events` no more.
fn unwant(stream: &uv_stream_t, events: c_uint) {
    let w = &stream.io_watcher;
    if !watcher::is_wanted(w, events) {
        return;
    }
    if !stream.has(LEVEL) {
        watcher::unwant(w, with_urgent(events));
    } else {
        // Less than before is asked for; at worst the kernel reports too much.
        let _ = watcher::want_level(stream.owner(), w, w.pevents.get() & !events);
    }
}

/// Sees to it that finished requests are told in the next pending phase. While a connection is being
/// made that would be taken for its end, which does the same for them.
fn feed(stream: &uv_stream_t) {
    if !is_connecting(stream) {
        watcher::feed(stream.owner(), &stream.io_watcher);
    }
}

/// The poller's report, or the pending phase (`POLLOUT`). Bytes that came and writes that are over, of
/// a connected stream, are told from the rest without a call.
#[inline]
pub(crate) fn on_ready(stream: &uv_stream_t, events: c_uint) {
    let is_connected = !stream.has(flags::LISTENING) && !is_connecting(stream);
    if is_connected && events == POLLIN {
        read::run(stream);
    } else if is_connected && events == POLLOUT {
        write_queue::proceed(stream);
    } else {
        on_other(stream, events);
    }
}

/// What [`on_ready`] leaves.
#[inline(never)]
fn on_other(stream: &uv_stream_t, events: c_uint) {
    if stream.has(flags::LISTENING) {
        accept::on_ready(stream);
    } else if is_connecting(stream) {
        connect::on_ready(stream);
    } else {
        read::run(stream);
        let is_closed = stream.fd() == -1; // by a callback
        if !is_closed && events & (POLLOUT | POLLERR | POLLHUP) != 0 {
            write_queue::proceed(stream);
        }
    }
}

/// Makes the descriptor block in reads and writes, or not. One that blocks must not be read again to
/// find out that it is empty.
fn set_blocking(stream: &uv_stream_t, blocking: bool) -> UvResult {
    fd::set_nonblocking(stream.fd(), !blocking)?;
    let w = &stream.io_watcher;
    if blocking && !stream.has(LEVEL) {
        stream.set(LEVEL);
        if w.pevents.get() != 0 {
            watcher::want_level(stream.owner(), w, w.pevents.get() & !POLLPRI)?;
        }
    }
    Ok(())
}

/// uv_close: lets go of the descriptors. Requests are cancelled in the closing phase.
pub(crate) fn close(stream: &uv_stream_t) {
    let w = &stream.io_watcher;
    watcher::close(stream.owner(), w);
    read::stop(stream);
    handle::stop(stream);
    stream.clear(flags::READABLE | flags::WRITABLE);
    let open = w.fd.replace(-1);
    if open > libc::STDERR_FILENO {
        fd::close(open); // the standard ones are the program's
    }
    passing::close_all(stream);
    closing::make_pending(stream);
}

/// The closing phase: cancels what is still under way, in libuv's order: connect, writes, shutdown.
pub(crate) fn finish_close(stream: &uv_stream_t) {
    if let Some(connect) = stream.connect_req.take() {
        req::unregister(stream.owner());
        connect.complete(Errno::ECANCELED.code());
    }
    write_queue::cancel_all(stream);
    write_queue::callbacks(stream);
    shutdown::drained(stream);
}
