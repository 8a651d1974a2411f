//! The end of a connection attempt.

use super::state::{feed, unwant, want, want_before_reading};
use super::{flush, queued, shutdown};
use crate::abi::*;
use crate::core::memory::lend::Held;
use crate::core::memory::queue::{finished_writes, waiting_writes};
use crate::core::state::handle::{self, flags};
use crate::core::state::io::Registration;
use crate::core::state::req;
use crate::core::turn::watcher;
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::readiness::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDHUP};
use crate::sys::socket;

fn register(connect: Held<uv_connect_t>, stream: &uv_stream_t, cb: uv_connect_cb) {
    req::init(stream.owner(), &connect, UV_CONNECT);
    connect.cb.set(cb);
    connect.handle.set(std::ptr::from_ref(stream).cast_mut());
    connect.queue.init();
    stream.connect_req.put(connect);
}

/// How far the system has come with a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The descriptor becomes writable when it is made, or refused.
    InProgress,
    Made,
}

impl Stage {
    /// What connect(2) has answered.
    pub(crate) fn of(answer: UvResult) -> UvResult<Stage> {
        match answer {
            Ok(()) => Ok(Stage::Made),
            Err(Errno::EINPROGRESS) => Ok(Stage::InProgress),
            Err(error) => Err(error),
        }
    }
}

/// The system is connecting, or has: the request ends in a poll phase, once the descriptor is writable.
/// Where that cannot be waited for, the request is returned with the error.
pub(crate) fn start(
    connect: Held<uv_connect_t>,
    stream: &uv_stream_t,
    stage: Stage,
    cb: uv_connect_cb,
) -> Result<(), (Held<uv_connect_t>, Errno)> {
    // What was reported before is about an earlier attempt.
    watcher::clear(&stream.io_watcher, POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP);
    let waits = match stage {
        Stage::Made => want_to_write(stream),
        Stage::InProgress => want_before_reading(stream, POLLOUT),
    };
    if let Err(error) = waits {
        return Err((connect, error));
    }
    register(connect, stream, cb);
    Ok(())
}

/// The attempt has failed already; the callback says so in the next pending phase. If the stream is closing, it is
/// cancelled with it.
pub(crate) fn fail_later(connect: Held<uv_connect_t>, stream: &uv_stream_t, error: Errno, cb: uv_connect_cb) {
    if stream.has(flags::CLOSED) {
        fatal("uv_pipe_connect: the handle is closed");
    }
    register(connect, stream, cb);
    if handle::is_closing(stream) {
        return;
    }
    stream.delayed_error.set(error.code());
    watcher::feed(stream.owner(), &stream.io_watcher);
}

/// What waits is written in the next poll phase. Where the system had connected at once the poller may know nothing of
/// it.
fn expect_writing(stream: &uv_stream_t) -> UvResult {
    if waiting_writes(stream).is_empty() { Ok(()) } else { want_to_write(stream) }
}

/// The descriptor is writable at this moment: who reads it already asks the kernel, others need not.
fn want_to_write(stream: &uv_stream_t) -> UvResult {
    let w = &stream.io_watcher;
    if Registration::of(w).is_none() {
        watcher::want_present(stream.owner(), w, POLLOUT)
    } else {
        want(stream, POLLOUT)
    }
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
    let result = result.and_then(|()| expect_writing(stream));
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
