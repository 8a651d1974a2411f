//! The end of a connection attempt.

use super::state::{feed, unwant, want};
use super::{flush, queued, shutdown};
use crate::abi::*;
use crate::core::memory::lend::Held;
use crate::core::memory::queue::{finished_writes, waiting_writes};
use crate::core::state::req;
use crate::core::turn::watcher;
use crate::sys::errno::{Errno, to_status};
use crate::sys::readiness::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDHUP};
use crate::sys::socket;

fn register(connect: Held<uv_connect_t>, stream: &uv_stream_t, cb: uv_connect_cb) {
    req::init(stream.owner(), &connect, UV_CONNECT);
    connect.cb.set(cb);
    connect.handle.set(std::ptr::from_ref(stream).cast_mut());
    connect.queue.init();
    stream.connect_req.put(connect);
}

/// The system is connecting: the request ends when the descriptor becomes writable.
/// Where that cannot be waited for, the request is returned with the error.
pub(crate) fn start(
    connect: Held<uv_connect_t>,
    stream: &uv_stream_t,
    cb: uv_connect_cb,
) -> Result<(), (Held<uv_connect_t>, Errno)> {
    // What was reported before is about an earlier attempt.
    watcher::clear(&stream.io_watcher, POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP);
    if let Err(error) = want(stream, POLLOUT) {
        return Err((connect, error));
    }
    register(connect, stream, cb);
    Ok(())
}

/// The attempt has failed already; the callback says so in the next pending phase.
pub(crate) fn fail_later(connect: Held<uv_connect_t>, stream: &uv_stream_t, error: Errno, cb: uv_connect_cb) {
    stream.delayed_error.set(error.code());
    register(connect, stream, cb);
    watcher::feed(stream.owner(), &stream.io_watcher);
}

/// Something is known about the attempt of a stream that has a connect request.
#[inline(never)]
pub(super) fn on_ready(stream: &uv_stream_t) {
    let result = match stream.delayed_error.replace(0) {
        0 => socket::take_error(stream.fd()),
        code => Err(Errno::from_code(code)),
    };
    if result == Err(Errno::EINPROGRESS) {
        return;
    }
    let Some(connect) = stream.connect_req.take() else { return };
    req::unregister(stream.owner());
    if result.is_err() || waiting_writes(stream).is_empty() {
        unwant(stream, POLLOUT);
    }
    connect.complete(to_status(result));
    if stream.fd() == -1 {
        return;
    }
    if result.is_err() {
        queued::cancel_all(stream);
        flush::callbacks(stream);
    } else if !finished_writes(stream).is_empty() || shutdown::is_requested(stream) {
        feed(stream); // requests that came to their end meanwhile
    }
}
