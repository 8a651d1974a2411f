//! Sends that wait, and those that are over.

use std::mem::size_of;
use std::ptr::{null, null_mut};

use libc::{c_int, sockaddr_un, socklen_t};

use crate::abi::*;
use crate::core::handle::raw::{self as handle, as_handle, flags};
use crate::core::queue::{container_of, raw as queue};
use crate::core::{alloc, req::raw as req, watcher::raw as watcher};
use crate::handles::udp::batch;
use crate::handles::udp::send::count_bytes;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::{POLLIN, POLLOUT};
use crate::sys::udp_socket::{self, Batch, Datagram};

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
            let first = (*head).next.get();
            let (sent, outcome) = if (*first).next.get() == head {
                let outcome = udp_socket::send((*w).fd.get(), &datagram(first));
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
        let mut node = (*head).next.get();
        while node != head && batch.push(datagram(node)) {
            node = (*node).next.get();
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
        } else if !watcher::is_wanted(w, POLLOUT) && (*w).fd.get() != -1 {
            watcher::feed((*this).r#loop, w);
        }
    }
}
