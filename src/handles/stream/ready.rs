//! Where the poller's reports go.

use libc::c_uint;

use super::nature::EDGE;
use super::state::is_connecting;
use super::{connect, flush, listen, read};
use crate::abi::*;
use crate::core::state::handle::flags;
use crate::sys::readiness::{self, POLLERR, POLLHUP, POLLIN, POLLOUT};

/// The poller's report, or the pending phase (`POLLOUT`). Bytes that came and writes that are over, of
/// a connected stream, are told from the rest without a call.
#[inline]
pub(crate) fn on_ready(stream: &uv_stream_t, events: c_uint) {
    let is_connected = !stream.has(flags::LISTENING) && !is_connecting(stream);
    if is_connected && events == POLLIN {
        read::run(stream);
    } else if is_connected && events == POLLOUT {
        flush::proceed(stream);
    } else {
        on_other(stream, events);
    }
}

/// What [`on_ready`] leaves.
#[inline(never)]
fn on_other(stream: &uv_stream_t, events: c_uint) {
    if stream.has(flags::LISTENING) {
        listen::on_ready(stream);
    } else if is_connecting(stream) {
        connect::on_ready(stream);
    } else {
        read_or_end(stream, events);
        let is_closed = stream.fd() == -1; // by a callback
        if !is_closed && events & (POLLOUT | POLLERR | POLLHUP) != 0 {
            flush::proceed(stream);
        }
    }
}

/// A hang-up with nothing left to read is the end of the stream, and not to be read: a FIFO would say the
/// same, but the master of a pseudo-terminal gives EIO. To a program that opened it as a terminal it does.
fn read_or_end(stream: &uv_stream_t, events: c_uint) {
    // What the poller said of a level-triggered descriptor; edges do not tell what is on at present.
    let reported = stream.io_watcher.events.get();
    let is_hang_up =
        events & POLLHUP != 0 && reported & POLLIN == 0 && !stream.has(EDGE) && stream.r#type.get() != UV_TTY;
    // The kernel looks for bytes first and for the hang-up then: both may have come in between.
    let is_end = is_hang_up && readiness::now(stream.fd(), POLLIN) & POLLIN == 0;
    if !is_end || reported & POLLERR != 0 {
        read::run(stream);
    }
    if is_end && stream.fd() != -1 {
        read::hang_up(stream);
    }
}
