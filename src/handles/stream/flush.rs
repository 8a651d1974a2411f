//! Writing what waits, and telling the program what is over.

use std::ptr::{from_ref, null};

use super::nature::{BYTES, NOT_SOCKET};
use super::queued::{advance, complete, fail_first};
use super::send::{self, Progress};
use super::state::{feed, is_ipc, want};
use super::{gather, shutdown};
use crate::abi::*;
use crate::core::memory::lend::Held;
use crate::core::memory::queue::{finished_writes, waiting_writes};
use crate::core::memory::write_bufs::size_of_bufs;
use crate::core::state::handle::flags;
use crate::core::state::req;
use crate::core::turn::watcher;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd;
use crate::sys::readiness::POLLOUT;

/// Writes of one stream before others get their turn.
const MAX_WRITES: u32 = 32;

/// Callbacks of one stream's writes before others get their turn.
const MAX_CALLBACKS: u32 = 10_000;

/// Waits until the descriptor takes more.
pub(super) fn wait(stream: &uv_stream_t) -> UvResult {
    want(stream, POLLOUT)
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

/// Whether several requests can go out in one call: the bytes of a connected stream socket have no
/// boundaries, and no descriptors travel with them.
fn may_gather(stream: &uv_stream_t, first: &uv_write_t) -> bool {
    let rest = (first.nbufs.get() - first.write_index.get()) as usize;
    !waiting_writes(stream).is_single()
        && stream.flags.get() & (BYTES | NOT_SOCKET) == BYTES
        && rest < gather::MAX_PIECES
        && !is_ipc(stream)
}

/// Writes of the first request what one call takes.
fn write_first(stream: &uv_stream_t, write: &uv_write_t) -> UvResult<Progress> {
    let pieces = write.pieces();
    let end = write.write_index.get() as usize + pieces.list().len().min(fd::MAX_IOVECS);
    let n = send::some(stream, pieces, write.passed())?;
    write.set_passed(None); // it went with the first byte
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
    let only = if waiting_writes(stream).is_empty() { finished_writes(stream).pop_single() } else { None };
    match only {
        Some(write) => proceed_one(stream, write),
        None => proceed_any(stream),
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
    if callbacks(stream) && waiting_writes(stream).is_empty() {
        shutdown::drained(stream);
    }
}

/// Calls the callbacks of the requests that are through, or failed. Those that the callbacks finish
/// come in the next round. False if there are so many that some wait for it as well.
pub(super) fn callbacks(stream: &uv_stream_t) -> bool {
    // They stay where a run inside of a callback finds them, the last one among them.
    let finished = finished_writes(stream);
    let last = finished.last().map_or(null(), from_ref);
    let mut left = MAX_CALLBACKS;
    while let Some(write) = finished.pop_held() {
        let is_last = std::ptr::eq(&*write, last);
        finish(stream, write);
        left -= 1;
        if is_last {
            break;
        }
        if left == 0 {
            if stream.fd() != -1 {
                feed(stream);
                return false;
            }
            left = MAX_CALLBACKS; // it closes: no others come
        }
    }
    true
}

/// Calls the callback of a request.
#[inline(always)]
fn finish(stream: &uv_stream_t, write: Held<uv_write_t>) {
    req::unregister(stream.owner());
    if write.has_bufs() {
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
