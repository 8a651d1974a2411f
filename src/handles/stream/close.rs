//! The end of a stream.

use super::{flush, passing, queued, read, shutdown};
use crate::abi::*;
use crate::core::state::handle::{self, flags};
use crate::core::state::req;
use crate::core::turn::{closing, watcher};
use crate::sys::errno::Errno;
use crate::sys::fd;

/// uv_close: lets go of the descriptors. Requests are cancelled in the closing phase.
pub(crate) fn close(stream: &uv_stream_t) {
    let w = &stream.io_watcher;
    watcher::close(stream.owner(), w);
    read::stop(stream);
    handle::stop(stream);
    stream.clear(flags::READABLE | flags::WRITABLE);
    let open = w.fd.replace(-1);
    if open > libc::STDERR_FILENO {
        fd::close(open); // the standard ones are the program's
    }
    passing::close_all(stream);
    closing::make_pending(stream);
}

/// The closing phase: cancels what is still under way, in libuv's order: connect, writes, shutdown.
pub(crate) fn finish_close(stream: &uv_stream_t) {
    if let Some(connect) = stream.connect_req.take() {
        req::unregister(stream.owner());
        connect.complete(Errno::ECANCELED.code());
    }
    queued::cancel_all(stream);
    flush::callbacks(stream);
    shutdown::drained(stream);
}
