//! Sends that wait, and those that are over.

use libc::c_int;

use crate::abi::*;
use crate::core::memory::queue::{finished_sends, waiting_sends};
use crate::core::state::handle::{self, flags};
use crate::core::state::req;
use crate::core::turn::watcher;
use crate::handles::udp::batch;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::net_address::SocketAddress;
use crate::sys::readiness::{self, POLLIN, POLLOUT};
use crate::sys::udp_socket::{self, Batch, Datagram};

/// What a queued request sends.
#[inline(always)]
fn datagram(request: &uv_udp_send_t) -> Datagram<'_> {
    Datagram::new(request.buffers().pieces().as_io(), SocketAddress::stored(request.address_room()))
}

/// Sends what is queued for as long as the socket takes it; says whether requests were completed.
pub(super) fn flush(udp: &uv_udp_t) -> bool {
    let mut completed = false;
    while let Some(first) = waiting_sends(udp).first() {
        let (sent, outcome) = if waiting_sends(udp).is_single() {
            let outcome = udp_socket::send(udp.fd(), &datagram(first));
            (usize::from(outcome.is_ok()), outcome)
        } else {
            send_queued(udp)
        };
        (0..sent).for_each(|_| complete_first(udp, 0));
        completed |= sent > 0;
        match outcome {
            Ok(()) => {}
            Err(Errno::EAGAIN) => match wait(udp) {
                Ok(()) => break,
                Err(error) => {
                    complete_first(udp, error.code());
                    completed = true;
                }
            },
            Err(Errno::ENOBUFS) => {
                watcher::feed(udp.owner(), &udp.io_watcher); // a full device brings no edge
                break;
            }
            Err(error) => {
                complete_first(udp, error.code());
                completed = true;
            }
        }
    }
    completed
}

/// Waits until the socket takes more. One that says it does has refused for another reason than its own
/// room: that the reason is gone brings no edge.
fn wait(udp: &uv_udp_t) -> UvResult {
    let w = &udp.io_watcher;
    watcher::clear(w, POLLOUT);
    watcher::want(udp.owner(), w, POLLOUT)?;
    if readiness::now(udp.fd(), POLLOUT) & POLLOUT != 0 {
        watcher::feed(udp.owner(), w);
    }
    Ok(())
}

/// Sends a batch of what is queued; says how many requests have gone, and what the next one failed with.
fn send_queued(udp: &uv_udp_t) -> (usize, UvResult) {
    let mut all = Batch::new();
    for request in waiting_sends(udp).iter() {
        if !all.push(datagram(request)) {
            break;
        }
    }
    batch::send(udp, all.as_slice())
}

/// Moves the first request in the queue to those that wait for their callback.
fn complete_first(udp: &uv_udp_t, status: c_int) {
    if let Some(request) = waiting_sends(udp).pop_held() {
        request.status.set(status as _);
        finished_sends(udp).push_held(request);
    }
}

/// The handle is closing: what is still queued will not be sent.
pub(super) fn cancel_all(udp: &uv_udp_t) {
    while !waiting_sends(udp).is_empty() {
        complete_first(udp, Errno::ECANCELED.code());
    }
}

/// Calls back for what is completed.
pub(super) fn run_completed(udp: &uv_udp_t) {
    udp.set(flags::UDP_PROCESSING);
    while let Some(request) = finished_sends(udp).pop_held() {
        req::unregister(udp.owner());
        udp.send_queue_size.set(udp.send_queue_size.get() - datagram(&request).bytes);
        udp.send_queue_count.set(udp.send_queue_count.get() - 1);
        request.buffers().give_up();
        let status = request.status.get() as c_int;
        request.complete(status);
    }
    udp.clear(flags::UDP_PROCESSING);

    let w = &udp.io_watcher;
    if waiting_sends(udp).is_empty() {
        watcher::unwant(w, POLLOUT);
        if !watcher::is_wanted(w, POLLIN) {
            handle::stop(udp);
        }
    } else if !watcher::is_wanted(w, POLLOUT) && udp.fd() != -1 {
        watcher::feed(udp.owner(), w);
    }
}
