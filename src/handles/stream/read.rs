//! Reading.

use libc::ssize_t;

use super::passing;
use super::state::{is_ipc, unwant, want};
use crate::abi::*;
use crate::core::memory::buffers::Room;
use crate::core::memory::callback;
use crate::core::state::handle::{self, flags};
use crate::core::turn::watcher;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd;
use crate::sys::readiness::{self, POLLHUP, POLLIN, POLLPRI};

/// What is suggested to the program for a buffer's size.
const SUGGESTED_SIZE: usize = 64 * 1024;

/// Reads of one stream before others get their turn.
const MAX_READS: u32 = 32;

pub(crate) fn start(stream: Option<&uv_stream_t>, alloc_cb: uv_alloc_cb, read_cb: uv_read_cb) -> UvResult {
    let Some(stream) = stream else { return Err(Errno::EINVAL) };
    if alloc_cb.is_none() || read_cb.is_none() || stream.has(flags::CLOSING) {
        return Err(Errno::EINVAL);
    }
    if stream.read_cb.get().is_some() {
        return Err(Errno::EALREADY);
    }
    if !stream.has(flags::READABLE) {
        return Err(Errno::ENOTCONN);
    }
    want(stream, POLLIN)?;
    stream.clear(flags::READ_EOF);
    stream.read_cb.set(read_cb);
    stream.alloc_cb.set(alloc_cb);
    handle::start(stream);
    Ok(())
}

pub(crate) fn stop(stream: &uv_stream_t) {
    if stream.read_cb.get().is_some() {
        unwant(stream, POLLIN);
        handle::stop(stream);
        stream.read_cb.set(None);
        stream.alloc_cb.set(None);
    }
}

/// Reads what is there: memory from the program, one read, its callback, in a strict row. The first
/// read, mostly the only one, needs no loop.
#[inline(never)]
pub(super) fn run(stream: &uv_stream_t) {
    if read_once(stream) {
        read_on(stream);
    }
}

/// After a first read that filled its buffer.
#[inline(never)]
fn read_on(stream: &uv_stream_t) {
    let mut left = MAX_READS - 1;
    while left != 0 && read_once(stream) {
        left -= 1;
    }
}

/// One read. Whether there may be more to read now.
#[inline(always)]
fn read_once(stream: &uv_stream_t) -> bool {
    let mut room = Room::NONE;
    if !callback::alloc(stream, SUGGESTED_SIZE, &mut room) || stream.read_cb.get().is_none() {
        return false; // stopped or closed in the callback: there is nobody to hand the bytes to
    }
    let Some(memory) = room.memory() else {
        tell(stream, Errno::ENOBUFS.code() as ssize_t, &room);
        return false;
    };
    let result = if is_ipc(stream) {
        match passing::receive(stream, memory) {
            // What came is lost, but the connection is not.
            Ok(Err(error)) => {
                tell(stream, error.code() as ssize_t, &room);
                return false;
            }
            Ok(received) => received,
            Err(error) => Err(error),
        }
    } else {
        fd::read_into_once(stream.fd(), memory)
    };
    match result {
        Ok(n) if n != 0 => got(stream, n, &room),
        other => got_nothing(stream, other, &room),
    }
}

/// Bytes have come. Whether there may be more to read now.
#[inline(always)]
fn got(stream: &uv_stream_t, n: usize, room: &Room) -> bool {
    let is_short = n < room.buf().len;
    if is_short {
        watcher::clear_after_short(&stream.io_watcher);
    }
    tell(stream, n as ssize_t, room);
    !is_short
}

/// No bytes have come at the first attempt. Whether there may be more to read now.
#[inline(never)]
fn got_nothing(stream: &uv_stream_t, mut result: UvResult<usize>, room: &Room) -> bool {
    if result == Err(Errno::EINTR) {
        if let Some(memory) = room.memory() {
            result = fd::read_into(stream.fd(), memory);
        }
    }
    match result {
        Ok(0) => end(stream, room),
        Ok(n) => return got(stream, n, room),
        Err(Errno::EAGAIN) => {
            watcher::clear(&stream.io_watcher, POLLIN | POLLPRI);
            tell(stream, 0, room);
        }
        Err(Errno::EIO) if is_hung_up_pipe(stream) => end(stream, room),
        Err(error) => fail(stream, error, room),
    }
    false
}

/// Calls the read callback of the moment.
#[inline(always)]
fn tell(stream: &uv_stream_t, nread: ssize_t, room: &Room) {
    callback::read(stream.read_cb.get(), stream, nread, room.buf());
}

/// The peer has finished: reading stops before the program is told, so that it may start again.
fn end(stream: &uv_stream_t, room: &Room) {
    stream.set(flags::READ_EOF);
    let read_cb = stream.read_cb.get();
    stop(stream);
    callback::read(read_cb, stream, Errno::EOF.code() as ssize_t, room.buf());
}

/// Whether this is the master of a pseudo-terminal that a program opened as a pipe, and nobody has the
/// terminal any more: there EIO is what the end is elsewhere, also where a read comes before the poller.
#[cold]
fn is_hung_up_pipe(stream: &uv_stream_t) -> bool {
    stream.r#type.get() == UV_NAMED_PIPE && readiness::now(stream.fd(), 0) & POLLHUP != 0
}

/// The poller has said that this is the end, and there is nothing to read.
pub(super) fn hang_up(stream: &uv_stream_t) {
    if stream.read_cb.get().is_some() && !stream.has(flags::READ_EOF) {
        end(stream, &Room::NONE);
    }
}

/// The connection is lost: reading stops unless the program has already seen to it.
#[cold]
fn fail(stream: &uv_stream_t, error: Errno, room: &Room) {
    stream.clear(flags::READABLE | flags::WRITABLE);
    tell(stream, error.code() as ssize_t, room);
    stop(stream);
}
