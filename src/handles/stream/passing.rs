//! Descriptors that travel with the bytes of a pipe.

use std::io::IoSlice;

use libc::c_int;

use super::state::share;
use crate::abi::*;
use crate::core::memory::received;
use crate::sys::errno::UvResult;
use crate::sys::fd::Memory;
use crate::sys::rights;

/// The descriptor of a handle that can be sent, or -1.
pub(super) fn descriptor_of(handle: &uv_handle_t) -> c_int {
    match handle.kind() {
        AnyHandle::Pipe(_) | AnyHandle::Tcp(_) => handle.descriptor().unwrap_or(-1),
        AnyHandle::Udp(udp) => udp.share_fd(),
        _ => -1,
    }
}

/// Sends these pieces with a copy of the handle's descriptor, which is no more the handle's alone then.
#[inline(never)]
pub(super) fn send(to: c_int, pieces: &[IoSlice<'_>], passed: &uv_handle_t) -> UvResult<usize> {
    let sent = rights::send(to, pieces, descriptor_of(passed))?;
    match passed.kind() {
        AnyHandle::Tcp(tcp) => share(tcp),
        AnyHandle::Pipe(pipe) => share(pipe),
        _ => {}
    }
    Ok(sent)
}

/// Reads bytes and keeps the descriptors that come with them for uv_accept; those that there is no memory
/// for are closed, and the inner error says so.
#[inline(never)]
pub(super) fn receive(stream: &uv_stream_t, room: &Memory) -> UvResult<UvResult<usize>> {
    let mut kept = Ok(());
    let n = rights::receive(stream.fd(), room, |descriptor| {
        if kept.is_ok() {
            kept = received::put(stream, descriptor);
        }
    })?;
    Ok(kept.map(|()| n))
}

/// Closes what was never accepted.
pub(super) fn close_all(stream: &uv_stream_t) {
    while received::take(stream).is_some() {}
}
