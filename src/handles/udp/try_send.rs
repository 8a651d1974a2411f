//! Sending at once or not at all.

use libc::c_uint;

use crate::abi::*;
use crate::core::memory::buffers::{Buffers, Datagrams};
use crate::handles::udp::batch;
use crate::handles::udp::send::{bind_for, check};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::net_address::SocketAddress;
use crate::sys::udp_socket::{self, Batch, Datagram};

pub(crate) fn try_send(udp: &uv_udp_t, bufs: Buffers<'_>, to: Option<SocketAddress<'_>>) -> UvResult<usize> {
    let (pieces, bytes) = check(udp, bufs, to)?;
    if udp.send_queue_count.get() != 0 {
        return Err(Errno::EAGAIN);
    }
    bind_for(udp, to)?;
    udp_socket::send(udp.fd(), &Datagram::new(pieces.as_io(), to)).map_err(full_is_again)?;
    Ok(bytes)
}

/// One of the datagrams that the program hands over, which was checked.
#[inline(always)]
fn datagram(all: Datagrams<'_>, k: usize) -> UvResult<Datagram<'_>> {
    let (bufs, to) = all.get(k).ok_or(Errno::EINVAL)?;
    Ok(Datagram::new(bufs.checked()?.as_io(), to))
}

pub(crate) fn try_send_many(udp: &uv_udp_t, all: Datagrams<'_>, options: c_uint) -> UvResult<usize> {
    let count = all.len();
    if count == 0 || options != 0 {
        return Err(Errno::EINVAL);
    }
    for k in 0..count {
        let (bufs, to) = all.get(k).ok_or(Errno::EINVAL)?;
        check(udp, bufs, to)?;
    }
    if udp.send_queue_count.get() != 0 {
        return Err(Errno::EAGAIN);
    }
    if udp.fd() == -1 {
        return Err(Errno::EINVAL);
    }
    let mut sent = 0;
    while sent < count {
        let mut batch = Batch::new();
        let mut next = sent;
        while next < count && batch.push(datagram(all, next)?) {
            next += 1;
        }
        let (gone, outcome) = batch::send(udp, batch.as_slice());
        sent += gone;
        match outcome {
            Err(error) if sent == 0 => return Err(full_is_again(error)),
            Err(_) => break,
            Ok(()) => {}
        }
    }
    Ok(sent)
}

fn full_is_again(error: Errno) -> Errno {
    if error == Errno::ENOBUFS { Errno::EAGAIN } else { error }
}
