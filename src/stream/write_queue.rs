//! Writes that wait, and those that are over.

use std::mem::MaybeUninit;
use std::ptr::null_mut;

use super::write::{size_of_bufs, write_some};
use super::{LEVEL, NOT_SOCKET, feed, gather, shutdown, unwant, want};
use crate::abi::*;
use crate::core::handle::{self, flags};
use crate::core::queue::{self, container_of};
use crate::core::{alloc, req, watcher};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd;
use crate::sys::readiness::POLLOUT;

/// Writes of one stream before others get their turn.
const MAX_WRITES: u32 = 32;

/// Waits until the descriptor takes more; `write` fails if that is not possible.
///
/// # Safety
/// `write` waits in the queue of `stream`.
pub(super) unsafe fn wait(stream: *mut uv_stream_t, write: *mut uv_write_t) {
    // SAFETY: stream and request are under way: our caller's promise.
    unsafe {
        if let Err(error) = want(stream, POLLOUT) {
            fail(write, error);
        }
    }
}

/// Counts `n` bytes as written. True: the request is through.
///
/// # Safety
/// The request is under way and its buffers hold `n` bytes more.
pub(super) unsafe fn advance(write: *mut uv_write_t, n: usize) -> bool {
    // SAFETY: the request is under way, and its buffers hold `n` bytes more: our caller's promise.
    unsafe {
        (*(*write).handle).write_queue_size -= n;
        (*write).write_extra.nwritten += n;
        let mut left = n;
        while (*write).write_index < (*write).nbufs {
            let buf = (*write).bufs.add((*write).write_index as usize);
            let taken = left.min((*buf).len);
            if taken != 0 {
                (*buf).base = (*buf).base.add(taken);
                (*buf).len -= taken;
                left -= taken;
            }
            if (*buf).len != 0 {
                return false;
            }
            (*write).write_index += 1;
        }
        true
    }
}

/// The request, which is in no queue, is through without an error.
///
/// # Safety
/// The request is under way.
pub(super) unsafe fn complete(write: *mut uv_write_t) {
    // SAFETY: the request is under way: our caller's promise.
    unsafe {
        let stream = (*write).handle;
        free_bufs(write);
        queue::push_back(&raw mut (*stream).write_completed_queue, &raw mut (*write).queue);
        feed(stream);
    }
}

/// The request, which is in the write queue, failed. Its bytes stay in `write_queue_size` until its
/// callback, as the sign to the program that it should stop writing.
///
/// # Safety
/// The request is under way and in the write queue.
#[cold]
pub(super) unsafe fn fail(write: *mut uv_write_t, error: Errno) {
    // SAFETY: the request is under way: our caller's promise.
    unsafe {
        let stream = (*write).handle;
        (*write).error = error.code();
        queue::remove(&raw mut (*write).queue);
        queue::push_back(&raw mut (*stream).write_completed_queue, &raw mut (*write).queue);
        feed(stream);
        unwant(stream, POLLOUT);
    }
}

/// Writes what is queued for as long as the kernel takes it.
///
/// # Safety
/// `stream` is initialised and not closing.
#[inline(never)]
pub(super) unsafe fn flush(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise; requests stay until their callbacks, which are not called here.
    unsafe {
        let mut left = MAX_WRITES;
        while !queue::is_empty(&raw const (*stream).write_queue) {
            if left == 0 {
                return feed(stream);
            }
            let first = container_of!((*stream).write_queue.next, uv_write_t, queue);
            let progress =
                if may_gather(stream, first) { gather::write(stream) } else { write_first(stream, first) };
            match progress {
                Ok(Progress { all: true, finished }) => {
                    left = left.saturating_sub(finished.max(1));
                    continue;
                }
                Ok(_) | Err(Errno::EAGAIN) => {}
                Err(error) => return fail(first, error),
            }
            if (*stream).flags & flags::BLOCKING_WRITES == 0 {
                let waiting = container_of!((*stream).write_queue.next, uv_write_t, queue);
                watcher::clear(&raw mut (*stream).io_watcher, POLLOUT);
                return wait(stream, waiting);
            }
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
unsafe fn may_gather(stream: *const uv_stream_t, first: *const uv_write_t) -> bool {
    // SAFETY: stream and request are under way: our caller's promise.
    unsafe {
        let only = (*stream).write_queue.next == (*stream).write_queue.prev;
        let rest = ((*first).nbufs - (*first).write_index) as usize;
        !only && (*stream).flags & (LEVEL | NOT_SOCKET) == 0 && rest < gather::MAX_PIECES
    }
}

/// Writes of the first request what one call takes.
unsafe fn write_first(stream: *mut uv_stream_t, write: *mut uv_write_t) -> UvResult<Progress> {
    // SAFETY: stream and request are under way: our caller's promise.
    unsafe {
        let first = (*write).write_index as usize;
        let offered = ((*write).nbufs as usize - first).min(fd::MAX_IOVECS);
        let n = write_some(stream, (*write).bufs.add(first), offered, (*write).send_handle)?;
        (*write).send_handle = null_mut(); // it went with the first byte
        if advance(write, n) {
            queue::remove(&raw mut (*write).queue);
            complete(write);
            return Ok(Progress { all: true, finished: 1 });
        }
        Ok(Progress { all: (*write).write_index as usize >= first + offered, finished: 0 })
    }
}

/// The descriptor takes more, or requests are through.
///
/// # Safety
/// `stream` is initialised and not closing.
#[inline(always)]
pub(super) unsafe fn proceed(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise.
    unsafe {
        let head = &raw mut (*stream).write_completed_queue;
        let first = (*head).next;
        let is_one = first != head && first == (*head).prev;
        if is_one && queue::is_empty(&raw const (*stream).write_queue) {
            proceed_one(stream, first);
        } else {
            proceed_any(stream);
        }
    }
}

/// The common case: one request is through, and none waits.
#[inline(never)]
unsafe fn proceed_one(stream: *mut uv_stream_t, node: *mut uv__queue) {
    // SAFETY: as in `proceed`.
    unsafe {
        queue::init(&raw mut (*stream).write_completed_queue);
        finish(stream, node);
        if shutdown::is_waiting(stream) && queue::is_empty(&raw const (*stream).write_queue) {
            shutdown::drained(stream);
        }
    }
}

#[inline(never)]
unsafe fn proceed_any(stream: *mut uv_stream_t) {
    // SAFETY: as in `proceed`.
    unsafe {
        if !queue::is_empty(&raw const (*stream).write_queue) {
            flush(stream);
        }
        callbacks(stream);
        if queue::is_empty(&raw const (*stream).write_queue) {
            shutdown::drained(stream);
        }
    }
}

/// Calls the callbacks of the requests that are through, or failed.
///
/// # Safety
/// `stream` is initialised.
pub(super) unsafe fn callbacks(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise; `batch` outlives the links into it. Those that the callbacks finish
    // come in the next round.
    unsafe {
        let mut batch = MaybeUninit::<uv__queue>::uninit();
        queue::move_all(&raw mut (*stream).write_completed_queue, batch.as_mut_ptr());
        while let Some(node) = queue::pop_front(batch.as_mut_ptr()) {
            finish(stream, node);
        }
    }
}

/// Calls the callback of the request at `node`, which was taken out of its queue.
#[inline(always)]
unsafe fn finish(stream: *mut uv_stream_t, node: *mut uv__queue) {
    // SAFETY: stream and request are under way: our caller's promise. The request is the program's
    // again in its callback.
    unsafe {
        let write = container_of!(node, uv_write_t, queue);
        req::unregister((*stream).r#loop);
        if !(*write).bufs.is_null() {
            give_up_rest(stream, write);
        }
        if let Some(cb) = (*write).cb {
            cb(write, (*write).error);
        }
    }
}

/// What a request that failed had not written no longer waits.
#[inline(never)]
unsafe fn give_up_rest(stream: *mut uv_stream_t, write: *mut uv_write_t) {
    // SAFETY: as in `finish`.
    unsafe {
        let first = (*write).write_index as usize;
        let left = size_of_bufs((*write).bufs.add(first), (*write).nbufs as usize - first);
        (*stream).write_queue_size -= left;
        free_bufs(write);
    }
}

/// Gives up the request's list of buffers.
///
/// # Safety
/// The request is under way.
pub(super) unsafe fn free_bufs(write: *mut uv_write_t) {
    // SAFETY: the list is inside the request or was allocated in `start`.
    unsafe {
        if (*write).bufs != (&raw mut (*write).bufsml).cast() {
            alloc::free((*write).bufs.cast());
        }
        (*write).bufs = null_mut();
    }
}

/// Gives all queued requests this outcome.
///
/// # Safety
/// `stream` is initialised.
pub(super) unsafe fn cancel_all(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise.
    unsafe {
        while let Some(node) = queue::pop_front(&raw mut (*stream).write_queue) {
            (*container_of!(node, uv_write_t, queue)).error = Errno::ECANCELED.code();
            queue::push_back(&raw mut (*stream).write_completed_queue, node);
        }
    }
}

/// uv_cancel: takes a request out of the queue; one that is through stays as it is.
/// `UV_EBUSY` if its stream is closing.
///
/// # Safety
/// `write` is under way.
pub(crate) unsafe fn cancel(write: *mut uv_write_t) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        let stream = (*write).handle;
        if handle::is_closing(stream.cast()) {
            return Err(Errno::EBUSY);
        }
        let head = &raw mut (*stream).write_queue;
        let wanted = &raw mut (*write).queue;
        let mut node = (*head).next;
        while node != head {
            if node == wanted {
                queue::remove(node);
                (*write).error = Errno::ECANCELED.code();
                queue::push_back(&raw mut (*stream).write_completed_queue, node);
                feed(stream);
                break;
            }
            node = (*node).next;
        }
    }
    Ok(())
}
