//! The descriptors that a child begins with.

use libc::c_int;

use crate::abi::*;
use crate::core::handle::flags;
use crate::core::watcher::raw as watcher;
use crate::handles::stream;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::{fd, socket};

/// What the buffers of a pipe hold at least, so that bulk data does not wake both sides too often.
const BUFFER_SIZE: c_int = 64 * 1024;

/// One descriptor of the child: `child` becomes it, `parent` is our end of a pipe; -1 for none.
#[derive(Clone, Copy)]
pub(super) struct Ends {
    parent: c_int,
    pub(super) child: c_int,
}

impl Ends {
    pub(super) const NONE: Ends = Ends { parent: -1, child: -1 };

    /// Closes what is ours: both ends of a pipe that was made for the child.
    pub(super) fn close(self) {
        if self.parent != -1 {
            fd::close(self.parent);
            fd::close(self.child);
        }
    }
}

/// Gets what `container` asks for. Streams to be opened are checked now, before there is a child.
///
/// # Safety
/// The stream in the container, if any, is initialised.
pub(super) unsafe fn prepare(container: *const uv_stdio_container_t) -> UvResult<Ends> {
    const KINDS: uv_stdio_flags = UV_CREATE_PIPE | UV_INHERIT_FD | UV_INHERIT_STREAM;
    // SAFETY: the flags say which member of the union is in use; the rest is the caller's promise.
    unsafe {
        let data = (*container).data;
        let child = match (*container).flags & KINDS {
            UV_IGNORE => return Ok(Ends::NONE),
            UV_CREATE_PIPE => {
                if data.stream.is_null() || (*data.stream).r#type.get() != UV_NAMED_PIPE {
                    return Err(Errno::EINVAL);
                }
                if (*data.stream).io_watcher.fd.get() != -1 {
                    return Err(Errno::EBUSY);
                }
                return make_pipe();
            }
            UV_INHERIT_FD => data.fd,
            UV_INHERIT_STREAM => (*data.stream).io_watcher.fd.get(),
            _ => return Err(Errno::EINVAL),
        };
        if child == -1 {
            return Err(Errno::EINVAL);
        }
        // Programs expect to start with descriptors that wait; what cannot be changed stays.
        let _ = fd::set_status_flag(child, libc::O_NONBLOCK, false);
        Ok(Ends { parent: -1, child })
    }
}

/// A pipe for both directions: sockets, of which only ours does not wait.
fn make_pipe() -> UvResult<Ends> {
    let [parent, child] = socket::socketpair(libc::SOCK_STREAM, 0)?;
    let ends = Ends { parent, child };
    for option in [libc::SO_RCVBUF, libc::SO_SNDBUF] {
        // Both ends begin with the same size. It is raised, never lowered.
        let size = socket::int_option(parent, libc::SOL_SOCKET, option).unwrap_or(0);
        if size < BUFFER_SIZE {
            let _ = socket::set_option(parent, libc::SOL_SOCKET, option, BUFFER_SIZE);
            let _ = socket::set_option(child, libc::SOL_SOCKET, option, BUFFER_SIZE);
        }
    }
    match fd::set_nonblocking(parent, true) {
        Ok(()) => Ok(ends),
        Err(error) => {
            ends.close();
            Err(error)
        }
    }
}

/// After the child was started: opens the container's stream and gives up the child's end.
///
/// # Safety
/// As for [`prepare`], which made `ends` for this container.
pub(super) unsafe fn open_stream(container: *const uv_stdio_container_t, ends: Ends) -> UvResult {
    if ends.parent == -1 {
        return Ok(());
    }
    fd::close(ends.child);
    // SAFETY: the caller's promise; only a container with a pipe has our end of one.
    unsafe {
        let stream = (*container).data.stream;
        let mut with = 0;
        if (*container).flags & UV_WRITABLE_PIPE != 0 {
            with |= flags::READABLE; // the child writes, we read
        }
        if (*container).flags & UV_READABLE_PIPE != 0 {
            with |= flags::WRITABLE;
        }
        stream::open(&*stream, ends.parent, with).inspect_err(|_| fd::close(ends.parent))
    }
}

/// Undoes [`open_stream`].
///
/// # Safety
/// As for [`open_stream`].
pub(super) unsafe fn close_stream(container: *const uv_stdio_container_t, ends: Ends) {
    if ends.parent == -1 {
        return;
    }
    // SAFETY: the caller's promise.
    unsafe {
        let stream = (*container).data.stream;
        watcher::close((*stream).r#loop.get(), &raw mut (*stream).io_watcher);
        (*stream).io_watcher.fd.set(-1);
        (*stream).clear(flags::READABLE | flags::WRITABLE);
        fd::close(ends.parent);
    }
}
