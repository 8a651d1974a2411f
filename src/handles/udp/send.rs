//! Sending: at once if nothing waits, otherwise from the queue.

use crate::abi::*;
use crate::core::memory::buffers::{Buffers, Pieces};
use crate::core::memory::lend::Held;
use crate::core::memory::queue::waiting_sends;
use crate::core::state::handle::{self, flags};
use crate::core::state::req;
use crate::core::turn::watcher;
use crate::handles::udp::send_queue::flush;
use crate::handles::udp::socket::bind_if_new;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd::MAX_IO_BYTES;
use crate::sys::net_address::SocketAddress;
use crate::sys::readiness::POLLOUT;
use crate::sys::udp_socket::size_of_pieces;

/// The buffers of what the caller wants to send, and how many bytes they hold, if the handle is in a state
/// for it.
#[inline(always)]
pub(super) fn check<'a>(
    udp: &uv_udp_t,
    bufs: Buffers<'a>,
    to: Option<SocketAddress<'_>>,
) -> UvResult<(Pieces<'a>, usize)> {
    if udp.r#type.get() != UV_UDP || handle::is_closing(udp) {
        return Err(Errno::EINVAL);
    }
    let is_connected = udp.has(flags::UDP_CONNECTED);
    match to {
        Some(_) if is_connected => return Err(Errno::EISCONN),
        None if !is_connected => return Err(Errno::EDESTADDRREQ),
        Some(to) if !to.is_known() => return Err(Errno::EINVAL),
        _ => {}
    }
    let pieces = bufs.checked()?;
    let bytes = size_of_pieces(pieces.as_io());
    if bytes > MAX_IO_BYTES { Err(Errno::EINVAL) } else { Ok((pieces, bytes)) }
}

pub(crate) fn send(
    request: Held<uv_udp_send_t>,
    udp: &uv_udp_t,
    bufs: Buffers<'_>,
    to: Option<SocketAddress<'_>>,
    cb: uv_udp_send_cb,
) -> UvResult {
    let (pieces, bytes) = check(udp, bufs, to)?;
    bind_for(udp, to)?;
    request.buffers().keep(pieces)?;
    req::init(udp.owner(), &request, UV_UDP_SEND);
    match to {
        Some(to) => to.store(request.address_room()),
        None => SocketAddress::store_none(request.address_room()),
    }
    request.handle.set(std::ptr::from_ref(udp).cast_mut());
    request.send_cb.set(cb);
    // Requests that are done and wait for their callback count as well: order is kept.
    let is_first = udp.send_queue_count.get() == 0;
    udp.send_queue_size.set(udp.send_queue_size.get() + bytes);
    udp.send_queue_count.set(udp.send_queue_count.get() + 1);
    waiting_sends(udp).push_held(request);
    handle::start(udp);

    let w = &udp.io_watcher;
    if is_first && !udp.has(flags::UDP_PROCESSING) {
        if flush(udp) {
            watcher::feed(udp.owner(), w);
        }
    } else if !watcher::is_wanted(w, POLLOUT) {
        watcher::feed(udp.owner(), w); // to go together with what else is sent until then
    }
    Ok(())
}

/// Without a socket, one is made for the address's family.
pub(super) fn bind_for(udp: &uv_udp_t, to: Option<SocketAddress<'_>>) -> UvResult {
    to.map_or(Ok(()), |to| bind_if_new(udp, to.family(), 0))
}
