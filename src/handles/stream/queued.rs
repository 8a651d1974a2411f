//! Writes that wait, and those that are over.

use super::state::{feed, unwant};
use crate::abi::*;
use crate::core::memory::lend::Held;
use crate::core::memory::queue::{finished_writes, waiting_writes};
use crate::core::state::handle;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLOUT;

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
