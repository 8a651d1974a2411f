//! The descriptors that a child begins with.

#![forbid(unsafe_code)]

use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};

use libc::c_int;

use crate::abi::*;
use crate::core::memory::spawn_options::Wanted;
use crate::core::state::handle::{self, flags};
use crate::core::turn::watcher;
use crate::handles::stream;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::{fd, socket};

/// What the buffers of a pipe hold at least, so that bulk data does not wake both sides too often.
const BUFFER_SIZE: c_int = 64 * 1024;

/// One descriptor of the child.
pub(super) enum Ends<'a> {
    Nothing,
    /// One that is the program's.
    Inherited(c_int),
    /// A pipe that was made for the child: our end is the stream's to be.
    Pipe {
        stream: &'a uv_stream_t,
        flags: uv_stdio_flags,
        ours: OwnedFd,
        theirs: OwnedFd,
    },
}

impl Ends<'_> {
    /// What becomes the descriptor; -1 for nothing.
    pub(super) fn source(&self) -> c_int {
        match self {
            Ends::Nothing => -1,
            Ends::Inherited(fd) => *fd,
            Ends::Pipe { theirs, .. } => theirs.as_raw_fd(),
        }
    }

    /// Whether both are to open the same stream.
    pub(super) fn is_of_same_stream(&self, other: &Ends<'_>) -> bool {
        match (self, other) {
            (Ends::Pipe { stream: one, .. }, Ends::Pipe { stream: other, .. }) => std::ptr::eq(*one, *other),
            _ => false,
        }
    }

    /// After the child was started: opens the stream and gives up the child's end.
    pub(super) fn open(self) -> UvResult {
        let Ends::Pipe { stream, flags, ours, theirs } = self else { return Ok(()) };
        drop(theirs);
        let mut with = 0;
        if flags & UV_WRITABLE_PIPE != 0 {
            with |= flags::READABLE; // the child writes, we read
        }
        if flags & UV_READABLE_PIPE != 0 {
            with |= flags::WRITABLE;
        }
        stream::open(stream, ours.as_raw_fd(), with)?;
        let _ = ours.into_raw_fd(); // the stream's now
        Ok(())
    }
}

/// Gets what is wanted. Streams to be opened are checked now, before there is a child.
pub(super) fn prepare(wanted: Wanted<'_>) -> UvResult<Ends<'_>> {
    let source = match wanted {
        Wanted::Nothing => return Ok(Ends::Nothing),
        Wanted::Pipe { stream: Some(stream), flags } if stream.r#type.get() == UV_NAMED_PIPE => {
            if handle::is_closing(stream) {
                return Err(Errno::EINVAL); // it would not take its end
            }
            if stream.fd() != -1 {
                return Err(Errno::EBUSY);
            }
            let [ours, theirs] = make_pipe()?;
            return Ok(Ends::Pipe { stream, flags, ours, theirs });
        }
        Wanted::Descriptor(fd) => fd,
        Wanted::StreamOf(Some(stream)) => {
            stream::share(stream); // the child can do with it what it likes
            stream.fd()
        }
        _ => return Err(Errno::EINVAL),
    };
    if source == -1 {
        return Err(Errno::EINVAL);
    }
    Ok(Ends::Inherited(source))
}

/// Before the child is started, when all that it gets is there: programs expect to start with descriptors that wait.
/// What cannot be changed stays.
pub(super) fn make_blocking(ends: &[Ends<'_>]) {
    for end in ends {
        if let Ends::Inherited(fd) = end {
            let _ = fd::set_status_flag(*fd, libc::O_NONBLOCK, false);
        }
    }
}

/// A pipe for both directions: sockets, of which only ours does not wait.
fn make_pipe() -> UvResult<[OwnedFd; 2]> {
    let [ours, theirs] = socket::owned_socketpair(libc::SOCK_STREAM, 0)?;
    for option in [libc::SO_RCVBUF, libc::SO_SNDBUF] {
        // Both ends begin with the same size. It is raised, never lowered.
        let size = socket::int_option(ours.as_raw_fd(), libc::SOL_SOCKET, option).unwrap_or(0);
        if size < BUFFER_SIZE {
            for end in [&ours, &theirs] {
                let _ = socket::set_option(end.as_raw_fd(), libc::SOL_SOCKET, option, BUFFER_SIZE);
            }
        }
    }
    fd::set_nonblocking(ours.as_raw_fd(), true)?;
    Ok([ours, theirs])
}

/// Undoes [`Ends::open`] for what was wanted.
pub(super) fn close_again(wanted: Wanted<'_>) {
    let Wanted::Pipe { stream: Some(stream), .. } = wanted else { return };
    watcher::close(stream.owner(), &stream.io_watcher);
    stream.clear(flags::READABLE | flags::WRITABLE);
    fd::close(stream.io_watcher.fd.replace(-1));
}
