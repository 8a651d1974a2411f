//! Sending: at once if nothing waits, otherwise from a queue, in batches.

use std::mem::size_of;
use std::ptr::{null, null_mut};

use libc::{c_int, c_uint, size_t, sockaddr, sockaddr_un, socklen_t};

use crate::abi::*;
use crate::core::handle::{self, as_handle, flags};
use crate::core::queue::{self, container_of};
use crate::core::{alloc, req, watcher};
use crate::sys::errno::{Errno, UvResult, to_count, to_status};
use crate::sys::fd::MAX_IO_BYTES;
use crate::sys::readiness::{POLLIN, POLLOUT};
use crate::sys::udp_socket::{self, Batch, Datagram};
use crate::udp::batch;
use crate::udp::socket::bind_if_new;

/// The most buffers that one datagram may be given in.
const MAX_BUFS: c_uint = 1024 * 1024;

/// What the caller wants to send, if the handle is in a state for it.
///
/// # Safety
/// `this` is initialised; `bufs` are `nbufs` buffers if that is a number allowed; `addr` is null or an
/// address of its family's size.
unsafe fn check(
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

unsafe fn count_bytes(bufs: *const uv_buf_t, count: usize) -> usize {
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
unsafe fn bind_for(this: *mut uv_udp_t, addr: *const sockaddr) -> UvResult {
    // SAFETY: the caller's promise: `addr` is null or an address.
    unsafe { if addr.is_null() { Ok(()) } else { bind_if_new(this, (*addr).sa_family.into(), 0) } }
}

/// What the queued request at `node` sends.
unsafe fn datagram(node: *mut uv__queue) -> Datagram {
    // SAFETY: the request is in the queue: it and its buffers stay until its callback.
    unsafe {
        let request = container_of!(node, uv_udp_send_t, queue);
        let count = (*request).nbufs as usize;
        let addr = &raw const (*request).u.addr;
        let addr_len = match c_int::from((*addr).sa_family) {
            libc::AF_INET => size_of::<libc::sockaddr_in>(),
            libc::AF_INET6 => size_of::<libc::sockaddr_in6>(),
            libc::AF_UNIX => size_of::<sockaddr_un>(),
            _ => 0,
        };
        Datagram {
            bufs: (*request).bufs.cast_const().cast(),
            count,
            addr: if addr_len == 0 { null() } else { addr },
            addr_len: addr_len as socklen_t,
            bytes: count_bytes((*request).bufs, count),
        }
    }
}

/// Sends what is queued for as long as the socket takes it; says whether requests were completed.
///
/// # Safety
/// `this` is initialised and has a socket.
pub(super) unsafe fn flush(this: *mut uv_udp_t) -> bool {
    let mut completed = false;
    // SAFETY: the caller's promise; requests in the queue stay until their callback.
    unsafe {
        let w = &raw mut (*this).io_watcher;
        let head = &raw mut (*this).write_queue;
        while !queue::is_empty(head) {
            let first = (*head).next;
            let (sent, outcome) = if (*first).next == head {
                let outcome = udp_socket::send((*w).fd, &datagram(first));
                (usize::from(outcome.is_ok()), outcome)
            } else {
                send_queued(this, head)
            };
            (0..sent).for_each(|_| complete_first(this, 0));
            completed |= sent > 0;
            match outcome {
                Ok(()) => {}
                Err(Errno::EAGAIN) => {
                    watcher::clear(w, POLLOUT);
                    match watcher::want((*this).r#loop, w, POLLOUT) {
                        Ok(()) => break,
                        Err(error) => {
                            complete_first(this, error.code());
                            completed = true;
                        }
                    }
                }
                Err(Errno::ENOBUFS) => {
                    watcher::feed((*this).r#loop, w); // a full device brings no edge
                    break;
                }
                Err(error) => {
                    complete_first(this, error.code());
                    completed = true;
                }
            }
        }
    }
    completed
}

/// Sends a batch of what is queued; says how many requests have gone, and what the next one failed with.
unsafe fn send_queued(this: *mut uv_udp_t, head: *mut uv__queue) -> (usize, UvResult) {
    let mut batch = Batch::new();
    // SAFETY: the caller's promise: `head` is the handle's queue.
    unsafe {
        let mut node = (*head).next;
        while node != head && batch.push(datagram(node)) {
            node = (*node).next;
        }
        batch::send(this, batch.as_slice())
    }
}

/// Moves the first request in the queue to those that wait for their callback.
unsafe fn complete_first(this: *mut uv_udp_t, status: c_int) {
    // SAFETY: the caller's promise: `this` is initialised.
    unsafe {
        if let Some(node) = queue::pop_front(&raw mut (*this).write_queue) {
            (*container_of!(node, uv_udp_send_t, queue)).status = status as _;
            queue::push_back(&raw mut (*this).write_completed_queue, node);
        }
    }
}

/// The handle is closing: what is still queued will not be sent.
///
/// # Safety
/// `this` is initialised.
pub(super) unsafe fn cancel_all(this: *mut uv_udp_t) {
    // SAFETY: the caller's promise.
    unsafe {
        while !queue::is_empty(&raw const (*this).write_queue) {
            complete_first(this, Errno::ECANCELED.code());
        }
    }
}

/// Calls back for what is completed.
///
/// # Safety
/// `this` is initialised; on the loop thread.
pub(super) unsafe fn run_completed(this: *mut uv_udp_t) {
    // SAFETY: a request is the user's again in its callback: nothing of it is used after. The handle
    // stays until its close callback.
    unsafe {
        (*this).flags |= flags::UDP_PROCESSING;
        while let Some(node) = queue::pop_front(&raw mut (*this).write_completed_queue) {
            let request = container_of!(node, uv_udp_send_t, queue);
            req::unregister((*this).r#loop);
            (*this).send_queue_size -= count_bytes((*request).bufs, (*request).nbufs as usize);
            (*this).send_queue_count -= 1;
            if !std::ptr::addr_eq((*request).bufs, &raw const (*request).bufsml) {
                alloc::free((*request).bufs.cast());
            }
            (*request).bufs = null_mut();
            if let Some(cb) = (*request).send_cb {
                cb(request, (*request).status as c_int);
            }
        }
        (*this).flags &= !flags::UDP_PROCESSING;

        let w = &raw mut (*this).io_watcher;
        if queue::is_empty(&raw const (*this).write_queue) {
            watcher::unwant((*this).r#loop, w, POLLOUT);
            if !watcher::is_wanted(w, POLLIN) {
                handle::stop(as_handle(this));
            }
        } else if !watcher::is_wanted(w, POLLOUT) && (*w).fd != -1 {
            watcher::feed((*this).r#loop, w);
        }
    }
}

/// # Safety
/// As for [`check`]; the handle is not closing.
unsafe fn try_send(
    this: *mut uv_udp_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    addr: *const sockaddr,
) -> UvResult<usize> {
    // SAFETY: the caller's promise.
    unsafe {
        let datagram = check(this, bufs, nbufs, addr)?;
        if (*this).send_queue_count != 0 {
            return Err(Errno::EAGAIN);
        }
        bind_for(this, addr)?;
        udp_socket::send((*this).io_watcher.fd, &datagram).map_err(full_is_again)?;
        Ok(datagram.bytes)
    }
}

/// # Safety
/// The arrays have `count` entries, each as for [`check`]; the handle is not closing.
unsafe fn try_send_many(
    this: *mut uv_udp_t,
    count: c_uint,
    bufs: *const *mut uv_buf_t,
    nbufs: *const c_uint,
    addrs: *const *mut sockaddr,
    options: c_uint,
) -> UvResult<usize> {
    if count == 0 || options != 0 {
        return Err(Errno::EINVAL);
    }
    let count = count as usize;
    // SAFETY: the caller's promise.
    unsafe {
        let datagram = |k| check(this, *bufs.add(k), *nbufs.add(k), *addrs.add(k));
        for k in 0..count {
            datagram(k)?;
        }
        if (*this).send_queue_count != 0 {
            return Err(Errno::EAGAIN);
        }
        if (*this).io_watcher.fd == -1 {
            return Err(Errno::EINVAL);
        }
        let mut sent = 0;
        while sent < count {
            let mut batch = Batch::new();
            let mut next = sent;
            while next < count && batch.push(datagram(next)?) {
                next += 1;
            }
            let (gone, outcome) = batch::send(this, batch.as_slice());
            sent += gone;
            match outcome {
                Err(error) if sent == 0 => return Err(full_is_again(error)),
                Err(_) => break,
                Ok(()) => {}
            }
        }
        Ok(sent)
    }
}

fn full_is_again(error: Errno) -> Errno {
    if error == Errno::ENOBUFS { Errno::EAGAIN } else { error }
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

/// Sends a datagram now or not at all.
///
/// Returns its size, `UV_EAGAIN` if it cannot go now or others are queued, or as `uv_udp_send`.
/// Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_try_send>.
///
/// # Safety
/// `handle` is initialised and not closing; `bufs` are `nbufs` buffers; `addr` is null or an address of
/// its family's size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_try_send(
    handle: *mut uv_udp_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    addr: *const sockaddr,
) -> c_int {
    // SAFETY: our caller's promise is the one `try_send` asks for.
    to_count(unsafe { try_send(handle, bufs, nbufs, addr) })
}

/// Sends `count` datagrams, as many as can go now. `flags` is 0.
///
/// Returns how many have gone, or the error of the first one: as `uv_udp_try_send`; `UV_EINVAL` also
/// for a handle without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_try_send2>.
///
/// # Safety
/// `handle` is initialised and not closing; the three arrays have `count` entries, each as for
/// `uv_udp_try_send`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_try_send2(
    handle: *mut uv_udp_t,
    count: c_uint,
    bufs: *mut *mut uv_buf_t,
    nbufs: *mut c_uint,
    addrs: *mut *mut sockaddr,
    flags: c_uint,
) -> c_int {
    // SAFETY: our caller's promise is the one `try_send_many` asks for.
    to_count(unsafe { try_send_many(handle, count, bufs, nbufs, addrs, flags) })
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
