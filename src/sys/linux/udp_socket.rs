//! Datagram sockets: many messages in one call, segmentation by the kernel, the error queue.

use std::io::IoSlice;
use std::mem::{MaybeUninit, size_of, zeroed};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use libc::{c_int, c_uint, iovec, mmsghdr, msghdr, sockaddr, sockaddr_in6, sockaddr_storage, socklen_t};

use crate::sys::errno::{Errno, UvResult, check, check_size, retry};
use crate::sys::fd::Memory;
use crate::sys::net_address::SocketAddress;
use crate::sys::socket::{int_option, set_option};

/// Messages that one call sends or, for equal datagrams, that one segmented message holds at most.
pub(crate) const MAX_BATCH: usize = 64;

/// Bytes that one segmented message may hold: what an IP packet can, with room for headers.
pub(crate) const MAX_SEGMENTED_BYTES: usize = 65_000;

/// Pieces that one segmented message may be made of.
pub(crate) const MAX_SEGMENTED_IOVECS: usize = 256;

/// A system call that old kernels lack and filters refuse.
struct Offer(AtomicBool);

static SENDMMSG: Offer = Offer::new();
static RECVMMSG: Offer = Offer::new();

impl Offer {
    const fn new() -> Offer {
        Offer(AtomicBool::new(true))
    }

    /// False once the system is known not to have the call.
    fn stands(&self) -> bool {
        self.0.load(Relaxed)
    }

    /// Whether `error` means that the system does not have the call, by what `probe` answers: the call on
    /// no descriptor. Errors of the socket's own have the same numbers (`EPERM` is a firewall's).
    #[cold]
    fn is_off(&self, error: Errno, probe: impl FnOnce() -> UvResult<c_int>) -> bool {
        let may_mean_that = |error| {
            matches!(error, Errno::ENOSYS | Errno::EPERM | Errno::EACCES | Errno::EINVAL | Errno::ENOTSUP)
        };
        if !may_mean_that(error) || !probe().is_err_and(may_mean_that) {
            return false;
        }
        self.0.store(false, Relaxed);
        true
    }
}

/// A datagram to send. Without an address it goes where the socket is connected to.
#[derive(Clone, Copy)]
pub(crate) struct Datagram<'a> {
    pieces: &'a [IoSlice<'a>],
    pub(crate) to: Option<SocketAddress<'a>>,
    pub(crate) bytes: usize,
}

/// How many bytes these hold.
#[inline(always)]
pub(crate) fn size_of_pieces(pieces: &[IoSlice<'_>]) -> usize {
    match pieces {
        [only] => only.len(),
        _ => pieces.iter().fold(0, |sum: usize, piece| sum.saturating_add(piece.len())),
    }
}

impl<'a> Datagram<'a> {
    #[inline(always)]
    pub(crate) fn new(pieces: &'a [IoSlice<'a>], to: Option<SocketAddress<'a>>) -> Datagram<'a> {
        Datagram { pieces, to, bytes: size_of_pieces(pieces) }
    }

    /// How many pieces it is made of.
    pub(crate) fn count(&self) -> usize {
        self.pieces.len()
    }

    #[inline(always)]
    fn header(&self) -> msghdr {
        // SAFETY: all zeroes is a valid, empty header.
        let mut header: msghdr = unsafe { zeroed() };
        if let Some(to) = self.to {
            header.msg_name = to.as_ptr().cast_mut().cast();
            header.msg_namelen = to.len();
        }
        header.msg_iov = self.pieces.as_ptr().cast_mut().cast(); // `IoSlice` is laid out as `iovec`
        header.msg_iovlen = self.pieces.len() as _;
        header
    }
}

/// Datagrams to be sent together; memory that is not used is not touched.
pub(crate) struct Batch<'a> {
    items: [MaybeUninit<Datagram<'a>>; MAX_BATCH],
    count: usize,
}

impl<'a> Batch<'a> {
    pub(crate) fn new() -> Batch<'a> {
        Batch { items: [const { MaybeUninit::uninit() }; MAX_BATCH], count: 0 }
    }

    /// Appends; false if it is full.
    #[inline(always)]
    pub(crate) fn push(&mut self, datagram: Datagram<'a>) -> bool {
        let Some(place) = self.items.get_mut(self.count) else { return false };
        place.write(datagram);
        self.count += 1;
        true
    }

    pub(crate) fn as_slice(&self) -> &[Datagram<'a>] {
        // SAFETY: the first `count` items were written by `push`.
        unsafe { std::slice::from_raw_parts(self.items.as_ptr().cast(), self.count) }
    }
}

fn send_message(fd: c_int, header: &msghdr) -> UvResult {
    // SAFETY: private to this file, where headers are made of slices and addresses that outlive the call.
    retry(|| check_size(unsafe { libc::sendmsg(fd, header, libc::MSG_NOSIGNAL) })).map(drop)
}

/// Sends one datagram.
pub(crate) fn send(fd: c_int, datagram: &Datagram<'_>) -> UvResult {
    send_message(fd, &datagram.header())
}

/// Sends the first [`MAX_BATCH`] datagrams; says how many have gone. An error is the first one's.
pub(crate) fn send_many(fd: c_int, datagrams: &[Datagram<'_>]) -> UvResult<usize> {
    let Some(alone) = datagrams.first() else { return Ok(0) };
    if SENDMMSG.stands() {
        let mut headers = [const { MaybeUninit::<mmsghdr>::uninit() }; MAX_BATCH];
        for (header, datagram) in headers.iter_mut().zip(datagrams) {
            header.write(mmsghdr { msg_hdr: datagram.header(), msg_len: 0 });
        }
        let count = datagrams.len().min(MAX_BATCH) as c_uint;
        let first = headers.as_mut_ptr().cast();
        // SAFETY: the first `count` headers are initialised, with slices and addresses that outlive the call.
        match retry(|| check(unsafe { libc::sendmmsg(fd, first, count, libc::MSG_NOSIGNAL as _) })) {
            Ok(sent) => return Ok(sent as usize),
            Err(error) => {
                // SAFETY: no messages, and no descriptor.
                let probe = || check(unsafe { libc::sendmmsg(-1, null_mut(), 0, 0) });
                if !SENDMMSG.is_off(error, probe) {
                    return Err(error);
                }
            }
        }
    }
    send(fd, alone).map(|()| 1)
}

/// Whether the kernel cuts large messages of this socket into datagrams. Sockets of other kinds would
/// send the message whole, so they must be asked.
pub(crate) fn can_segment(fd: c_int) -> bool {
    int_option(fd, libc::SOL_UDP, libc::UDP_SEGMENT).is_ok()
}

/// Whether messages of this socket have to go one by one, because of what the program has set: it has the
/// kernel cut each of them (`UDP_SEGMENT`), or put them together (`UDP_CORK`), or say of each when it left.
pub(crate) fn needs_single_messages(fd: c_int) -> bool {
    const UDP_CORK: c_int = 1;
    let is_on = |level, name| int_option(fd, level, name).is_ok_and(|value| value != 0);
    is_on(libc::SOL_UDP, libc::UDP_SEGMENT)
        || is_on(libc::SOL_UDP, UDP_CORK)
        || is_on(libc::SOL_SOCKET, libc::SO_TIMESTAMPING)
}

/// Sends datagrams of one size (the last may be shorter) to one address, all or none, as one message
/// that the kernel cuts up.
pub(crate) fn send_segmented(fd: c_int, datagrams: &[Datagram<'_>]) -> UvResult {
    const SPACE: usize = 32;
    let Some(first) = datagrams.first() else { return Ok(()) };
    let mut pieces = [const { MaybeUninit::<IoSlice<'_>>::uninit() }; MAX_SEGMENTED_IOVECS];
    let mut count = 0;
    for datagram in datagrams {
        let room = pieces.get_mut(count..count + datagram.count()).ok_or(Errno::EMSGSIZE)?;
        for (place, piece) in room.iter_mut().zip(datagram.pieces) {
            place.write(*piece);
        }
        count += datagram.count();
    }
    let size = u16::try_from(first.bytes).map_err(|_| Errno::EMSGSIZE)?;
    let mut control = [0u64; SPACE / 8];
    // SAFETY: that many were written.
    let pieces = unsafe { std::slice::from_raw_parts(pieces.as_ptr().cast(), count) };
    let mut header = Datagram { pieces, ..*first }.header();
    header.msg_control = control.as_mut_ptr().cast();
    // SAFETY: the control buffer is aligned and has room for one 16-bit value, whose macros these are.
    unsafe {
        header.msg_controllen = libc::CMSG_SPACE(size_of::<u16>() as c_uint) as _;
        let cmsg = libc::CMSG_FIRSTHDR(&raw const header);
        (*cmsg).cmsg_level = libc::SOL_UDP;
        (*cmsg).cmsg_type = libc::UDP_SEGMENT;
        (*cmsg).cmsg_len = libc::CMSG_LEN(size_of::<u16>() as c_uint) as _;
        libc::CMSG_DATA(cmsg).cast::<u16>().write_unaligned(size);
    }
    send_message(fd, &header)
}

/// Where to receive from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Socket,
    /// Errors of what was sent before, such as ICMP has told.
    ErrorQueue,
}

impl Source {
    fn flags(self) -> c_int {
        if self == Source::ErrorQueue { libc::MSG_ERRQUEUE } else { 0 }
    }
}

/// Control data of a message of the error queue, aligned as its headers ask. What else the program has asked for
/// (timestamps, interfaces) comes before the error.
type Control = [u64; 32];

/// What the system says of `N` messages at the most, from senders with addresses of a type. Memory that
/// is not used is not touched.
pub(crate) struct Received<A, const N: usize> {
    headers: [MaybeUninit<mmsghdr>; N],
    senders: [MaybeUninit<A>; N],
    controls: [MaybeUninit<Control>; N],
    count: usize,
}

/// A message that was received.
#[derive(Clone, Copy)]
pub(crate) struct Message<'a> {
    header: &'a msghdr,
    /// Its size, as far as there was room.
    pub(crate) len: usize,
    sender: *const sockaddr,
    /// As much of it as there was room for.
    sender_len: socklen_t,
    control: *const MaybeUninit<Control>,
}

/// For one message at a time, whoever sends it.
pub(crate) type ReceivedOne = Received<sockaddr_storage, 1>;

/// For several messages from IP addresses.
pub(crate) type ReceivedMany<const N: usize> = Received<sockaddr_in6, N>;

impl<A, const N: usize> Received<A, N> {
    #[inline(always)]
    pub(crate) fn new() -> Received<A, N> {
        Received {
            headers: [const { MaybeUninit::uninit() }; N],
            senders: [const { MaybeUninit::uninit() }; N],
            controls: [const { MaybeUninit::uninit() }; N],
            count: 0,
        }
    }

    /// Receives up to `N` messages, each into its part of `memory`, which is `part` bytes large. Says how
    /// many.
    #[inline]
    pub(crate) fn receive(
        &mut self,
        fd: c_int,
        memory: &Memory,
        part: usize,
        source: Source,
    ) -> UvResult<usize> {
        const { assert!(size_of::<A>() >= size_of::<sockaddr>()) };
        let mut pieces = [const { MaybeUninit::<iovec>::uninit() }; N];
        let mut parts = memory.chunks_exact(part.max(1));
        self.count = 0;
        let mut ready = 0;
        for (k, piece) in pieces.iter_mut().enumerate() {
            let Some(part) = parts.next() else { break };
            self.senders[k] = MaybeUninit::zeroed();
            let (base, len) = (part.as_ptr().cast_mut().cast(), part.len());
            let piece = piece.write(iovec { iov_base: base, iov_len: len });
            // SAFETY: all zeroes is a valid, empty header.
            let mut header: msghdr = unsafe { zeroed() };
            header.msg_name = self.senders[k].as_mut_ptr().cast();
            header.msg_namelen = size_of::<A>() as _;
            header.msg_iov = piece;
            header.msg_iovlen = 1;
            if source == Source::ErrorQueue {
                header.msg_control = self.controls[k].as_mut_ptr().cast();
                header.msg_controllen = size_of::<Control>() as _;
            }
            self.headers[k].write(mmsghdr { msg_hdr: header, msg_len: 0 });
            ready = k + 1;
        }
        self.count = if ready > 0 { self.call(fd, ready, source.flags())? } else { 0 };
        Ok(self.count)
    }

    /// Has the system fill the first `ready` messages, which `receive` has set up.
    #[inline]
    fn call(&mut self, fd: c_int, ready: usize, flags: c_int) -> UvResult<usize> {
        let headers: *mut mmsghdr = self.headers.as_mut_ptr().cast();
        if N > 1 && RECVMMSG.stands() {
            let count = ready as c_uint;
            // SAFETY: that many headers are initialised; cells of the program's and arrays of ours, which they
            // point to, outlive the call.
            match retry(|| check(unsafe { libc::recvmmsg(fd, headers, count, flags as _, null_mut()) })) {
                Ok(count) => return Ok(count as usize),
                Err(error) => {
                    // SAFETY: no messages, and no descriptor.
                    let probe = || check(unsafe { libc::recvmmsg(-1, null_mut(), 0, 0, null_mut()) });
                    if !RECVMMSG.is_off(error, probe) {
                        return Err(error);
                    }
                }
            }
        }
        // SAFETY: `receive` has set up one header at least, whose cells and arrays outlive the call.
        unsafe {
            let len = retry(|| check_size(libc::recvmsg(fd, &raw mut (*headers).msg_hdr, flags)))?;
            (*headers).msg_len = len as c_uint;
        }
        Ok(1)
    }

    /// One of the messages that the last call has received.
    #[inline(always)]
    pub(crate) fn get(&self, k: usize) -> Option<Message<'_>> {
        if k >= self.count {
            return None;
        }
        // SAFETY: the system has filled in `count` headers that `receive` had set up.
        let header = unsafe { self.headers[k].assume_init_ref() };
        Some(Message {
            header: &header.msg_hdr,
            len: header.msg_len as usize,
            sender: self.senders[k].as_ptr().cast(),
            sender_len: header.msg_hdr.msg_namelen.min(size_of::<A>() as socklen_t),
            control: &raw const self.controls[k],
        })
    }
}

impl<'a> Message<'a> {
    /// Whether the datagram was larger than the room for it.
    #[inline(always)]
    pub(crate) fn is_cut(&self) -> bool {
        self.header.msg_flags & libc::MSG_TRUNC != 0
    }

    /// Who sent it; of no family where the system does not say.
    #[inline(always)]
    pub(crate) fn sender(&self) -> SocketAddress<'a> {
        // SAFETY: `receive` has filled the place with zeroes, before the system wrote that many bytes to it.
        unsafe { SocketAddress::sized(self.sender, self.sender_len) }
    }

    /// Who sent it, where the system says so.
    #[inline(always)]
    pub(crate) fn known_sender(&self) -> Option<SocketAddress<'a>> {
        (self.sender_len > 0).then(|| self.sender())
    }

    /// The error that a message of the error queue tells of, and the address of who found it.
    #[inline(always)]
    pub(crate) fn queued_error(&self) -> Option<(Errno, SocketAddress<'a>)> {
        if self.header.msg_flags & libc::MSG_ERRQUEUE == 0 { None } else { self.find_error() }
    }

    #[cold]
    fn find_error(&self) -> Option<(Errno, SocketAddress<'a>)> {
        let mut header = *self.header;
        header.msg_control = self.control.cast_mut().cast(); // where it is now
        // SAFETY: the system has laid out the control messages, and told their size in the header.
        unsafe {
            let mut cmsg = libc::CMSG_FIRSTHDR(&raw const header);
            while !cmsg.is_null() {
                let kind = ((*cmsg).cmsg_level, (*cmsg).cmsg_type);
                let offender = match kind {
                    (libc::SOL_IP, libc::IP_RECVERR) => size_of::<libc::sockaddr_in>(),
                    (libc::SOL_IPV6, libc::IPV6_RECVERR) => size_of::<sockaddr_in6>(),
                    _ => usize::MAX,
                };
                let wanted = offender.saturating_add(size_of::<libc::sock_extended_err>());
                // Not one that was cut because there was too little room.
                if (*cmsg).cmsg_len as usize >= wanted.saturating_add(libc::CMSG_LEN(0) as usize) {
                    let error = libc::CMSG_DATA(cmsg).cast::<libc::sock_extended_err>();
                    let errno = Errno::from_raw_os((*error).ee_errno as c_int);
                    return Some((errno, SocketAddress::lent(libc::SO_EE_OFFENDER(error))));
                }
                cmsg = libc::CMSG_NXTHDR(&raw const header, cmsg);
            }
        }
        None
    }

    /// A copy of its bytes from `memory`, the part that it was received into. Nothing without memory.
    pub(crate) fn copy(&self, memory: &Memory) -> Option<Vec<u8>> {
        let len = self.len.min(memory.len());
        let mut copy = Vec::new();
        copy.try_reserve_exact(len).ok()?;
        // SAFETY: the system has written that many bytes.
        copy.extend(memory[..len].iter().map(|byte| unsafe { byte.get().assume_init() }));
        Some(copy)
    }
}

/// Has ICMP errors reported that the kernel keeps to itself otherwise.
pub(crate) fn report_errors(fd: c_int, family: c_int) -> UvResult {
    match family {
        libc::AF_INET => set_option::<c_int>(fd, libc::IPPROTO_IP, libc::IP_RECVERR, 1),
        libc::AF_INET6 => set_option::<c_int>(fd, libc::IPPROTO_IPV6, libc::IPV6_RECVERR, 1),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "udp_socket_tests.rs"]
mod tests;
