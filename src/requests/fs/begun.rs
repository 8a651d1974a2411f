//! Reads at a file's position that the loop's thread has begun, where not all was cached, and a worker ends.
//!
//! What was read is not put back: another thread or process may have the same position, and would be given it, or would
//! find the rest gone.

#![forbid(unsafe_code)]

use libc::{c_int, ssize_t};

use super::read_write;
use crate::abi::{UV_FS_READ, uv_fs_t};
use crate::core::files::buffers::Buffers;
use crate::sys::errno::UvResult;
use crate::sys::fs::{file, io};
use crate::sys::wide::off_t;

/// In the field `flags`, beside what says that a request is done (see `request.rs`).
const BEGUN: c_int = 2;

/// Notes that `count` bytes were read, up to `position`. A read under way has no other use for these fields.
pub(super) fn note(request: &uv_fs_t, count: usize, position: off_t) {
    request.result.set(count as ssize_t);
    request.mtime.set(f64::from_bits(position as u64));
    request.flags.set(BEGUN);
}

/// Whether it cannot be taken back any more. Looks at nothing that a worker changes.
pub(super) fn is(request: &uv_fs_t) -> bool {
    request.fs_type.get() == UV_FS_READ && request.flags.get() == BEGUN
}

/// The bytes that were read before the request was given to a worker.
fn count(request: &uv_fs_t) -> usize {
    if is(request) { usize::try_from(request.result.get()).unwrap_or(0) } else { 0 }
}

/// The read was refused after all: nobody hears of what was read.
#[cold]
pub(super) fn put_back(request: &uv_fs_t) {
    if is(request) {
        let _ = file::seek(request.file.get(), -(count(request) as off_t));
    }
}

/// Reads, or reads on.
pub(super) fn read(request: &uv_fs_t, buffers: Buffers) -> UvResult<usize> {
    let (fd, off, count) = (request.file.get(), request.off.get(), count(request));
    if count == 0 {
        return read_write::read(fd, buffers, off);
    }
    // Where others have read on meanwhile, what comes now does not follow, and that was all; of those who do so at this
    // very moment nobody can know.
    let follows = file::position(fd) == Ok(request.mtime.get().to_bits() as off_t);
    let more = if follows { read_rest(fd, buffers, count) } else { Ok(0) };
    Ok(count + more.unwrap_or(0))
}

/// Reads on at the file's position, into what is left of the buffers behind so many bytes.
#[cold]
#[inline(never)]
fn read_rest(fd: c_int, buffers: Buffers, mut filled: usize) -> UvResult<usize> {
    let mut left = buffers;
    while let Some((first, others)) = left.split_first() {
        if let (Some(place), true) = (left.places().first(), filled > 0 && filled < first) {
            let read = io::read(fd, &[place.behind(filled)], -1)?;
            let is_full = filled + read == first && others.count() > 0;
            return Ok(if is_full { read + read_write::read(fd, others, -1).unwrap_or(0) } else { read });
        }
        if filled == 0 {
            break;
        }
        filled -= first;
        left = others;
    }
    if left.count() > 0 { read_write::read(fd, left, -1) } else { Ok(0) }
}
