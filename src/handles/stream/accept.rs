//! Listening, and handing connections over.
//!
//! One connection at a time waits in `accepted_fd` for uv_accept; until it is fetched the stream
//! takes no further ones from the kernel.

use libc::c_int;

use super::{adopt, is_ipc, open, passing, unwant, want};
use crate::abi::*;
use crate::core::callback;
use crate::core::handle::{self, flags};
use crate::handles::{pipe, tcp, udp};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLIN;
use crate::sys::{fd, socket};

/// Opens the loop's spare descriptor, which [`shed_load`] gives up when there are no others.
pub(super) fn reserve_descriptor(loop_: &uv_loop_t) {
    if loop_.emfile_fd.get() == -1 {
        let spare = fd::open(c"/dev/null", libc::O_RDONLY).or_else(|_| fd::open(c"/", libc::O_RDONLY));
        loop_.emfile_fd.set(spare.unwrap_or(-1));
    }
}

/// See [`crate::api::kinds::loop_close`]: closes the spare descriptor.
pub(crate) fn loop_close(loop_: &uv_loop_t) {
    if loop_.emfile_fd.get() != -1 {
        fd::close(loop_.emfile_fd.replace(-1));
    }
}

/// uv_listen.
pub(super) fn listen(stream: &uv_stream_t, backlog: c_int, cb: uv_connection_cb) -> UvResult {
    if handle::is_closing(stream) {
        return Err(Errno::EINVAL);
    }
    match stream.kind() {
        AnyHandle::Tcp(tcp) => tcp::listen(tcp, backlog, cb)?,
        AnyHandle::Pipe(pipe) => pipe::listen(pipe, backlog, cb)?,
        _ => return Err(Errno::EINVAL),
    }
    handle::start(stream);
    Ok(())
}

/// The kind-independent half of listening: the descriptor is bound, or may stay unbound.
pub(crate) fn start_listening(stream: &uv_stream_t, backlog: c_int, cb: uv_connection_cb) -> UvResult {
    socket::listen(stream.fd(), backlog)?;
    stream.connection_cb.set(cb);
    stream.set(flags::LISTENING | super::LEVEL);
    want(stream, POLLIN)
}

/// A connection is there: takes it and tells the program.
#[inline(never)]
pub(super) fn on_ready(stream: &uv_stream_t) {
    if stream.accepted_fd.get() == -1 {
        let listener = stream.fd();
        let accepted = match socket::accept(listener) {
            Err(Errno::EMFILE | Errno::ENFILE) => shed_load(stream.owner(), listener),
            other => other,
        };
        let Ok(accepted) = accepted else { return };
        stream.accepted_fd.set(accepted);
        callback::connection(stream, 0);
    }
    if stream.accepted_fd.get() != -1 {
        unwant(stream, POLLIN); // until uv_accept
    }
}

/// No descriptor is left: gives up the spare one to take the waiting connections and close them, so
/// that their peers know and the loop does not spin. Another thread may be faster; then they wait.
fn shed_load(loop_: &uv_loop_t, listener: c_int) -> UvResult<c_int> {
    if loop_.emfile_fd.get() == -1 {
        return Err(Errno::EMFILE);
    }
    fd::close(loop_.emfile_fd.replace(-1));
    let error = loop {
        match socket::accept(listener) {
            Ok(connection) => fd::close(connection),
            Err(error) => break error,
        }
    };
    loop_.emfile_fd.set(fd::open(c"/", libc::O_RDONLY).unwrap_or(-1));
    Err(error)
}

/// uv_accept: gives `client` the connection, or the descriptor received, that waits at `server`.
pub(super) fn accept(server: &uv_stream_t, client: &uv_stream_t) -> UvResult {
    let accepted = server.accepted_fd.get();
    if accepted == -1 {
        return Err(Errno::EAGAIN);
    }
    let both = flags::READABLE | flags::WRITABLE;
    let result = match client.kind() {
        AnyHandle::Pipe(_) | AnyHandle::Tcp(_) if is_ipc(server) => adopt(client, accepted, both),
        AnyHandle::Pipe(_) | AnyHandle::Tcp(_) => open(client, accepted, both),
        AnyHandle::Udp(client) => udp::open(client, accepted, 0),
        _ => return Err(Errno::EINVAL),
    };
    match result {
        Ok(()) => client.set(flags::BOUND),
        Err(_) => fd::close(accepted),
    }
    server.accepted_fd.set(passing::take_next(server));
    if server.accepted_fd.get() == -1 && server.has(flags::LISTENING) {
        want(server, POLLIN)?;
    }
    result
}
