//! uv_listen and uv_accept: what depends on the kind of the stream.

#![forbid(unsafe_code)]

use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};

use libc::c_int;

use crate::abi::*;
use crate::core::memory::received;
use crate::core::state::handle::{self, flags};
use crate::handles::stream::{self, Nature};
use crate::handles::{pipe, tcp, udp};
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult};

/// uv_listen.
pub(crate) fn listen(stream: &uv_stream_t, backlog: c_int, cb: uv_connection_cb) -> UvResult {
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

/// uv_accept: gives `client` the connection, or the descriptor received, that waits at `server`.
pub(crate) fn accept(server: &uv_stream_t, client: &uv_handle_t) -> UvResult {
    const BOTH: u32 = flags::READABLE | flags::WRITABLE;
    if !std::ptr::eq(server.owner(), client.owner()) {
        fatal("uv_accept: the handles are on different loops");
    }
    let nature = |new: &OwnedFd| {
        // What came through a pipe is known to whoever sent it.
        if stream::is_ipc(server) { Nature::of_any(new.as_raw_fd()) } else { Nature::of_accepted(server) }
    };
    match client.kind() {
        AnyHandle::Pipe(client) => stream::take_accepted(server, |new| {
            let nature = nature(&new);
            stream::take(client, new, BOTH | flags::BOUND, nature)
        }),
        AnyHandle::Tcp(client) => stream::take_accepted(server, |new| {
            let nature = nature(&new);
            tcp::take(client, new, BOTH | flags::BOUND, nature)
        }),
        AnyHandle::Udp(client) => stream::take_accepted(server, |new| {
            udp::open(client, new.as_raw_fd(), UV_UDP_REUSEADDR)?;
            client.set(flags::BOUND);
            let _ = new.into_raw_fd(); // the handle's now
            Ok(())
        }),
        _ if received::is_empty(server) => Err(Errno::EAGAIN),
        _ => Err(Errno::EINVAL),
    }
}
