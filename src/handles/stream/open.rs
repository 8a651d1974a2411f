//! How a stream gets its descriptor.

use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};

use libc::{c_int, c_uint};

use super::nature::Nature;
use super::{listen, state};
use crate::abi::*;
use crate::core::memory::queue::{HandleLink, List};
use crate::core::state::handle::{self, flags};
use crate::core::turn::watcher;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd;

pub(crate) fn init(loop_: &uv_loop_t, stream: &uv_stream_t, kind: uv_handle_type) {
    handle::init(loop_, stream, kind);
    stream.read_cb.set(None);
    stream.alloc_cb.set(None);
    stream.close_cb.set(None);
    stream.connection_cb.set(None);
    stream.connect_req.clear();
    stream.shutdown_req.clear();
    stream.accepted_fd.set(-1);
    stream.queued_fds.set(std::ptr::null_mut());
    stream.delayed_error.set(0);
    stream.write_queue_size.set(0);
    stream.write_queue.init();
    stream.write_completed_queue.init();
    watcher::init(&stream.io_watcher, watcher::Kind::Stream, -1);
    listen::reserve_descriptor(loop_);
}

/// Undoes [`init`] when the rest of an init function fails.
pub(crate) fn abandon(stream: &uv_stream_t) {
    List::<HandleLink>::remove(stream);
    give_up_descriptor(stream);
}

/// Closes the descriptor, if there is one, which nobody follows: the stream may get another one.
pub(crate) fn give_up_descriptor(stream: &uv_stream_t) {
    stream.clear(flags::READABLE | flags::WRITABLE);
    if stream.fd() != -1 {
        fd::close(stream.io_watcher.fd.replace(-1));
    }
}

/// Gives the stream a stream socket, to be closed with it. `UV_EBUSY` if it has another descriptor.
pub(crate) fn open(stream: &uv_stream_t, descriptor: c_int, with: c_uint) -> UvResult {
    open_as(stream, descriptor, with, Nature::STREAM_SOCKET)
}

/// As [`open`], for any descriptor of the program's. `UV_EINVAL` if the stream is closing: nobody would close what it
/// gets now.
pub(crate) fn open_as(stream: &uv_stream_t, descriptor: c_int, with: c_uint, nature: Nature) -> UvResult {
    if handle::is_closing(stream) {
        return Err(Errno::EINVAL);
    }
    if stream.fd() != -1 && stream.fd() != descriptor {
        return Err(Errno::EBUSY);
    }
    stream.set(with);
    nature.note(stream);
    stream.io_watcher.fd.set(descriptor);
    Ok(())
}

/// As [`open_as`], for a descriptor of the library's own: closed where the stream does not take it.
pub(crate) fn take(stream: &uv_stream_t, own: OwnedFd, with: c_uint, nature: Nature) -> UvResult {
    open_as(stream, own.as_raw_fd(), with, nature)?;
    let _ = own.into_raw_fd(); // the stream's now
    Ok(())
}

/// Makes the descriptor block in reads and writes, or not. One that blocks must not be read again to
/// find out that it is empty.
pub(crate) fn set_blocking(stream: &uv_stream_t, blocking: bool) -> UvResult {
    fd::set_nonblocking(stream.fd(), !blocking)?;
    if blocking {
        state::share(stream);
    }
    Ok(())
}
