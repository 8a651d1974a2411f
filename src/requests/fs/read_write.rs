//! Reading and writing, with any number of buffers.

#![forbid(unsafe_code)]

use std::io::IoSlice;

use libc::c_int;

use crate::core::files::buffers::Buffers;
use crate::sys::errno::{Errno, UvResult, retry};
use crate::sys::fd::{MAX_IO_BYTES, MAX_IOVECS};
use crate::sys::fs::io;
use crate::sys::wide::off_t;

/// Whether there is something to read into or to write, and not too much.
pub(super) fn check(buffers: Buffers, writes: bool) -> UvResult {
    let length = || buffers.sizes().fold(0_usize, usize::saturating_add);
    if buffers.count() == 0 || (writes && length() > MAX_IO_BYTES) { Err(Errno::EINVAL) } else { Ok(()) }
}

/// Reads once.
#[inline(never)]
pub(super) fn read(fd: c_int, buffers: Buffers, off: off_t) -> UvResult<usize> {
    // More than one call can move, in buffers or in bytes, is left for the next read.
    let mut room = MAX_IO_BYTES;
    let mut count = 0;
    for size in buffers.sizes().take(MAX_IOVECS) {
        let Some(left) = room.checked_sub(size) else { break };
        room = left;
        count += 1;
    }
    let places = buffers.places();
    io::read(fd, places.get(..count.max(1)).unwrap_or(places), off)
}

/// Writes everything, in as many calls as that takes. An error after the first call only ends the
/// write: the result is what was written until then.
pub(super) fn write(fd: c_int, buffers: Buffers, mut off: off_t) -> UvResult<usize> {
    let mut left = buffers;
    let mut total = 0;
    let mut skip = 0; // what is written of the first piece
    while left.count() > 0 {
        let pieces = left.pieces();
        let outcome = retry(|| match pieces.first() {
            // A piece without memory is not looked into.
            Some(first) if skip > 0 => {
                io::write(fd, &[IoSlice::new(first.get(skip..).unwrap_or_default())], off)
            }
            _ => io::write(fd, pieces.get(..MAX_IOVECS).unwrap_or(pieces), off),
        });
        let mut written = match outcome {
            Ok(written) => written,
            Err(error) if total == 0 => return Err(error),
            Err(_) => break,
        };
        total += written;
        if off >= 0 {
            off = off.saturating_add(written as off_t);
        }
        let nothing = written == 0;
        while let Some((first, others)) = left.split_first() {
            if first - skip > written {
                break;
            }
            written -= first - skip;
            skip = 0;
            left = others;
        }
        skip += written;
        if nothing {
            break;
        }
    }
    Ok(total)
}
