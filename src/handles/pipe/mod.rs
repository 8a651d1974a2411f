//! Pipes: Unix domain sockets and FIFOs.

#![forbid(unsafe_code)]

mod name;

use std::os::fd::{AsRawFd, OwnedFd};

use libc::c_int;

use crate::abi::*;
use crate::core::memory::lend::Held;
use crate::core::memory::received;
use crate::core::state::handle::{self, flags};
use crate::core::turn::watcher;
use crate::handles::guess::{access_flags, guess_handle};
use crate::handles::stream::{self, Nature, Stage};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::{fd, path, socket};

pub(crate) use self::name::{address, bind, checked, chmod};

pub(crate) fn init(loop_: &uv_loop_t, pipe: &uv_pipe_t, ipc: c_int) {
    stream::init(loop_, pipe, UV_NAMED_PIPE);
    pipe.pipe_fname.clear();
    pipe.ipc.set(ipc);
}

/// uv_pipe_open.
pub(crate) fn open(pipe: &uv_pipe_t, descriptor: uv_file) -> UvResult {
    if handle::is_closing(pipe) {
        return Err(Errno::EINVAL);
    }
    if watcher::fd_exists(pipe.owner(), descriptor) {
        return Err(Errno::EEXIST);
    }
    let access = fd::status_flags(descriptor)? & libc::O_ACCMODE;
    fd::set_nonblocking(descriptor, true)?;
    stream::open_as(pipe, descriptor, access_flags(access), Nature::of_any(descriptor))
}

/// uv_listen.
pub(crate) fn listen(pipe: &uv_pipe_t, backlog: c_int, cb: uv_connection_cb) -> UvResult {
    if pipe.fd() == -1 || pipe.ipc.get() != 0 {
        return Err(Errno::EINVAL);
    }
    stream::start_listening(pipe, backlog, cb)
}

/// uv_pipe_connect2: fails at once, and returns the request, only for a bad name and a pipe that is closing; all else is
/// left to the callback.
pub(crate) fn connect(
    req: Held<uv_connect_t>,
    pipe: &uv_pipe_t,
    name: UvResult<&[u8]>,
    cb: uv_connect_cb,
) -> Result<(), (Held<uv_connect_t>, Errno)> {
    let name = match name {
        _ if handle::is_closing(pipe) => return Err((req, Errno::EINVAL)),
        Ok([]) => return Err((req, Errno::EINVAL)),
        Ok(name) => name,
        Err(error) => return Err((req, error)),
    };
    let is_new = pipe.fd() == -1;
    let began = match begin_connect(pipe, name) {
        Ok(stage) => stream::start_connect(req, pipe, stage, cb).inspect_err(|_| {
            if is_new {
                stream::give_up_descriptor(pipe); // it is connected, and nobody would hear of it
            }
        }),
        Err(error) => Err((req, error)),
    };
    if let Err((req, error)) = began {
        stream::fail_later(req, pipe, error, cb);
    }
    Ok(())
}

/// uv_pipe_connect: a bad name is left to the callback, too. For a pipe that is closing, that says so in the closing phase.
pub(crate) fn connect_or_tell(
    req: Held<uv_connect_t>,
    pipe: &uv_pipe_t,
    name: UvResult<&[u8]>,
    cb: uv_connect_cb,
) {
    if let Err((req, error)) = connect(req, pipe, name, cb) {
        stream::fail_later(req, pipe, error, cb);
    }
}

fn begin_connect(pipe: &uv_pipe_t, name: &[u8]) -> UvResult<Stage> {
    let is_new = pipe.fd() == -1;
    if is_new {
        let new = socket::owned_socket(libc::AF_UNIX, libc::SOCK_STREAM)?;
        stream::take(pipe, new, 0, Nature::STREAM_SOCKET)?;
    }
    let stage = Stage::of(socket::unix_address(name).get().connect(pipe.fd()))?;
    // A handle that was bound or opened keeps what it allows. Flags without a descriptor are the
    // program's own: uvloop sets READABLE on each pipe.
    if is_new || !pipe.has(flags::READABLE | flags::WRITABLE | flags::BOUND) {
        pipe.set(flags::READABLE | flags::WRITABLE);
    }
    Ok(stage)
}

/// uv_close: removes the name that was bound, before another can bind it again, then the rest.
pub(crate) fn close(pipe: &uv_pipe_t) {
    if let Some(name) = pipe.pipe_fname.take() {
        path::remove(&name);
    }
    stream::close(pipe);
}

/// uv_pipe.
pub(crate) fn make(read_flags: c_int, write_flags: c_int) -> UvResult<[OwnedFd; 2]> {
    let nonblocking = |options: c_int| options & UV_NONBLOCK_PIPE as c_int != 0;
    if nonblocking(read_flags) && nonblocking(write_flags) {
        return fd::owned_pipe(libc::O_NONBLOCK);
    }
    let ends = fd::owned_pipe(0)?;
    for (end, options) in ends.iter().zip([read_flags, write_flags]) {
        if nonblocking(options) {
            fd::set_nonblocking(end.as_raw_fd(), true)?;
        }
    }
    Ok(ends)
}

/// uv_pipe_pending_count.
pub(crate) fn pending_count(pipe: &uv_pipe_t) -> c_int {
    if pipe.ipc.get() == 0 { 0 } else { received::count(pipe) as c_int }
}

/// uv_pipe_pending_type.
pub(crate) fn pending_type(pipe: &uv_pipe_t) -> uv_handle_type {
    if pipe.ipc.get() == 0 { UV_UNKNOWN_HANDLE } else { guess_handle(pipe.accepted_fd.get()) }
}
