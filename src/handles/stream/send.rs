//! Calls that hand bytes to the kernel.

use std::io::IoSlice;

use super::nature::NOT_SOCKET;
use super::passing;
use super::state::share;
use crate::abi::*;
use crate::core::memory::buffers::Pieces;
use crate::core::state::handle;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::{fd, socket};

/// What one call to the kernel has reached.
pub(super) struct Progress {
    /// It took all that it was offered: there may be room for more.
    pub(super) all: bool,
    /// Requests that are through.
    pub(super) finished: u32,
}

/// The kernel is out of memory: to be tried again, as with EAGAIN, but no edge says when.
#[cold]
pub(super) fn out_of_memory(stream: &uv_stream_t) -> Errno {
    share(stream);
    Errno::EAGAIN
}

/// Hands as many buffers to the kernel as one call takes.
#[inline(always)]
pub(super) fn some(
    stream: &uv_stream_t,
    pieces: Pieces<'_>,
    passed: Option<&uv_handle_t>,
) -> UvResult<usize> {
    match (pieces.as_io(), passed) {
        ([only], None) if !stream.has(NOT_SOCKET) => match socket::send_piece(stream.fd(), only) {
            Err(Errno::ENOBUFS) => Err(out_of_memory(stream)),
            Err(Errno::ENOTSOCK) => vectored(stream, pieces, passed),
            other => other,
        },
        _ => vectored(stream, pieces, passed),
    }
}

/// The same for several buffers, other files than sockets, and handles to be sent.
#[inline(never)]
fn vectored(stream: &uv_stream_t, list: Pieces<'_>, passed: Option<&uv_handle_t>) -> UvResult<usize> {
    let fd = stream.fd();
    if let Some(passed) = passed {
        if handle::is_closing(passed) {
            return Err(Errno::EBADF);
        }
        let sent = passing::send(fd, list.as_io(), passed);
        return sent.map_err(|error| if error == Errno::ENOBUFS { out_of_memory(stream) } else { error });
    }
    if !stream.has(NOT_SOCKET) {
        if let Some(n) = pieces(stream, list.as_io())? {
            return Ok(n);
        }
    }
    fd::write_pieces(fd, list.as_io())
        .map_err(|error| if error == Errno::ENOBUFS { Errno::EAGAIN } else { error })
}

/// Hands these to a socket; nothing if it is none after all, which is remembered.
pub(super) fn pieces(stream: &uv_stream_t, pieces: &[IoSlice<'_>]) -> UvResult<Option<usize>> {
    match socket::send_pieces(stream.fd(), pieces) {
        Ok(n) => Ok(Some(n)),
        Err(Errno::ENOBUFS) => Err(out_of_memory(stream)),
        Err(Errno::ENOTSOCK) => {
            stream.set(NOT_SOCKET);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
