//! Sending: at once if nothing waits, otherwise from the queue.

use std::mem::size_of;

use libc::{c_int, c_uint, size_t, sockaddr, sockaddr_un, socklen_t};

use crate::abi::*;
use crate::core::handle::raw::{self as handle, as_handle, flags};
use crate::core::{alloc, queue::raw as queue, req::raw as req, watcher::raw as watcher};
use crate::handles::udp::send_queue::flush;
use crate::handles::udp::socket::bind_if_new;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::fd::MAX_IO_BYTES;
use crate::sys::readiness::POLLOUT;
use crate::sys::udp_socket::Datagram;

/// The most buffers that one datagram may be given in.
const MAX_BUFS: c_uint = 1024 * 1024;

/// What the caller wants to send, if the handle is in a state for it.
///
/// # Safety
/// `this` is initialised; `bufs` are `nbufs` buffers if that is a number allowed; `addr` is null or an
/// address of its family's size.
pub(super) unsafe fn check(
    this: *const uv_udp_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    addr: *const sockaddr,
) -> UvResult<Datagram> {
    // SAFETY: the caller's promise; `uv_buf_t` and `iovec` have one layout.
    unsafe {
        if (*this).r#type != UV_UDP {
            return Err(Errno::EINVAL);
        }
        let connected = (*this).flags & flags::UDP_CONNECTED != 0;
        let addr_len = match addr.as_ref().map(|addr| c_int::from(addr.sa_family)) {
            Some(_) if connected => return Err(Errno::EISCONN),
            None if !connected => return Err(Errno::EDESTADDRREQ),
            None => 0,
            Some(libc::AF_UNIX) => size_of::<sockaddr_un>() as socklen_t,
            Some(family) => crate::sys::socket::ip_address_len(family)?,
        };
        if !(1..=MAX_BUFS).contains(&nbufs) {
            return Err(Errno::EINVAL);
        }
        let count = nbufs as usize;
        let bytes = count_bytes(bufs, count);
        if bytes > MAX_IO_BYTES {
            return Err(Errno::EINVAL);
        }
        Ok(Datagram { bufs: bufs.cast(), count, addr, addr_len, bytes })
    }
}

/// # Safety
/// `bufs` has `count` buffers.
pub(super) unsafe fn count_bytes(bufs: *const uv_buf_t, count: usize) -> usize {
    // SAFETY: the caller's promise: there are `count` buffers.
    unsafe { (0..count).fold(0, |sum: usize, k| sum.saturating_add((*bufs.add(k)).len)) }
}

/// # Safety
/// As for [`check`]; the handle is not closing and `request` stays until its callback.
unsafe fn send(
    request: *mut uv_udp_send_t,
    this: *mut uv_udp_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    addr: *const sockaddr,
    cb: uv_udp_send_cb,
) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        let datagram = check(this, bufs, nbufs, addr)?;
        bind_for(this, addr)?;
        let mut copy = (&raw mut (*request).bufsml).cast::<uv_buf_t>();
        if datagram.count > (*request).bufsml.len() {
            copy = alloc::malloc(datagram.count * size_of::<uv_buf_t>()).cast();
            if copy.is_null() {
                return Err(Errno::ENOMEM);
            }
        }
        copy.copy_from_nonoverlapping(bufs, datagram.count);

        req::init((*this).r#loop, request.cast(), UV_UDP_SEND);
        (*request).u.storage.ss_family = libc::AF_UNSPEC as libc::sa_family_t;
        let storage = (&raw mut (*request).u).cast::<u8>();
        storage.copy_from_nonoverlapping(addr.cast(), datagram.addr_len as usize);
        (*request).handle = this;
        (*request).send_cb = cb;
        (*request).bufs = copy;
        (*request).nbufs = nbufs;
        // Requests that are done and wait for their callback count as well: order is kept.
        let is_first = (*this).send_queue_count == 0;
        (*this).send_queue_size += datagram.bytes;
        (*this).send_queue_count += 1;
        queue::push_back(&raw mut (*this).write_queue, &raw mut (*request).queue);
        handle::start(as_handle(this));

        let w = &raw mut (*this).io_watcher;
        if is_first && (*this).flags & flags::UDP_PROCESSING == 0 {
            if flush(this) {
                watcher::feed((*this).r#loop, w);
            }
        } else if !watcher::is_wanted(w, POLLOUT) {
            watcher::feed((*this).r#loop, w); // to go together with what else is sent until then
        }
    }
    Ok(())
}

/// Without a socket, one is made for the address's family.
///
/// # Safety
/// As for [`check`].
pub(super) unsafe fn bind_for(this: *mut uv_udp_t, addr: *const sockaddr) -> UvResult {
    // SAFETY: the caller's promise: `addr` is null or an address.
    unsafe { if addr.is_null() { Ok(()) } else { bind_if_new(this, (*addr).sa_family.into(), 0) } }
}

/// Sends a datagram made of `nbufs` buffers to `addr`, or to the handle's peer if that is null. The
/// buffers must stay until `send_cb`, the array of them need not.
///
/// Returns 0, `UV_EISCONN`, `UV_EDESTADDRREQ`, `UV_EINVAL` (buffers, family), `UV_ENOMEM`; later errors
/// go to `send_cb`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_send>.
///
/// # Safety
/// `handle` is initialised and not closing, `req` and the memory in `bufs` stay until `send_cb`;
/// `addr` is null or an address of its family's size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_send(
    req: *mut uv_udp_send_t,
    handle: *mut uv_udp_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    addr: *const sockaddr,
    send_cb: uv_udp_send_cb,
) -> c_int {
    // SAFETY: our caller's promise is the one `send` asks for.
    to_status(unsafe { send(req, handle, bufs, nbufs, addr, send_cb) })
}

/// Bytes of the sends whose callback has not run. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_get_send_queue_size>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_get_send_queue_size(handle: *const uv_udp_t) -> size_t {
    // SAFETY: our caller's promise.
    unsafe { (*handle).send_queue_size }
}

/// Sends whose callback has not run. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_get_send_queue_count>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_get_send_queue_count(handle: *const uv_udp_t) -> size_t {
    // SAFETY: our caller's promise.
    unsafe { (*handle).send_queue_count }
}
