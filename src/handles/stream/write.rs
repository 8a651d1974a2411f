//! Writing. A write is tried at once; what the kernel does not take waits in the stream's queue.

use super::flush::{flush, wait};
use super::nature::NOT_SOCKET;
use super::queued::{advance, fail_last};
use super::state::{is_connecting, is_ipc};
use super::{passing, send};
use crate::abi::*;
use crate::core::memory::buffers::{Buffers, Pieces};
use crate::core::memory::lend::Held;
use crate::core::memory::queue::{finished_writes, waiting_writes};
use crate::core::memory::write_bufs::size_of_bufs;
use crate::core::state::handle::flags;
use crate::core::state::req;
use crate::core::turn::watcher;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLOUT;
use crate::sys::{fd, socket};

/// The buffers, if the stream takes them, and how many bytes they hold.
fn check<'a>(
    stream: &uv_stream_t,
    bufs: Buffers<'a>,
    passed: Option<&uv_handle_t>,
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

/// uv_try_write2: what the kernel takes at once, and nothing else.
pub(crate) fn try_now(
    stream: &uv_stream_t,
    bufs: Buffers<'_>,
    passed: Option<&uv_handle_t>,
) -> UvResult<usize> {
    if is_connecting(stream) || stream.write_queue_size.get() != 0 {
        return Err(Errno::EAGAIN);
    }
    let (pieces, _) = check(stream, bufs, passed)?;
    send::some(stream, pieces, passed)
}

/// uv_write: one buffer to an idle socket, the common case, with no step too many.
#[inline]
pub(crate) fn start(
    write: Held<uv_write_t>,
    stream: &uv_stream_t,
    bufs: Buffers<'_>,
    cb: uv_write_cb,
) -> UvResult {
    match bufs.single() {
        Some(piece)
            if !is_connecting(stream)
                && stream.write_queue_size.get() == 0
                && waiting_writes(stream).is_empty()
                && stream.flags.get() & (flags::WRITABLE | NOT_SOCKET) == flags::WRITABLE
                && piece.first_len() <= fd::MAX_IO_BYTES =>
        {
            write.cb.set(cb); // kept there, not in a register, over the call
            let tried = socket::send_piece_once(stream.fd(), &piece.as_io()[0]);
            if tried != Ok(piece.first_len()) {
                return start_tried(write, stream, bufs, tried);
            }
            write.set_passed(None);
            register(&write, stream);
            done_at_once(write, stream, piece.first_len());
            Ok(())
        }
        _ => start_any(write, stream, bufs, None, cb, None),
    }
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
pub(crate) fn start_any(
    write: Held<uv_write_t>,
    stream: &uv_stream_t,
    bufs: Buffers<'_>,
    passed: Option<&uv_handle_t>,
    cb: uv_write_cb,
    tried: Option<UvResult<usize>>,
) -> UvResult {
    let (pieces, size) = check(stream, bufs, passed)?;
    write.make_room(pieces.list().len())?;
    register(&write, stream);
    write.cb.set(cb);
    write.set_passed(passed);
    let idle = stream.write_queue_size.get() == 0 && waiting_writes(stream).is_empty();
    let tried = match tried {
        Some(Err(Errno::ENOBUFS)) => Err(send::out_of_memory(stream)),
        Some(answer) if answer != Err(Errno::ENOTSOCK) => answer,
        _ if idle && !is_connecting(stream) => send::some(stream, pieces, passed),
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
    write.forget_bufs();
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
            write.set_passed(None);
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
