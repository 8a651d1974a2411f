//! Writes that wait, and those that are over.

#![forbid(unsafe_code)]

use std::ptr::null_mut;

use super::write::{size_of_bufs, write_some};
use super::{LEVEL, NOT_SOCKET, feed, gather, shutdown, unwant, want};
use crate::abi::*;
use crate::core::handle::{self, flags};
use crate::core::lend::Held;
use crate::core::queue::{finished_writes, waiting_writes};
use crate::core::{req, watcher};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd;
use crate::sys::readiness::POLLOUT;

/// Writes of one stream before others get their turn.
const MAX_WRITES: u32 = 32;

/// Waits until the descriptor takes more.
pub(super) fn wait(stream: &uv_stream_t) -> UvResult {
    want(stream, POLLOUT)
}

/// Counts `n` bytes as written. True: the request is through.
pub(super) fn advance(write: &uv_write_t, stream: &uv_stream_t, n: usize) -> bool {
    stream.write_queue_size.set(stream.write_queue_size.get() - n);
    write.write_extra.set(uv__req_write_extra_s { nwritten: write.write_extra.get().nwritten + n });
    let mut left = n;
    for place in write.rest() {
        let mut buf = place.get();
        let taken = left.min(buf.len);
        if taken != 0 {
            buf.base = buf.base.wrapping_add(taken);
            buf.len -= taken;
            place.set(buf);
            left -= taken;
        }
        if buf.len != 0 {
            return false;
        }
        write.write_index.set(write.write_index.get() + 1);
    }
    true
}

/// The request, taken out of the queue, is through without an error.
pub(super) fn complete(stream: &uv_stream_t, write: Held<uv_write_t>) {
    write.free_bufs();
    finished_writes(stream).push_held(write);
    feed(stream);
}

/// The first request of the write queue failed.
pub(super) fn fail_first(stream: &uv_stream_t, error: Errno) {
    fail(stream, waiting_writes(stream).pop_held(), error);
}

/// The last request of the write queue failed.
pub(super) fn fail_last(stream: &uv_stream_t, error: Errno) {
    fail(stream, waiting_writes(stream).pop_last_held(), error);
}

/// The request, taken out of the write queue, failed. Its bytes stay in `write_queue_size` until its
/// callback, as the sign to the program that it should stop writing.
#[cold]
fn fail(stream: &uv_stream_t, write: Option<Held<uv_write_t>>, error: Errno) {
    if let Some(write) = write {
        end(stream, write, error);
    }
    feed(stream);
    unwant(stream, POLLOUT);
}

/// Puts a request, taken out of the write queue, to those that are over.
fn end(stream: &uv_stream_t, write: Held<uv_write_t>, error: Errno) {
    write.error.set(error.code());
    finished_writes(stream).push_held(write);
}

/// Writes what is queued for as long as the kernel takes it.
#[inline(never)]
pub(super) fn flush(stream: &uv_stream_t) {
    let queue = waiting_writes(stream);
    let mut left = MAX_WRITES;
    while let Some(first) = queue.first() {
        if left == 0 {
            return feed(stream);
        }
        let progress =
            if may_gather(stream, first) { gather::write(stream) } else { write_first(stream, first) };
        match progress {
            Ok(Progress { all: true, finished }) => {
                left = left.saturating_sub(finished.max(1));
                continue;
            }
            Ok(_) | Err(Errno::EAGAIN) => {}
            Err(error) => return fail_first(stream, error),
        }
        if !stream.has(flags::BLOCKING_WRITES) && !queue.is_empty() {
            watcher::clear(&stream.io_watcher, POLLOUT);
            return wait(stream).unwrap_or_else(|error| fail_first(stream, error));
        }
    }
}

/// What one call to the kernel has reached.
pub(super) struct Progress {
    /// It took all that it was offered: there may be room for more.
    pub(super) all: bool,
    /// Requests that are through.
    pub(super) finished: u32,
}

/// Whether several requests can go out in one call: the bytes of a connected stream socket have no
/// boundaries, and no descriptors travel with them.
fn may_gather(stream: &uv_stream_t, first: &uv_write_t) -> bool {
    let rest = (first.nbufs.get() - first.write_index.get()) as usize;
    !waiting_writes(stream).is_single() && !stream.has(LEVEL | NOT_SOCKET) && rest < gather::MAX_PIECES
}

/// Writes of the first request what one call takes.
fn write_first(stream: &uv_stream_t, write: &uv_write_t) -> UvResult<Progress> {
    let pieces = write.pieces();
    let end = write.write_index.get() as usize + pieces.list().len().min(fd::MAX_IOVECS);
    let n = write_some(stream, pieces, write.passed())?;
    write.send_handle.set(null_mut()); // it went with the first byte
    if advance(write, stream, n) {
        if let Some(write) = waiting_writes(stream).pop_held() {
            complete(stream, write);
        }
        return Ok(Progress { all: true, finished: 1 });
    }
    Ok(Progress { all: write.write_index.get() as usize >= end, finished: 0 })
}

/// The descriptor takes more, or requests are through.
#[inline(always)]
pub(super) fn proceed(stream: &uv_stream_t) {
    if waiting_writes(stream).is_empty()
        && let Some(write) = finished_writes(stream).pop_single()
    {
        proceed_one(stream, write);
    } else {
        proceed_any(stream);
    }
}

/// The common case: one request is through, and none waits.
#[inline(never)]
fn proceed_one(stream: &uv_stream_t, write: Held<uv_write_t>) {
    finish(stream, write);
    if shutdown::is_waiting(stream) && waiting_writes(stream).is_empty() {
        shutdown::drained(stream);
    }
}

#[inline(never)]
fn proceed_any(stream: &uv_stream_t) {
    if !waiting_writes(stream).is_empty() {
        flush(stream);
    }
    callbacks(stream);
    if waiting_writes(stream).is_empty() {
        shutdown::drained(stream);
    }
}

/// Calls the callbacks of the requests that are through, or failed. Those that the callbacks finish
/// come in the next round.
pub(super) fn callbacks(stream: &uv_stream_t) {
    finished_writes(stream).take_each_held(|write| finish(stream, write));
}

/// Calls the callback of a request.
#[inline(always)]
fn finish(stream: &uv_stream_t, write: Held<uv_write_t>) {
    req::unregister(stream.owner());
    if !write.bufs.get().is_null() {
        give_up_rest(stream, &write);
    }
    let status = write.error.get();
    write.complete(status);
}

/// What a request that failed had not written no longer waits.
#[inline(never)]
fn give_up_rest(stream: &uv_stream_t, write: &uv_write_t) {
    let left = size_of_bufs(write.rest().iter().map(|buf| buf.get().len));
    stream.write_queue_size.set(stream.write_queue_size.get() - left);
    write.free_bufs();
}

/// Cancels all queued requests.
pub(super) fn cancel_all(stream: &uv_stream_t) {
    while let Some(write) = waiting_writes(stream).pop_held() {
        end(stream, write, Errno::ECANCELED);
    }
}

/// uv_cancel: takes a request out of the queue; one that is through stays as it is.
/// `UV_EBUSY` if its stream is closing.
pub(crate) fn cancel(write: &uv_write_t) -> UvResult {
    let stream = write.stream();
    if handle::is_closing(stream) {
        return Err(Errno::EBUSY);
    }
    if let Some(write) = waiting_writes(stream).find_held(write) {
        end(stream, write, Errno::ECANCELED);
        feed(stream);
    }
    Ok(())
}
