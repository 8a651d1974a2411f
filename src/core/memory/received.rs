//! Descriptors that a stream has got and the program has not fetched with uv_accept: a connection, or
//! what came through a pipe. The first one is in `accepted_fd`, those after it in a queue behind
//! `queued_fds`.

use std::collections::VecDeque;
use std::os::fd::{FromRawFd, IntoRawFd, OwnedFd};
use std::ptr::null_mut;

use crate::abi::uv_stream_t;
use crate::core::memory::alloc;
use crate::sys::errno::{Errno, UvResult};

type Queue = VecDeque<OwnedFd>;

/// The queue, if there is one. A step calls nothing of this file.
fn with_queue<R>(stream: &uv_stream_t, step: impl FnOnce(&mut Queue) -> R) -> Option<R> {
    // SAFETY: null since the stream's init, or made by `put`; only this file uses it, on the loop's thread,
    // and no step is within another.
    unsafe { stream.queued_fds.get().cast::<Queue>().as_mut() }.map(step)
}

pub(crate) fn is_empty(stream: &uv_stream_t) -> bool {
    stream.accepted_fd.get() == -1
}

/// Keeps a descriptor behind those that wait already. `UV_ENOMEM`: it was closed.
pub(crate) fn put(stream: &uv_stream_t, descriptor: OwnedFd) -> UvResult {
    if is_empty(stream) {
        stream.accepted_fd.set(descriptor.into_raw_fd());
        return Ok(());
    }
    if stream.queued_fds.get().is_null() {
        stream.queued_fds.set(alloc::new(Queue::new())?.cast());
    }
    let queued = with_queue(stream, |queue| {
        queue.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
        queue.push_back(descriptor);
        Ok(())
    });
    queued.unwrap_or(Err(Errno::ENOMEM))
}

/// Takes the first one; the next one moves up.
pub(crate) fn take(stream: &uv_stream_t) -> Option<OwnedFd> {
    if is_empty(stream) {
        return None;
    }
    // SAFETY: -1 since the stream's init, or what `put` and this function took out of an `OwnedFd`.
    let first = unsafe { OwnedFd::from_raw_fd(stream.accepted_fd.get()) };
    let next = with_queue(stream, |queue| (queue.pop_front(), queue.is_empty()));
    if let Some((_, true)) = next {
        // SAFETY: made by `put`, and nobody has it any more.
        unsafe { alloc::delete(stream.queued_fds.replace(null_mut()).cast::<Queue>()) };
    }
    let next = next.and_then(|(next, _)| next);
    stream.accepted_fd.set(next.map_or(-1, IntoRawFd::into_raw_fd));
    Some(first)
}

/// How many wait.
pub(crate) fn count(stream: &uv_stream_t) -> usize {
    let queued = with_queue(stream, |queue| queue.len()).unwrap_or(0);
    if is_empty(stream) { 0 } else { 1 + queued }
}
