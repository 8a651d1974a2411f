//! Several queued writes in one call.

use std::io::IoSlice;
use std::mem::MaybeUninit;

use super::NOT_SOCKET;
use super::write_queue::{Progress, advance, complete};
use crate::abi::*;
use crate::core::queue::waiting_writes;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::{fd, socket};

/// Buffers that go into one call.
pub(super) const MAX_PIECES: usize = 128;

/// Writes the first requests of the queue, as many as fit. None of them has a handle to be sent.
pub(super) fn write(stream: &uv_stream_t) -> UvResult<Progress> {
    let mut room = [const { MaybeUninit::<IoSlice>::uninit() }; MAX_PIECES];
    let (pieces, offered) = collect(stream, &mut room);
    let count = pieces.len();
    let n = match socket::send_pieces(stream.fd(), pieces) {
        Ok(n) => n,
        Err(Errno::ENOBUFS) => return Err(Errno::EAGAIN),
        Err(Errno::ENOTSOCK) => {
            stream.set(NOT_SOCKET); // it is known now
            return Ok(Progress { all: true, finished: 0 });
        }
        Err(error) => return Err(error),
    };
    Ok(Progress { all: n == offered, finished: distribute(stream, n, count) })
}

/// Fills `room` from the queue; returns the pieces and their bytes.
fn collect<'a>(
    stream: &'a uv_stream_t,
    room: &'a mut [MaybeUninit<IoSlice<'a>>; MAX_PIECES],
) -> (&'a [IoSlice<'a>], usize) {
    let (mut count, mut bytes) = (0, 0);
    'all: for write in waiting_writes(stream).iter() {
        for piece in write.pieces().as_io() {
            let Some(place) = room.get_mut(count).filter(|_| piece.len() <= fd::MAX_IO_BYTES - bytes) else {
                break 'all;
            };
            place.write(*piece);
            count += 1;
            bytes += piece.len();
        }
    }
    // SAFETY: so many were written.
    (unsafe { &*(&raw const room[..count] as *const [IoSlice<'a>]) }, bytes)
}

/// Gives the requests their share of `n` bytes, in order; `pieces` buffers were offered.
fn distribute(stream: &uv_stream_t, mut n: usize, mut pieces: usize) -> u32 {
    let queue = waiting_writes(stream);
    let mut finished = 0;
    while let Some(write) = queue.first() {
        let rest = write.rest();
        let offered = rest.len().min(pieces);
        let share = rest[..offered].iter().map(|buf| buf.get().len).sum::<usize>().min(n);
        if offered == 0 || !advance(write, stream, share) {
            break;
        }
        n -= share;
        pieces -= offered;
        let Some(write) = queue.pop_held() else { break };
        complete(stream, write);
        finished += 1;
    }
    finished
}
