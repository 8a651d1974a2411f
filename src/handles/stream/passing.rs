//! Descriptors that travel with the bytes of a pipe (`SCM_RIGHTS`).
//!
//! The first one received and not accepted yet is in `accepted_fd`, those after it in the queue
//! behind `queued_fds`.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::mem::{MaybeUninit, size_of};
use std::ptr::null_mut;

use libc::{
    CMSG_DATA, CMSG_FIRSTHDR, CMSG_LEN, CMSG_NXTHDR, CMSG_SPACE, c_int, c_uint, cmsghdr, iovec, msghdr,
};

use crate::abi::*;
use crate::core::alloc;
use crate::core::watcher;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::{fd, socket};

const FD_SIZE: c_uint = size_of::<c_int>() as c_uint;

/// The most descriptors in one message (the kernel's `SCM_MAX_FD`).
const MAX_FDS: c_uint = 253;

/// Room for the control data of a message with `N` bytes of it, aligned for its header.
#[repr(C)]
union Control<const N: usize> {
    header: cmsghdr,
    bytes: [MaybeUninit<u8>; N],
}

type Waiting = VecDeque<c_int>;

/// The descriptor of a handle that can be sent, or -1.
pub(super) fn descriptor_of(handle: &uv_handle_t) -> c_int {
    match handle.kind() {
        AnyHandle::Pipe(_) | AnyHandle::Tcp(_) => watcher::descriptor(handle).unwrap_or(-1),
        AnyHandle::Udp(udp) => udp.share_fd(),
        _ => -1,
    }
}

/// Sends these pieces with a copy of `passed`.
#[inline(never)]
pub(super) fn send(to: c_int, pieces: &[IoSlice<'_>], passed: c_int) -> UvResult<usize> {
    const ROOM: usize = control_space(FD_SIZE);
    let mut control = Control::<ROOM> { bytes: [MaybeUninit::zeroed(); ROOM] };
    let mut message = socket::message(pieces.as_ptr().cast(), pieces.len());
    message.msg_control = (&raw mut control).cast();
    message.msg_controllen = ROOM as _;
    // SAFETY: the control buffer has room for one header and one descriptor.
    unsafe {
        control.header.cmsg_level = libc::SOL_SOCKET;
        control.header.cmsg_type = libc::SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(FD_SIZE) as _;
        CMSG_DATA(&raw const control.header).cast::<c_int>().write_unaligned(passed);
        socket::send_message(to, &message, 0)
    }
}

/// `CMSG_SPACE` as a constant.
const fn control_space(len: c_uint) -> usize {
    // SAFETY: arithmetic only.
    unsafe { CMSG_SPACE(len) as usize }
}

/// Reads bytes and queues the descriptors that come with them.
#[inline(never)]
pub(super) fn receive(stream: &uv_stream_t, room: &fd::Memory) -> UvResult<usize> {
    const ROOM: usize = control_space(MAX_FDS * FD_SIZE);
    let mut control = Control::<ROOM> { bytes: [MaybeUninit::uninit(); ROOM] };
    let piece =
        iovec { iov_base: room.as_ptr().cast_mut().cast(), iov_len: room.len().min(fd::MAX_IO_BYTES) };
    let mut message = socket::message(&raw const piece, 1);
    message.msg_control = (&raw mut control).cast();
    message.msg_controllen = ROOM as _;
    // SAFETY: the buffers outlive the call, and the kernel writes the control data.
    unsafe {
        let n = socket::receive_message(stream.fd(), &mut message, libc::MSG_CMSG_CLOEXEC)?;
        queue_received(stream, &message)?;
        Ok(n)
    }
}

/// Queues the descriptors of a message; those that there is no memory for are closed.
unsafe fn queue_received(stream: &uv_stream_t, message: &msghdr) -> UvResult {
    let mut result = Ok(());
    // SAFETY: the kernel wrote the control data and its length; the macros stay inside it.
    unsafe {
        let mut header = CMSG_FIRSTHDR(message);
        while !header.is_null() {
            if (*header).cmsg_level == libc::SOL_SOCKET && (*header).cmsg_type == libc::SCM_RIGHTS {
                let bytes = ((*header).cmsg_len as usize).saturating_sub(CMSG_LEN(0) as usize);
                let fds = CMSG_DATA(header).cast::<c_int>();
                for i in 0..bytes / size_of::<c_int>() {
                    let received = fds.add(i).read_unaligned();
                    result = result.and_then(|()| queue_one(stream, received));
                    if result.is_err() {
                        fd::close(received);
                    }
                }
            }
            header = CMSG_NXTHDR(message, header);
        }
    }
    result
}

/// The queue behind `queued_fds`, if there is one.
fn with_waiting<R>(stream: &uv_stream_t, step: impl FnOnce(&mut Waiting) -> R) -> Option<R> {
    // SAFETY: null or made by `queue_one`; only this module uses it, and no step is within another.
    unsafe { stream.queued_fds.get().cast::<Waiting>().as_mut() }.map(step)
}

fn queue_one(stream: &uv_stream_t, received: c_int) -> UvResult {
    if stream.accepted_fd.get() == -1 {
        stream.accepted_fd.set(received);
        return Ok(());
    }
    if stream.queued_fds.get().is_null() {
        stream.queued_fds.set(alloc::new(Waiting::new())?.cast());
    }
    let queued = with_waiting(stream, |waiting| {
        waiting.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
        waiting.push_back(received);
        Ok(())
    });
    queued.unwrap_or(Err(Errno::ENOMEM))
}

/// The descriptor that moves up when the one in `accepted_fd` has been taken, or -1.
pub(super) fn take_next(stream: &uv_stream_t) -> c_int {
    let taken = with_waiting(stream, |waiting| (waiting.pop_front(), waiting.is_empty()));
    let Some((next, is_last)) = taken else { return -1 };
    if is_last {
        // SAFETY: made by `queue_one`, and nobody has it any more.
        unsafe { alloc::delete(stream.queued_fds.replace(null_mut()).cast::<Waiting>()) };
    }
    next.unwrap_or(-1)
}

/// How many received descriptors wait for uv_accept.
pub(crate) fn pending_count(stream: &uv_stream_t) -> usize {
    let queued = with_waiting(stream, |waiting| waiting.len()).unwrap_or(0);
    if stream.accepted_fd.get() == -1 { 0 } else { 1 + queued }
}

/// Closes what was never accepted.
pub(super) fn close_all(stream: &uv_stream_t) {
    while stream.accepted_fd.get() != -1 {
        fd::close(stream.accepted_fd.get());
        stream.accepted_fd.set(take_next(stream));
    }
}
