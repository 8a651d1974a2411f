//! Writing. A write is tried at once; what the kernel does not take waits in the stream's queue.

use std::mem::MaybeUninit;
use std::ptr::null_mut;

use libc::c_uint;

use super::{LEVEL, NOT_SOCKET, feed, gather, is_ipc, passing, shutdown, unwant, want};
use crate::abi::*;
use crate::core::handle::{self, flags};
use crate::core::queue::{self, container_of};
use crate::core::{alloc, req, watcher};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLOUT;
use crate::sys::{fd, socket};

/// Writes of one stream before others get their turn.
const MAX_WRITES: u32 = 32;

/// Requests with no more buffers keep the list inside.
const INLINE_BUFS: usize = 4;

/// More buffers than this are a negative number gone wrong.
const MAX_BUFS: c_uint = 1024 * 1024;

/// The bytes in `count` buffers; what goes beyond an int counts as its maximum.
///
/// # Safety
/// `bufs` points to `count` buffers.
#[inline]
unsafe fn size_of_bufs(bufs: *const uv_buf_t, count: usize) -> usize {
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
#[inline(always)]
unsafe fn write_some(
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
        let tried = socket::send((*stream).io_watcher.fd, (*bufs).base.cast(), (*bufs).len);
        if tried != Ok((*bufs).len) {
            return start_any(write, stream, bufs, nbufs, null_mut(), cb, Some(tried));
        }
        (*write).send_handle = null_mut();
        register(write, stream, cb);
        done_at_once(write, (*bufs).len);
        Ok(())
    }
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
        register(write, stream, cb);
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
unsafe fn register(write: *mut uv_write_t, stream: *mut uv_stream_t, cb: uv_write_cb) {
    // SAFETY: our callers' promise.
    unsafe {
        req::init((*stream).r#loop, write.cast(), UV_WRITE);
        (*write).cb = cb;
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

/// Waits until the descriptor takes more; `write` fails if that is not possible.
unsafe fn wait(stream: *mut uv_stream_t, write: *mut uv_write_t) {
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
#[cold]
unsafe fn fail(write: *mut uv_write_t, error: Errno) {
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
#[inline(never)]
pub(super) unsafe fn proceed(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise.
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
#[inline(always)]
pub(super) unsafe fn callbacks(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise. Those that the callbacks finish come in the next round.
    unsafe {
        let head = &raw mut (*stream).write_completed_queue;
        let first = (*head).next;
        if first == head {
            return;
        }
        if first == (*head).prev {
            // The common case, one request, needs no list of its own.
            queue::init(head);
            return finish(stream, first);
        }
        callback_batch(stream);
    }
}

#[inline(never)]
unsafe fn callback_batch(stream: *mut uv_stream_t) {
    // SAFETY: as in `callbacks`; `batch` outlives the links into it.
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
            let first = (*write).write_index as usize;
            let left = size_of_bufs((*write).bufs.add(first), (*write).nbufs as usize - first);
            (*stream).write_queue_size -= left;
            free_bufs(write);
        }
        if let Some(cb) = (*write).cb {
            cb(write, (*write).error);
        }
    }
}

/// Gives up the request's list of buffers.
unsafe fn free_bufs(write: *mut uv_write_t) {
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
