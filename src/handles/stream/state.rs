//! What the files of this folder share: what is asked of the poller, and small questions.

use libc::{c_int, c_uint};

use super::nature::EDGE;
use crate::abi::*;
use crate::core::state::handle;
use crate::core::turn::watcher;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::{POLLIN, POLLPRI};

impl uv_stream_t {
    /// The descriptor, or -1.
    #[inline(always)]
    pub(crate) fn fd(&self) -> c_int {
        self.io_watcher.fd.get()
    }
}

pub(crate) fn is_ipc(stream: &uv_stream_t) -> bool {
    stream.as_pipe().is_some_and(|pipe| pipe.ipc.get() != 0)
}

pub(super) fn is_connecting(stream: &uv_stream_t) -> bool {
    !stream.connect_req.is_empty()
}

/// The descriptor of a stream that has one and is not closing; `UV_EBADF` otherwise.
pub(crate) fn descriptor(stream: &uv_stream_t) -> UvResult<c_int> {
    if stream.fd() == -1 || handle::is_closing(stream) { Err(Errno::EBADF) } else { Ok(stream.fd()) }
}

/// Urgent data ends a read early, so where reads are asked for its arrival has to be known.
fn with_urgent(events: c_uint) -> c_uint {
    if events & POLLIN != 0 { events | POLLPRI } else { events }
}

/// Asks for `events` in addition.
pub(super) fn want(stream: &uv_stream_t, events: c_uint) -> UvResult {
    let w = &stream.io_watcher;
    if stream.has(EDGE) {
        watcher::want(stream.owner(), w, with_urgent(events))
    } else {
        watcher::want_lasting(stream.owner(), w, events)
    }
}

/// As [`want`], for a stream that is likely to be read soon.
pub(super) fn want_before_reading(stream: &uv_stream_t, events: c_uint) -> UvResult {
    let w = &stream.io_watcher;
    if stream.has(EDGE) {
        watcher::want_before(stream.owner(), w, events, with_urgent(POLLIN))
    } else {
        want(stream, events)
    }
}

/// Asks for `events` no more.
pub(super) fn unwant(stream: &uv_stream_t, events: c_uint) {
    let w = &stream.io_watcher;
    if stream.has(EDGE) {
        watcher::unwant(w, with_urgent(events));
    } else {
        watcher::unwant_lasting(w, events);
    }
}

/// Sees to it that finished requests are told in the next pending phase. While a connection is being
/// made that would be taken for its end, which does the same for them.
pub(super) fn feed(stream: &uv_stream_t) {
    if !is_connecting(stream) {
        watcher::feed(stream.owner(), &stream.io_watcher);
    }
}

/// From here on somebody else may know the descriptor, or something else makes edges unreliable: the
/// stream is followed level-triggered.
pub(crate) fn share(stream: &uv_stream_t) {
    if !stream.has(EDGE) {
        return;
    }
    let w = &stream.io_watcher;
    let wanted = w.pevents.get() & !POLLPRI;
    if wanted == 0 || watcher::want_level(stream.owner(), w, wanted).is_ok() {
        stream.clear(EDGE);
    }
}
