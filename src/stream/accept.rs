//! Listening, and handing connections over.
//!
//! One connection at a time waits in `accepted_fd` for uv_accept; until it is fetched the stream
//! takes no further ones from the kernel.

use libc::c_int;

use super::{adopt, is_ipc, open, passing, unwant, want};
use crate::abi::*;
use crate::core::handle::{self, as_handle, flags};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLIN;
use crate::sys::{fd, socket};
use crate::{pipe, tcp, udp};

/// Opens the loop's spare descriptor, which [`shed_load`] gives up when there are no others.
///
/// # Safety
/// The loop is initialised.
pub(super) unsafe fn reserve_descriptor(loop_: *mut uv_loop_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*loop_).emfile_fd == -1 {
            let spare = fd::open(c"/dev/null", libc::O_RDONLY).or_else(|_| fd::open(c"/", libc::O_RDONLY));
            (*loop_).emfile_fd = spare.unwrap_or(-1);
        }
    }
}

/// See [`crate::dispatch::loop_close`]: closes the spare descriptor.
pub(crate) unsafe fn loop_close(loop_: *mut uv_loop_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*loop_).emfile_fd != -1 {
            fd::close((*loop_).emfile_fd);
            (*loop_).emfile_fd = -1;
        }
    }
}

/// uv_listen.
///
/// # Safety
/// `stream` is initialised.
pub(super) unsafe fn listen(stream: *mut uv_stream_t, backlog: c_int, cb: uv_connection_cb) -> UvResult {
    // SAFETY: the caller's promise; the type says what the memory holds.
    unsafe {
        if handle::is_closing(stream.cast()) {
            return Err(Errno::EINVAL);
        }
        match (*stream).r#type {
            UV_TCP => tcp::listen(stream.cast(), backlog, cb)?,
            UV_NAMED_PIPE => pipe::listen(stream.cast(), backlog, cb)?,
            _ => return Err(Errno::EINVAL),
        }
        handle::start(as_handle(stream));
    }
    Ok(())
}

/// The kind-independent half of listening: the descriptor is bound, or may stay unbound.
///
/// # Safety
/// `stream` is initialised and has a descriptor.
pub(crate) unsafe fn start_listening(
    stream: *mut uv_stream_t,
    backlog: c_int,
    cb: uv_connection_cb,
) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        socket::listen((*stream).io_watcher.fd, backlog)?;
        (*stream).connection_cb = cb;
        (*stream).flags |= flags::LISTENING | super::LEVEL;
        want(stream, POLLIN)
    }
}

/// A connection is there: takes it and tells the program.
///
/// # Safety
/// `stream` is listening and not closing.
#[inline(never)]
pub(super) unsafe fn on_ready(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise; the stream outlives its callbacks.
    unsafe {
        if (*stream).accepted_fd == -1 {
            let listener = (*stream).io_watcher.fd;
            let accepted = match socket::accept(listener) {
                Err(Errno::EMFILE | Errno::ENFILE) => shed_load((*stream).r#loop, listener),
                other => other,
            };
            let Ok(accepted) = accepted else { return };
            (*stream).accepted_fd = accepted;
            if let Some(cb) = (*stream).connection_cb {
                cb(stream, 0);
            }
        }
        if (*stream).accepted_fd != -1 {
            unwant(stream, POLLIN); // until uv_accept
        }
    }
}

/// No descriptor is left: gives up the spare one to take the waiting connections and close them, so
/// that their peers know and the loop does not spin. Another thread may be faster; then they wait.
unsafe fn shed_load(loop_: *mut uv_loop_t, listener: c_int) -> UvResult<c_int> {
    // SAFETY: the loop is initialised: our caller's promise.
    unsafe {
        if (*loop_).emfile_fd == -1 {
            return Err(Errno::EMFILE);
        }
        fd::close((*loop_).emfile_fd);
        (*loop_).emfile_fd = -1;
        let error = loop {
            match socket::accept(listener) {
                Ok(connection) => fd::close(connection),
                Err(error) => break error,
            }
        };
        (*loop_).emfile_fd = fd::open(c"/", libc::O_RDONLY).unwrap_or(-1);
        Err(error)
    }
}

/// uv_accept: gives `client` the connection, or the descriptor received, that waits at `server`.
///
/// # Safety
/// Both are initialised; `client` is what its type says.
pub(super) unsafe fn accept(server: *mut uv_stream_t, client: *mut uv_stream_t) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        let accepted = (*server).accepted_fd;
        if accepted == -1 {
            return Err(Errno::EAGAIN);
        }
        let both = flags::READABLE | flags::WRITABLE;
        let result = match (*client).r#type {
            UV_NAMED_PIPE | UV_TCP if is_ipc(server) => adopt(client, accepted, both),
            UV_NAMED_PIPE | UV_TCP => open(client, accepted, both),
            UV_UDP => udp::open(client.cast(), accepted, 0),
            _ => return Err(Errno::EINVAL),
        };
        match result {
            Ok(()) => (*client).flags |= flags::BOUND,
            Err(_) => fd::close(accepted),
        }
        (*server).accepted_fd = passing::take_next(server);
        if (*server).accepted_fd == -1 && (*server).flags & flags::LISTENING != 0 {
            want(server, POLLIN)?;
        }
        result
    }
}
