//! Several queued writes in one call.

use std::io::IoSlice;

use super::queued::{advance, complete};
use super::send::{self, Progress};
use crate::abi::*;
use crate::core::memory::queue::waiting_writes;
use crate::sys::errno::UvResult;
use crate::sys::fd;
use crate::sys::piece_list::PieceList;

/// Buffers that go into one call.
pub(super) const MAX_PIECES: usize = 128;

/// Writes the first requests of the queue, as many as fit. None of them has a handle to be sent.
pub(super) fn write(stream: &uv_stream_t) -> UvResult<Progress> {
    let mut room = PieceList::<MAX_PIECES>::new();
    let offered = collect(stream, &mut room);
    let pieces: &[IoSlice<'_>] = room.list();
    match send::pieces(stream, pieces)? {
        Some(n) => Ok(Progress { all: n == offered, finished: distribute(stream, n, pieces.len()) }),
        None => Ok(Progress { all: true, finished: 0 }), // no socket: one by one then
    }
}

/// Fills `room` from the queue; returns the bytes.
fn collect<'a>(stream: &'a uv_stream_t, room: &mut PieceList<'a, MAX_PIECES>) -> usize {
    let mut bytes = 0;
    for write in waiting_writes(stream).iter() {
        for piece in write.pieces().as_io() {
            if piece.len() > fd::MAX_IO_BYTES - bytes || !room.push(*piece) {
                return bytes;
            }
            bytes += piece.len();
        }
    }
    bytes
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
