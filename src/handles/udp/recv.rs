//! Receiving: one datagram per call, or several with `UV_UDP_RECVMMSG`.

use std::mem::{size_of, zeroed};
use std::ptr::{null, null_mut};

use libc::{c_int, c_uint, iovec, mmsghdr, msghdr, sockaddr, sockaddr_in6, sockaddr_storage, ssize_t};

use crate::abi::*;
use crate::core::handle::raw::{self as handle, as_handle, flags};
use crate::core::{queue::raw as queue, watcher::raw as watcher};
use crate::handles::udp::ready::look_again;
use crate::handles::udp::socket::bind_if_new;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::readiness::POLLIN;
use crate::sys::{socket, udp_socket};

/// The largest datagram there is; what is asked of the alloc callback, and the size of a chunk.
const MAX_DATAGRAM: usize = 64 * 1024;

/// Datagrams that one system call receives at most.
const MAX_CHUNKS: usize = 20;

/// Datagrams received before other handles get their turn.
const PER_TURN: usize = 32;

/// Where to receive from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    Socket,
    ErrorQueue,
}

impl From {
    fn flags(self) -> c_int {
        if self == From::ErrorQueue { libc::MSG_ERRQUEUE } else { 0 }
    }
}

/// Control data of a message of the error queue, aligned as its headers ask.
#[derive(Clone, Copy)]
struct Control([u64; 16]);

impl Control {
    const SIZE: usize = size_of::<Control>();

    fn attach(&mut self, header: &mut msghdr, from: From) {
        if from == From::ErrorQueue {
            header.msg_control = self.0.as_mut_ptr().cast();
            header.msg_controllen = Control::SIZE as _;
        }
    }
}

/// # Safety
/// `this` is initialised and not closing.
unsafe fn start(this: *mut uv_udp_t, alloc_cb: uv_alloc_cb, recv_cb: uv_udp_recv_cb) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        if (*this).r#type != UV_UDP || alloc_cb.is_none() || recv_cb.is_none() {
            return Err(Errno::EINVAL);
        }
        let w = &raw mut (*this).io_watcher;
        if watcher::is_wanted(w, POLLIN) {
            return Err(Errno::EALREADY);
        }
        bind_if_new(this, libc::AF_INET, 0)?;
        watcher::want((*this).r#loop, w, POLLIN)?;
        (*this).alloc_cb = alloc_cb;
        (*this).recv_cb = recv_cb;
        handle::start(as_handle(this));
    }
    Ok(())
}

/// # Safety
/// `this` is initialised.
unsafe fn stop(this: *mut uv_udp_t) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        if (*this).r#type != UV_UDP {
            return Err(Errno::EINVAL);
        }
        watcher::unwant((*this).r#loop, &raw mut (*this).io_watcher, POLLIN);
        if queue::is_empty(&raw const (*this).write_queue) {
            handle::stop(as_handle(this));
        }
        (*this).alloc_cb = None;
        (*this).recv_cb = None;
    }
    Ok(())
}

unsafe fn tell(
    this: *mut uv_udp_t,
    nread: isize,
    buf: *const uv_buf_t,
    addr: *const sockaddr,
    flags: c_uint,
) {
    // SAFETY: `buf` and `addr` are valid for the call; the callback is read at the last moment.
    unsafe {
        if let Some(cb) = (*this).recv_cb {
            cb(this, nread as ssize_t, buf, addr, flags);
        }
    }
}

/// Receives until there is nothing left, the callback stops it, or others should get their turn.
///
/// # Safety
/// `this` is initialised; on the loop thread.
pub(super) unsafe fn receive(this: *mut uv_udp_t, from: From) {
    let mut received = 0;
    // SAFETY: the caller's promise. The handle stays until its close callback, a later phase.
    unsafe {
        while received < PER_TURN && (*this).io_watcher.fd.get() != -1 {
            let Some(alloc_cb) = (*this).alloc_cb else { return };
            let mut buf = uv_buf_t { base: null_mut(), len: 0 };
            alloc_cb(as_handle(this), MAX_DATAGRAM, &raw mut buf);
            if buf.base.is_null() || buf.len == 0 {
                tell(this, Errno::ENOBUFS.code() as isize, &raw const buf, null(), 0);
                return;
            }
            let step = if (*this).flags & flags::UDP_RECVMMSG != 0 {
                receive_many(this, &raw const buf, from)
            } else {
                receive_one(this, &raw const buf, from)
            };
            match step {
                Ok(count) => received += count,
                Err(Errno::EAGAIN) => {
                    if from == From::Socket {
                        watcher::clear(&raw mut (*this).io_watcher, POLLIN);
                    }
                    tell(this, 0, &raw const buf, null(), 0);
                    return;
                }
                Err(error) => {
                    look_again(this);
                    tell(this, error.code() as isize, &raw const buf, null(), 0);
                    return;
                }
            }
        }
    }
}

unsafe fn receive_one(this: *mut uv_udp_t, buf: *const uv_buf_t, from: From) -> UvResult<usize> {
    // SAFETY: `buf` is the memory that the user gave; the rest is ours for the length of the call.
    unsafe {
        let mut peer: sockaddr_storage = zeroed();
        let mut piece = iovec { iov_base: (*buf).base.cast(), iov_len: (*buf).len };
        let mut control = Control([0; 16]);
        let mut header: msghdr = zeroed();
        header.msg_name = (&raw mut peer).cast();
        header.msg_namelen = size_of::<sockaddr_storage>() as _;
        header.msg_iov = &raw mut piece;
        header.msg_iovlen = 1;
        control.attach(&mut header, from);
        let nread = socket::receive_message((*this).io_watcher.fd.get(), &mut header, from.flags())?;
        tell_message(this, &header, nread, buf, (&raw const peer).cast(), 0);
    }
    Ok(1)
}

/// Hands over one received message, or the error that it stands for.
unsafe fn tell_message(
    this: *mut uv_udp_t,
    header: &msghdr,
    nread: usize,
    buf: *const uv_buf_t,
    peer: *const sockaddr,
    mut flags: c_uint,
) {
    if header.msg_flags & libc::MSG_TRUNC != 0 {
        flags |= UV_UDP_PARTIAL;
    }
    // SAFETY: the kernel has filled in `header`, whose control data lives until this returns.
    unsafe {
        match udp_socket::queued_error(header) {
            Some((error, offender)) => {
                tell(this, error.code() as isize, buf, offender, flags | UV_UDP_LINUX_RECVERR);
            }
            None => tell(this, nread as isize, buf, peer, flags),
        }
    }
}

unsafe fn receive_many(this: *mut uv_udp_t, buf: *const uv_buf_t, from: From) -> UvResult<usize> {
    // SAFETY: the chunks lie within the memory that the user gave, which stays the user's until the
    // callback that says it is free; the rest is ours for the length of the call.
    unsafe {
        let chunks = ((*buf).len / MAX_DATAGRAM).min(MAX_CHUNKS);
        if chunks == 0 {
            return Err(Errno::EINVAL);
        }
        let mut peers: [sockaddr_in6; MAX_CHUNKS] = zeroed();
        let mut pieces: [iovec; MAX_CHUNKS] = zeroed();
        let mut messages: [mmsghdr; MAX_CHUNKS] = zeroed();
        let mut controls = [Control([0; 16]); MAX_CHUNKS];
        for (k, message) in messages.iter_mut().enumerate().take(chunks) {
            pieces[k] = iovec { iov_base: (*buf).base.add(k * MAX_DATAGRAM).cast(), iov_len: MAX_DATAGRAM };
            message.msg_hdr.msg_iov = &raw mut pieces[k];
            message.msg_hdr.msg_iovlen = 1;
            message.msg_hdr.msg_name = (&raw mut peers[k]).cast();
            message.msg_hdr.msg_namelen = size_of::<sockaddr_in6>() as _;
            controls[k].attach(&mut message.msg_hdr, from);
        }
        let fd = (*this).io_watcher.fd.get();
        let count = match udp_socket::receive_many(fd, &mut messages[..chunks], from.flags())? {
            0 => return Err(Errno::EAGAIN),
            count => count,
        };
        for message in messages.iter().take(count) {
            if (*this).recv_cb.is_none() {
                break;
            }
            let header = &message.msg_hdr;
            let base = (*header.msg_iov).iov_base.cast();
            let chunk = uv_buf_t { base, len: MAX_DATAGRAM };
            let peer = if header.msg_namelen > 0 { header.msg_name.cast_const().cast() } else { null() };
            tell_message(this, header, message.msg_len as usize, &raw const chunk, peer, UV_UDP_MMSG_CHUNK);
        }
        tell(this, 0, buf, null(), UV_UDP_MMSG_FREE);
        Ok(count)
    }
}

/// Starts receiving: `alloc_cb` gives memory, `recv_cb` gets what has come. Binds the handle to any
/// address if it has no socket.
///
/// Returns 0, `UV_EINVAL` without callbacks, `UV_EALREADY` if it is receiving. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_recv_start>.
///
/// # Safety
/// `handle` is initialised and not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_recv_start(
    handle: *mut uv_udp_t,
    alloc_cb: uv_alloc_cb,
    recv_cb: uv_udp_recv_cb,
) -> c_int {
    // SAFETY: our caller's promise is the one `start` asks for.
    to_status(unsafe { start(handle, alloc_cb, recv_cb) })
}

/// Stops receiving. Returns 0, or `UV_EINVAL` if it is no UDP handle. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_recv_stop>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_recv_stop(handle: *mut uv_udp_t) -> c_int {
    // SAFETY: our caller's promise is the one `stop` asks for.
    to_status(unsafe { stop(handle) })
}

/// 1 if the handle receives several datagrams per system call, 0 if not. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_using_recvmmsg>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_using_recvmmsg(handle: *const uv_udp_t) -> c_int {
    // SAFETY: our caller's promise.
    c_int::from(unsafe { (*handle).flags & flags::UDP_RECVMMSG != 0 })
}
