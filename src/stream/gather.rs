//! Several queued writes in one call.

use std::mem::MaybeUninit;

use libc::iovec;

use super::NOT_SOCKET;
use super::write_queue::{Progress, advance, complete};
use crate::abi::*;
use crate::core::queue::{self, container_of};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::{fd, socket};

/// Buffers that go into one call.
pub(super) const MAX_PIECES: usize = 128;

/// Writes the first requests of the queue, as many as fit.
///
/// # Safety
/// `stream` is a stream socket with something in its queue; none of it is a handle to be sent.
pub(super) unsafe fn write(stream: *mut uv_stream_t) -> UvResult<Progress> {
    let mut pieces = [const { MaybeUninit::<iovec>::uninit() }; MAX_PIECES];
    // SAFETY: the caller's promise; requests stay until their callbacks, which are not called here.
    unsafe {
        let (count, offered) = collect(stream, &mut pieces);
        let message = socket::message(pieces.as_ptr().cast(), count);
        let n = match socket::send_message((*stream).io_watcher.fd, &message, 0) {
            Ok(n) => n,
            Err(Errno::ENOBUFS) => return Err(Errno::EAGAIN),
            Err(Errno::ENOTSOCK) => {
                (*stream).flags |= NOT_SOCKET; // it is known now
                return Ok(Progress { all: true, finished: 0 });
            }
            Err(error) => return Err(error),
        };
        Ok(Progress { all: n == offered, finished: distribute(stream, n, count) })
    }
}

/// Fills `pieces` from the queue; returns how many there are and their bytes.
unsafe fn collect(stream: *mut uv_stream_t, pieces: &mut [MaybeUninit<iovec>; MAX_PIECES]) -> (usize, usize) {
    let (mut count, mut bytes) = (0, 0);
    // SAFETY: the queue holds requests under way: our caller's promise.
    unsafe {
        let head = &raw mut (*stream).write_queue;
        let mut node = (*head).next;
        while node != head {
            let write = container_of!(node, uv_write_t, queue);
            for i in (*write).write_index..(*write).nbufs {
                let buf = (*write).bufs.add(i as usize).read();
                let Some(place) = pieces.get_mut(count) else { return (count, bytes) };
                if buf.len > fd::MAX_IO_BYTES - bytes {
                    return (count, bytes);
                }
                place.write(iovec { iov_base: buf.base.cast(), iov_len: buf.len });
                count += 1;
                bytes += buf.len;
            }
            node = (*node).next;
        }
    }
    (count, bytes)
}

/// Gives the requests their share of `n` bytes, in order; `pieces` buffers were offered.
unsafe fn distribute(stream: *mut uv_stream_t, mut n: usize, mut pieces: usize) -> u32 {
    let mut finished = 0;
    // SAFETY: as in `collect`; these are the requests that it went through.
    unsafe {
        let head = &raw mut (*stream).write_queue;
        while !queue::is_empty(head) {
            let write = container_of!((*head).next, uv_write_t, queue);
            let rest = (*write).write_index..(*write).nbufs;
            let offered = rest.len().min(pieces);
            let mut share = 0;
            for i in rest.take(offered) {
                share += (*(*write).bufs.add(i as usize)).len;
            }
            let share = share.min(n);
            if offered == 0 || !advance(write, share) {
                break;
            }
            n -= share;
            pieces -= offered;
            queue::remove(&raw mut (*write).queue);
            complete(write);
            finished += 1;
        }
    }
    finished
}
