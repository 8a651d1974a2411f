//! Receiving: one datagram per call, or several with `UV_UDP_RECVMMSG`.

use std::cell::Cell;
use std::mem::MaybeUninit;

use libc::{c_uint, ssize_t};

use crate::abi::*;
use crate::core::memory::buffers::Room;
use crate::core::memory::callback;
use crate::core::memory::kept::{Kept, KeptDatagram};
use crate::core::memory::queue::waiting_sends;
use crate::core::state::handle::{self, flags};
use crate::core::turn::watcher;
use crate::handles::udp::socket::bind_if_new;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd::Memory;
use crate::sys::net_address::{OwnAddress, SocketAddress};
use crate::sys::readiness::{self, POLLERR, POLLIN};
use crate::sys::udp_socket::{Message, ReceivedMany, ReceivedOne, Source};

/// The largest datagram there is; what is asked of the alloc callback, and the size of a chunk.
const MAX_DATAGRAM: usize = 64 * 1024;

/// Datagrams that one system call receives at most.
const MAX_CHUNKS: usize = 20;

/// Datagrams received before other handles get their turn.
const PER_TURN: usize = 32;

pub(crate) fn start(udp: &uv_udp_t, alloc_cb: uv_alloc_cb, recv_cb: uv_udp_recv_cb) -> UvResult {
    if udp.r#type.get() != UV_UDP || alloc_cb.is_none() || recv_cb.is_none() {
        return Err(Errno::EINVAL);
    }
    let w = &udp.io_watcher;
    if watcher::is_wanted(w, POLLIN) {
        return Err(Errno::EALREADY);
    }
    bind_if_new(udp, libc::AF_INET, 0)?;
    if udp.has_kept() {
        watcher::suppose(w, POLLIN);
    }
    watcher::want(udp.owner(), w, POLLIN)?;
    udp.alloc_cb.set(alloc_cb);
    udp.recv_cb.set(recv_cb);
    handle::start(udp);
    Ok(())
}

pub(crate) fn stop(udp: &uv_udp_t) -> UvResult {
    if udp.r#type.get() != UV_UDP {
        return Err(Errno::EINVAL);
    }
    watcher::unwant(&udp.io_watcher, POLLIN);
    if waiting_sends(udp).is_empty() {
        handle::stop(udp);
    }
    udp.alloc_cb.set(None);
    udp.recv_cb.set(None);
    Ok(())
}

/// Calls the callback of the moment.
#[inline(always)]
fn tell(udp: &uv_udp_t, nread: ssize_t, buf: &uv_buf_t, from: Option<SocketAddress<'_>>, flags: c_uint) {
    callback::received(udp.recv_cb.get(), udp, nread, buf, from, flags);
}

/// Receives until there is nothing left, the callback stops it, or others should get their turn.
pub(super) fn receive(udp: &uv_udp_t, source: Source) {
    let mut received = 0;
    while received < PER_TURN && udp.fd() != -1 {
        match receive_some(udp, source) {
            Some(count) => received += count,
            None => return,
        }
    }
}

/// Memory from the program, one call, its callbacks, in a strict row. None: that was all for now.
#[inline(always)]
fn receive_some(udp: &uv_udp_t, source: Source) -> Option<usize> {
    let recv_cb = udp.recv_cb.get();
    let mut room = Room::NONE;
    if !callback::alloc_for_datagrams(udp, MAX_DATAGRAM, &mut room) {
        return None;
    }
    let Some(memory) = room.memory() else {
        tell(udp, Errno::ENOBUFS.code() as ssize_t, room.buf(), None, 0);
        return None;
    };
    if udp.recv_cb.get().is_none() || udp.fd() == -1 {
        // Stopped or closed in the callback: nothing is taken from the socket, and the memory goes back.
        callback::received(recv_cb, udp, 0, room.buf(), None, 0);
        return None;
    }
    let received = if udp.has(flags::UDP_RECVMMSG) {
        receive_many(udp, &room, memory, source)
    } else {
        receive_one(udp, &room, memory, source)
    };
    match received {
        Ok(count) => return Some(count),
        Err(Errno::EAGAIN) => {
            if source == Source::Socket {
                watcher::clear(&udp.io_watcher, POLLIN);
            }
            tell(udp, 0, room.buf(), None, 0);
        }
        Err(error) => {
            look_again(udp);
            tell(udp, error.code() as ssize_t, room.buf(), None, 0);
        }
    }
    None
}

fn receive_one(udp: &uv_udp_t, room: &Room, memory: &Memory, source: Source) -> UvResult<usize> {
    let mut received = ReceivedOne::new();
    received.receive(udp.fd(), memory, memory.len(), source)?;
    if let Some(message) = received.get(0) {
        tell_message(udp, &message, room.buf(), Some(message.sender()), 0);
    }
    Ok(1)
}

fn flags_of(message: &Message<'_>) -> c_uint {
    if message.is_cut() { UV_UDP_PARTIAL } else { 0 }
}

/// Hands over one received message, or the error that it stands for.
#[inline(always)]
fn tell_message(
    udp: &uv_udp_t,
    message: &Message<'_>,
    buf: &uv_buf_t,
    sender: Option<SocketAddress<'_>>,
    flags: c_uint,
) {
    let flags = flags | flags_of(message);
    match message.queued_error() {
        Some((error, offender)) => {
            tell(udp, error.code() as ssize_t, buf, Some(offender), flags | UV_UDP_LINUX_RECVERR);
        }
        None => tell(udp, message.len as ssize_t, buf, sender, flags),
    }
}

/// A part of the memory that the program gave for several datagrams.
fn chunk(room: &Room, k: usize) -> uv_buf_t {
    uv_buf_t { base: room.buf().base.wrapping_add(k * MAX_DATAGRAM), len: MAX_DATAGRAM }
}

fn chunks(memory: &Memory) -> std::slice::ChunksExact<'_, Cell<MaybeUninit<u8>>> {
    memory.chunks_exact(MAX_DATAGRAM)
}

fn receive_many(udp: &uv_udp_t, room: &Room, memory: &Memory, source: Source) -> UvResult<usize> {
    if memory.len() < MAX_DATAGRAM {
        return Err(Errno::EINVAL);
    }
    if udp.has_kept() && source == Source::Socket {
        return Ok(receive_kept(udp, room, memory));
    }
    let mut received = ReceivedMany::<MAX_CHUNKS>::new();
    let count = match received.receive(udp.fd(), memory, MAX_DATAGRAM, source)? {
        0 => return Err(Errno::EAGAIN),
        count => count,
    };
    let mut last_cb = None;
    for k in 0..count {
        let (Some(message), recv_cb) = (received.get(k), udp.recv_cb.get()) else { break };
        if recv_cb.is_none() {
            // Of the error queue's nothing is kept, and nothing in its place.
            if source == Source::Socket {
                let rest = chunks(memory).enumerate().take(count).skip(k);
                keep(udp, rest.filter_map(|(k, part)| kept(&received.get(k)?, part)));
            }
            break;
        }
        last_cb = recv_cb;
        tell_message(udp, &message, &chunk(room, k), message.known_sender(), UV_UDP_MMSG_CHUNK);
    }
    give_back(udp, room, last_cb);
    Ok(count)
}

/// The program gets its memory back in any case, if need be by the callback that it has stopped.
fn give_back(udp: &uv_udp_t, room: &Room, last_cb: uv_udp_recv_cb) {
    let recv_cb = udp.recv_cb.get().or(last_cb);
    callback::received(recv_cb, udp, 0, room.buf(), None, UV_UDP_MMSG_FREE);
}

/// What the program has not been told of when it stopped, for when it starts again.
#[cold]
fn keep(udp: &uv_udp_t, rest: impl Iterator<Item = KeptDatagram>) {
    if handle::is_closing(udp) {
        return;
    }
    let mut all = Kept::new();
    for datagram in rest {
        if all.try_reserve(1).is_err() {
            break;
        }
        all.push(datagram);
    }
    udp.keep(all);
}

/// A copy of a message of the socket's. Those that there is no memory for are lost.
fn kept(message: &Message<'_>, part: &Memory) -> Option<KeptDatagram> {
    let sender = OwnAddress::copy_of(message.known_sender());
    Some(KeptDatagram { bytes: message.copy(part)?, sender, flags: flags_of(message) })
}

/// As if they came just now.
#[cold]
fn receive_kept(udp: &uv_udp_t, room: &Room, memory: &Memory) -> usize {
    let mut count = 0;
    let mut last_cb = None;
    for (k, part) in chunks(memory).take(MAX_CHUNKS).enumerate() {
        let recv_cb = udp.recv_cb.get();
        if recv_cb.is_none() {
            break;
        }
        let mut all = udp.take_kept();
        if all.is_empty() {
            break;
        }
        let datagram = all.remove(0);
        udp.keep(all);
        last_cb = recv_cb;
        count += 1;
        for (place, byte) in part.iter().zip(&datagram.bytes) {
            place.set(MaybeUninit::new(*byte));
        }
        let (nread, sender) = (datagram.bytes.len() as ssize_t, datagram.sender.get().ok());
        tell(udp, nread, &chunk(room, k), sender, datagram.flags | UV_UDP_MMSG_CHUNK);
    }
    give_back(udp, room, last_cb);
    count
}

/// After an error: keeps only the readiness that is still there. Errors and datagrams share the
/// report, and what has been read brings no further edge.
pub(super) fn look_again(udp: &uv_udp_t) {
    let w = &udp.io_watcher;
    if udp.fd() == -1 {
        return;
    }
    let now = readiness::now(udp.fd(), POLLIN) & (POLLIN | POLLERR);
    watcher::clear(w, POLLIN | POLLERR);
    // An error is wanted for as long as reading is.
    watcher::suppose(w, if now & POLLERR != 0 { POLLIN | POLLERR } else { now });
}
