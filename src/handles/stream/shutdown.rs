//! Shutting the writing side down, after all that is queued.

use super::state::{feed, unwant};
use crate::abi::*;
use crate::core::memory::lend::Held;
use crate::core::memory::queue::waiting_writes;
use crate::core::state::handle::{self, flags};
use crate::core::state::req;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::readiness::POLLOUT;
use crate::sys::socket;

pub(crate) fn start(shutdown: Held<uv_shutdown_t>, stream: &uv_stream_t, cb: uv_shutdown_cb) -> UvResult {
    let shut = stream.flags.get() & (flags::WRITABLE | flags::SHUT) != flags::WRITABLE;
    if shut || is_requested(stream) || handle::is_closing(stream) {
        return Err(Errno::ENOTCONN);
    }
    req::init(stream.owner(), &shutdown, UV_SHUTDOWN);
    shutdown.handle.set(std::ptr::from_ref(stream).cast_mut());
    shutdown.cb.set(cb);
    stream.shutdown_req.put(shutdown);
    stream.clear(flags::WRITABLE);
    if waiting_writes(stream).is_empty() {
        feed(stream);
    }
    Ok(())
}

pub(super) fn is_requested(stream: &uv_stream_t) -> bool {
    !stream.shutdown_req.is_empty()
}

/// Whether something is to be done once nothing is left to write.
#[inline]
pub(super) fn is_waiting(stream: &uv_stream_t) -> bool {
    stream.io_watcher.pevents.get() & POLLOUT != 0 || is_requested(stream)
}

/// Nothing is left to write, so there is nothing to wait for. The shutdown that waits for this, if any,
/// is done, or cancelled when the stream is closing.
#[inline]
pub(super) fn drained(stream: &uv_stream_t) {
    if stream.io_watcher.pevents.get() & POLLOUT != 0 {
        unwant(stream, POLLOUT);
    }
    if is_requested(stream) {
        finish(stream);
    }
}

#[cold]
fn finish(stream: &uv_stream_t) {
    let Some(shutdown) = stream.shutdown_req.take() else { return };
    req::unregister(stream.owner());
    let result = if stream.has(flags::CLOSING) {
        Err(Errno::ECANCELED)
    } else {
        socket::shutdown(stream.fd(), libc::SHUT_WR).inspect(|()| stream.set(flags::SHUT))
    };
    shutdown.complete(to_status(result));
}
