//! Descriptors that travel with the bytes of a pipe (`SCM_RIGHTS`).
//!
//! The first one received and not accepted yet is in `accepted_fd`, those after it in the queue
//! behind `queued_fds`.

use std::collections::VecDeque;
use std::mem::{MaybeUninit, size_of};
use std::ptr::null_mut;

use libc::{
    CMSG_DATA, CMSG_FIRSTHDR, CMSG_LEN, CMSG_NXTHDR, CMSG_SPACE, c_int, c_uint, cmsghdr, iovec, msghdr,
};

use crate::abi::*;
use crate::core::alloc;
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
///
/// # Safety
/// `handle` is initialised.
pub(super) unsafe fn descriptor_of(handle: *const uv_stream_t) -> c_int {
    // SAFETY: the type says what the memory holds.
    unsafe {
        match (*handle).r#type {
            UV_NAMED_PIPE | UV_TCP => (*handle).io_watcher.fd,
            UV_UDP => (*handle.cast::<uv_udp_t>()).io_watcher.fd,
            _ => -1,
        }
    }
}

/// Sends these pieces with a copy of `passed`.
///
/// # Safety
/// `iov` points to `count` pieces of readable memory.
#[inline(never)]
pub(super) unsafe fn send(to: c_int, iov: *const iovec, count: usize, passed: c_int) -> UvResult<usize> {
    const ROOM: usize = control_space(FD_SIZE);
    let mut control = Control::<ROOM> { bytes: [MaybeUninit::zeroed(); ROOM] };
    let mut message = socket::message(iov, count);
    message.msg_control = (&raw mut control).cast();
    message.msg_controllen = ROOM as _;
    // SAFETY: the control buffer has room for one header and one descriptor; `iov` is the caller's
    // promise.
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

/// Reads bytes into `buf` and queues the descriptors that come with them.
///
/// # Safety
/// `stream` is initialised and has a descriptor; `buf` is writable memory.
#[inline(never)]
pub(super) unsafe fn receive(stream: *mut uv_stream_t, buf: &uv_buf_t) -> UvResult<usize> {
    const ROOM: usize = control_space(MAX_FDS * FD_SIZE);
    let mut control = Control::<ROOM> { bytes: [MaybeUninit::uninit(); ROOM] };
    let piece = iovec { iov_base: buf.base.cast(), iov_len: buf.len.min(fd::MAX_IO_BYTES) };
    let mut message = socket::message(&raw const piece, 1);
    message.msg_control = (&raw mut control).cast();
    message.msg_controllen = ROOM as _;
    // SAFETY: the buffers outlive the call; the stream is the caller's promise.
    unsafe {
        let n = socket::receive_message((*stream).io_watcher.fd, &mut message, libc::MSG_CMSG_CLOEXEC)?;
        queue_received(stream, &message)?;
        Ok(n)
    }
}

/// Queues the descriptors of a message; those that there is no memory for are closed.
unsafe fn queue_received(stream: *mut uv_stream_t, message: &msghdr) -> UvResult {
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

unsafe fn queue_one(stream: *mut uv_stream_t, received: c_int) -> UvResult {
    // SAFETY: the stream is initialised; `queued_fds` is null or was made here.
    unsafe {
        if (*stream).accepted_fd == -1 {
            (*stream).accepted_fd = received;
            return Ok(());
        }
        if (*stream).queued_fds.is_null() {
            (*stream).queued_fds = alloc::new(Waiting::new())?.cast();
        }
        let waiting = &mut *(*stream).queued_fds.cast::<Waiting>();
        waiting.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
        waiting.push_back(received);
        Ok(())
    }
}

/// The descriptor that moves up when the one in `accepted_fd` has been taken, or -1.
///
/// # Safety
/// `stream` is initialised.
pub(super) unsafe fn take_next(stream: *mut uv_stream_t) -> c_int {
    // SAFETY: `queued_fds` is null or was made in `queue_one`.
    unsafe {
        let waiting = (*stream).queued_fds.cast::<Waiting>();
        if waiting.is_null() {
            return -1;
        }
        let next = (*waiting).pop_front().unwrap_or(-1);
        if (*waiting).is_empty() {
            alloc::delete(waiting);
            (*stream).queued_fds = null_mut();
        }
        next
    }
}

/// How many received descriptors wait for uv_accept.
///
/// # Safety
/// `stream` is initialised.
pub(crate) unsafe fn pending_count(stream: *const uv_stream_t) -> usize {
    // SAFETY: `queued_fds` is null or was made in `queue_one`.
    unsafe {
        if (*stream).accepted_fd == -1 {
            return 0;
        }
        let waiting = (*stream).queued_fds.cast::<Waiting>();
        1 + if waiting.is_null() { 0 } else { (*waiting).len() }
    }
}

/// Closes what was never accepted.
///
/// # Safety
/// `stream` is initialised.
pub(super) unsafe fn close_all(stream: *mut uv_stream_t) {
    // SAFETY: the caller's promise.
    unsafe {
        while (*stream).accepted_fd != -1 {
            fd::close((*stream).accepted_fd);
            (*stream).accepted_fd = take_next(stream);
        }
    }
}
