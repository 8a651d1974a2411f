//! Writing. A write is tried at once; what the kernel does not take waits in the stream's queue.

use std::cell::Cell;
use std::ptr::null_mut;

use super::write_queue::{advance, fail_last, flush, wait};
use super::{NOT_SOCKET, is_connecting, is_ipc, passing};
use crate::abi::*;
use crate::core::handle::{self, flags};
use crate::core::lend::{Buffers, Held, Pieces};
use crate::core::queue::{finished_writes, waiting_writes};
use crate::core::{alloc, req, watcher};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLOUT;
use crate::sys::{fd, socket};

/// Requests with no more buffers keep the list inside.
const INLINE_BUFS: usize = 4;

/// The list of buffers in a request. `bufs` is null for none, `bufsml`, or memory of its own.
impl uv_write_t {
    /// The buffers that are not written yet, or not wholly.
    #[inline(always)]
    pub(super) fn rest(&self) -> &[Cell<uv_buf_t>] {
        let (first, count) = (self.write_index.get() as usize, self.nbufs.get() as usize);
        // SAFETY: `keep_bufs` made the list, of `nbufs` buffers; it stays until `free_bufs`.
        unsafe { std::slice::from_raw_parts(self.bufs.get().add(first).cast(), count - first) }
    }

    /// The same, to be written.
    #[inline(always)]
    pub(super) fn pieces(&self) -> Pieces<'_> {
        let rest = self.rest();
        // SAFETY: `keep_bufs` copied pieces; nobody changes the list while a call is under way.
        unsafe { Pieces::again(std::slice::from_raw_parts(rest.as_ptr().cast(), rest.len())) }
    }

    fn inline_bufs(&self) -> *mut uv_buf_t {
        self.bufsml.as_ptr().cast()
    }

    /// Makes room for `count` buffers.
    fn make_room(&self, count: usize) -> UvResult {
        let room = if count <= INLINE_BUFS {
            self.inline_bufs()
        } else {
            alloc::malloc(count * size_of::<uv_buf_t>()).cast()
        };
        if room.is_null() {
            return Err(Errno::ENOMEM);
        }
        self.bufs.set(room);
        self.nbufs.set(count as u32);
        self.write_index.set(0);
        Ok(())
    }

    /// Fills the room with these buffers.
    fn keep_bufs(&self, pieces: Pieces<'_>) {
        let list = pieces.list();
        // SAFETY: `make_room` was told their number; what is in the request is not the program's array.
        unsafe { self.bufs.get().copy_from_nonoverlapping(list.as_ptr(), list.len()) };
    }

    /// Gives up the list.
    pub(super) fn free_bufs(&self) {
        let bufs = self.bufs.replace(null_mut());
        if bufs != self.inline_bufs() {
            // SAFETY: from `make_room`, and this was the last way to it.
            unsafe { alloc::free(bufs.cast()) };
        }
    }

    /// The stream that it writes to.
    #[inline(always)]
    pub(super) fn stream(&self) -> &uv_stream_t {
        // SAFETY: `register` set it; a stream ends its requests before its close callback.
        unsafe { &*self.handle.get() }
    }

    /// The handle to be sent along, which stays until the request's callback.
    #[inline(always)]
    pub(super) fn passed(&self) -> Option<&uv_stream_t> {
        // SAFETY: uv_write2's caller's promise.
        unsafe { self.send_handle.get().as_ref() }
    }
}

fn as_ptr(handle: Option<&uv_stream_t>) -> *mut uv_stream_t {
    handle.map_or(null_mut(), |handle| std::ptr::from_ref(handle).cast_mut())
}

/// The bytes in these buffers; what goes beyond an int counts as its maximum.
#[inline]
pub(super) fn size_of_bufs(lens: impl Iterator<Item = usize>) -> usize {
    let limit = i32::MAX as usize;
    let mut size = 0;
    for len in lens {
        if len > limit - size {
            return limit;
        }
        size += len;
    }
    size
}

/// The buffers, if the stream takes them, and how many bytes they hold.
fn check<'a>(
    stream: &uv_stream_t,
    bufs: Buffers<'a>,
    passed: Option<&uv_stream_t>,
) -> UvResult<(Pieces<'a>, usize)> {
    let pieces = bufs.checked()?;
    let size = match pieces.list() {
        [only] => only.len,
        list => size_of_bufs(list.iter().map(|buf| buf.len)),
    };
    if size > fd::MAX_IO_BYTES {
        return Err(Errno::EINVAL);
    }
    if stream.fd() < 0 {
        return Err(Errno::EBADF);
    }
    if !stream.has(flags::WRITABLE) {
        return Err(Errno::EPIPE);
    }
    if let Some(passed) = passed {
        if !is_ipc(stream) {
            return Err(Errno::EINVAL);
        }
        if passing::descriptor_of(passed) < 0 {
            return Err(Errno::EBADF);
        }
    }
    Ok((pieces, size))
}

/// Hands as many buffers to the kernel as one call takes.
#[inline(always)]
pub(super) fn write_some(
    stream: &uv_stream_t,
    pieces: Pieces<'_>,
    passed: Option<&uv_stream_t>,
) -> UvResult<usize> {
    if let ([only], None) = (pieces.as_io(), passed)
        && !stream.has(NOT_SOCKET)
    {
        match socket::send_piece(stream.fd(), only) {
            Err(Errno::ENOBUFS) => Err(Errno::EAGAIN),
            Err(Errno::ENOTSOCK) => write_vectored(stream, pieces, passed),
            other => other,
        }
    } else {
        write_vectored(stream, pieces, passed)
    }
}

/// The same for several buffers, other files than sockets, and handles to be sent.
#[inline(never)]
fn write_vectored(stream: &uv_stream_t, pieces: Pieces<'_>, passed: Option<&uv_stream_t>) -> UvResult<usize> {
    let fd = stream.fd();
    let pieces = pieces.as_io();
    let result = if let Some(passed) = passed {
        if handle::is_closing(passed) {
            return Err(Errno::EBADF);
        }
        passing::send(fd, pieces, passing::descriptor_of(passed))
    } else if stream.has(NOT_SOCKET) {
        fd::write_pieces(fd, pieces)
    } else {
        match socket::send_pieces(fd, pieces) {
            Err(Errno::ENOTSOCK) => {
                stream.set(NOT_SOCKET); // it is known now
                fd::write_pieces(fd, pieces)
            }
            other => other,
        }
    };
    result.map_err(|error| if error == Errno::ENOBUFS { Errno::EAGAIN } else { error })
}

/// uv_try_write2: what the kernel takes at once, and nothing else.
pub(super) fn try_now(
    stream: &uv_stream_t,
    bufs: Buffers<'_>,
    passed: Option<&uv_stream_t>,
) -> UvResult<usize> {
    if is_connecting(stream) || stream.write_queue_size.get() != 0 {
        return Err(Errno::EAGAIN);
    }
    let (pieces, _) = check(stream, bufs, passed)?;
    write_some(stream, pieces, passed)
}

/// uv_write: one buffer to an idle socket, the common case, with no step too many.
#[inline]
pub(super) fn start(
    write: Held<uv_write_t>,
    stream: &uv_stream_t,
    bufs: Buffers<'_>,
    cb: uv_write_cb,
) -> UvResult {
    if let Some(piece) = bufs.single()
        && !is_connecting(stream)
        && stream.write_queue_size.get() == 0
        && waiting_writes(stream).is_empty()
        && stream.flags.get() & (flags::WRITABLE | NOT_SOCKET) == flags::WRITABLE
        && piece.first_len() <= fd::MAX_IO_BYTES
    {
        write.cb.set(cb); // kept there, not in a register, over the call
        let tried = socket::send_piece_once(stream.fd(), &piece.as_io()[0]);
        if tried != Ok(piece.first_len()) {
            return start_tried(write, stream, bufs, tried);
        }
        write.send_handle.set(null_mut());
        register(&write, stream);
        done_at_once(write, stream, piece.first_len());
        return Ok(());
    }
    start_any(write, stream, bufs, None, cb, None)
}

/// The kernel did not take all of the one buffer.
#[cold]
#[inline(never)]
fn start_tried(
    write: Held<uv_write_t>,
    stream: &uv_stream_t,
    buf: Buffers<'_>,
    tried: UvResult<usize>,
) -> UvResult {
    let tried = (tried != Err(Errno::EINTR)).then_some(tried);
    let cb = write.cb.get();
    start_any(write, stream, buf, None, cb, tried)
}

/// uv_write2, and what [`start`] leaves. `tried` is the answer of the kernel if it was asked already.
#[inline(never)]
pub(super) fn start_any(
    write: Held<uv_write_t>,
    stream: &uv_stream_t,
    bufs: Buffers<'_>,
    passed: Option<&uv_stream_t>,
    cb: uv_write_cb,
    tried: Option<UvResult<usize>>,
) -> UvResult {
    let (pieces, size) = check(stream, bufs, passed)?;
    write.make_room(pieces.list().len())?;
    register(&write, stream);
    write.cb.set(cb);
    write.send_handle.set(as_ptr(passed));
    let idle = stream.write_queue_size.get() == 0 && waiting_writes(stream).is_empty();
    let tried = match tried {
        Some(Err(Errno::ENOBUFS)) => Err(Errno::EAGAIN),
        Some(answer) if answer != Err(Errno::ENOTSOCK) => answer,
        _ if idle && !is_connecting(stream) => write_some(stream, pieces, passed),
        _ => Err(Errno::EAGAIN),
    };
    if tried == Ok(size) {
        write.free_bufs();
        done_at_once(write, stream, size);
    } else {
        write.keep_bufs(pieces);
        enqueue(write, stream, size, idle, tried);
    }
    Ok(())
}

/// The request is under way from here on.
#[inline(always)]
fn register(write: &uv_write_t, stream: &uv_stream_t) {
    req::init(stream.owner(), write, UV_WRITE);
    write.handle.set(std::ptr::from_ref(stream).cast_mut());
    write.error.set(0);
}

/// The request is through: its callback comes in the next pending phase.
#[inline(always)]
fn done_at_once(write: Held<uv_write_t>, stream: &uv_stream_t, size: usize) {
    write.bufs.set(null_mut());
    write.write_extra.set(uv__req_write_extra_s { nwritten: size });
    finished_writes(stream).push_held(write);
    watcher::feed(stream.owner(), &stream.io_watcher);
}

/// Queues a request that could not be done at once, or not wholly: `tried` says what was reached.
#[inline(never)]
fn enqueue(write: Held<uv_write_t>, stream: &uv_stream_t, size: usize, idle: bool, tried: UvResult<usize>) {
    // A size without a queue is that of failed writes whose callbacks are still to come.
    let failed_before = stream.write_queue_size.get() != 0;
    stream.write_queue_size.set(stream.write_queue_size.get() + size);
    write.write_extra.set(uv__req_write_extra_s { nwritten: 0 });
    let write = waiting_writes(stream).push_held_at(write);
    if is_connecting(stream) {
        return; // the end of the connection attempt sees to it
    }
    match tried {
        Ok(n) => {
            write.send_handle.set(null_mut());
            advance(write, stream, n);
            let offered = (write.nbufs.get() as usize).min(fd::MAX_IOVECS);
            go_on(stream, write, offered);
        }
        Err(Errno::EAGAIN) if idle => go_on(stream, write, usize::MAX),
        Err(Errno::EAGAIN) if failed_before => wait_or_fail(stream),
        Err(Errno::EAGAIN) => flush(stream), // behind requests without bytes
        Err(error) => fail_last(stream, error),
    }
}

/// The first request of the queue is not through: `offered` buffers were given to the kernel.
fn go_on(stream: &uv_stream_t, write: &uv_write_t, offered: usize) {
    let took_all = write.write_index.get() as usize >= offered;
    if took_all || stream.has(flags::BLOCKING_WRITES) {
        flush(stream);
    } else {
        watcher::clear(&stream.io_watcher, POLLOUT);
        wait_or_fail(stream);
    }
}

/// Waits until the descriptor takes more; the request that was just queued fails if that is not possible.
fn wait_or_fail(stream: &uv_stream_t) {
    if let Err(error) = wait(stream) {
        fail_last(stream, error);
    }
}
