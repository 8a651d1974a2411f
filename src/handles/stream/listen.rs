//! Listening, and taking connections from the kernel.
//!
//! One connection at a time waits in `accepted_fd` for uv_accept; until it is fetched the stream
//! takes no further ones from the kernel.

use std::os::fd::{IntoRawFd, OwnedFd};

use libc::c_int;

use super::nature::{ACCEPTS_PLAIN, EDGE};
use super::state::{unwant, want};
use crate::abi::*;
use crate::core::memory::{callback, received};
use crate::core::state::handle::flags;
use crate::core::turn::watcher;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLIN;
use crate::sys::{fd, socket};

/// Opens the loop's spare descriptor, which [`shed_load`] gives up when there are no others.
pub(super) fn reserve_descriptor(loop_: &uv_loop_t) {
    if loop_.emfile_fd.get() == -1 {
        let spare = fd::open(c"/dev/null", libc::O_RDONLY).or_else(|_| fd::open(c"/", libc::O_RDONLY));
        loop_.emfile_fd.set(spare.map_or(-1, IntoRawFd::into_raw_fd));
    }
}

/// The streams' part of the end of a loop: closes the spare descriptor.
pub(crate) fn loop_close(loop_: &uv_loop_t) {
    if loop_.emfile_fd.get() != -1 {
        fd::close(loop_.emfile_fd.replace(-1));
    }
}

/// The kind-independent half of listening: the descriptor is bound, or may stay unbound.
pub(crate) fn start_listening(stream: &uv_stream_t, backlog: c_int, cb: uv_connection_cb) -> UvResult {
    socket::listen(stream.fd(), backlog)?;
    if stream.has(EDGE) || socket::is_plain_tcp(stream.fd()) {
        stream.set(ACCEPTS_PLAIN);
    }
    stream.clear(EDGE); // each report takes one connection
    want(stream, POLLIN)?;
    stream.connection_cb.set(cb);
    stream.set(flags::LISTENING);
    Ok(())
}

/// A connection is there: takes it and tells the program.
#[inline(never)]
pub(super) fn on_ready(stream: &uv_stream_t) {
    if received::is_empty(stream) {
        if !watcher::is_wanted(&stream.io_watcher, POLLIN) {
            return take_more(stream); // could not be asked for before
        }
        let listener = stream.fd();
        let accepted = match socket::accept(listener) {
            Err(Errno::EMFILE | Errno::ENFILE) => shed_load(stream.owner(), listener),
            other => other,
        };
        let Ok(accepted) = accepted else { return };
        if received::put(stream, accepted).is_err() {
            return;
        }
        callback::connection(stream, 0);
    }
    if !received::is_empty(stream) {
        unwant(stream, POLLIN); // until uv_accept
    }
}

/// No descriptor is left: gives up the spare one to take the waiting connections and close them, so
/// that their peers know and the loop does not spin. Another thread may be faster; then they wait.
fn shed_load(loop_: &uv_loop_t, listener: c_int) -> UvResult<OwnedFd> {
    if loop_.emfile_fd.get() == -1 {
        return Err(Errno::EMFILE);
    }
    fd::close(loop_.emfile_fd.replace(-1));
    let error = loop {
        match socket::accept(listener) {
            Ok(connection) => drop(connection),
            Err(error) => break error,
        }
    };
    loop_.emfile_fd.set(fd::open(c"/", libc::O_RDONLY).map_or(-1, IntoRawFd::into_raw_fd));
    Err(error)
}

/// uv_accept: takes the connection, or the descriptor received, that waits at `server`. `give` hands it to
/// its client; `UV_EAGAIN` if there is none.
pub(crate) fn take_accepted(server: &uv_stream_t, give: impl FnOnce(OwnedFd) -> UvResult) -> UvResult {
    let accepted = received::take(server).ok_or(Errno::EAGAIN)?;
    let result = give(accepted);
    if received::is_empty(server) && server.has(flags::LISTENING) {
        take_more(server);
    }
    result
}

/// Connections are asked for again. Where the poller has no memory for that just now, it is asked in the next turn:
/// the client has its connection, and must not be told otherwise.
fn take_more(server: &uv_stream_t) {
    // Other refusals last, such as of a descriptor that another handle follows.
    if matches!(want(server, POLLIN), Err(Errno::ENOMEM | Errno::ENOSPC)) {
        watcher::feed(server.owner(), &server.io_watcher);
    }
}
