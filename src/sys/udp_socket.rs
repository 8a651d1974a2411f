//! Datagram sockets: many messages in one call, segmentation by the kernel, the error queue.

use std::mem::{MaybeUninit, size_of, zeroed};
use std::ptr::null_mut;

use libc::{c_int, c_uint, iovec, mmsghdr, msghdr, sockaddr, sockaddr_in6, sockaddr_storage, socklen_t};

use super::errno::{Errno, UvResult, check, check_size, retry};
use super::socket::{int_option, set_option};

/// Messages that one call sends or, for equal datagrams, that one segmented message holds at most.
pub(crate) const MAX_BATCH: usize = 64;

/// Bytes that one segmented message may hold: what an IP packet can, with room for headers.
pub(crate) const MAX_SEGMENTED_BYTES: usize = 65_000;

/// Pieces that one segmented message may be made of.
pub(crate) const MAX_SEGMENTED_IOVECS: usize = 256;

/// A datagram to send. Without an address it goes where the socket is connected to.
#[derive(Clone, Copy)]
pub(crate) struct Datagram {
    pub(crate) bufs: *const iovec,
    pub(crate) count: usize,
    pub(crate) addr: *const sockaddr,
    pub(crate) addr_len: socklen_t,
    pub(crate) bytes: usize,
}

impl Datagram {
    fn header(&self) -> msghdr {
        // SAFETY: all zeroes is a valid, empty header.
        let mut header: msghdr = unsafe { zeroed() };
        header.msg_name = self.addr.cast_mut().cast();
        header.msg_namelen = self.addr_len;
        header.msg_iov = self.bufs.cast_mut();
        header.msg_iovlen = self.count as _;
        header
    }
}

/// Datagrams to be sent together; memory that is not used is not touched.
pub(crate) struct Batch {
    items: [MaybeUninit<Datagram>; MAX_BATCH],
    count: usize,
}

impl Batch {
    pub(crate) fn new() -> Batch {
        Batch { items: [const { MaybeUninit::uninit() }; MAX_BATCH], count: 0 }
    }

    /// Appends; false if it is full.
    pub(crate) fn push(&mut self, datagram: Datagram) -> bool {
        let Some(place) = self.items.get_mut(self.count) else { return false };
        place.write(datagram);
        self.count += 1;
        true
    }

    pub(crate) fn as_slice(&self) -> &[Datagram] {
        // SAFETY: the first `count` items were written by `push`.
        unsafe { std::slice::from_raw_parts(self.items.as_ptr().cast(), self.count) }
    }
}

/// Sends one datagram.
///
/// # Safety
/// What the datagram points to is valid.
pub(crate) unsafe fn send(fd: c_int, datagram: &Datagram) -> UvResult {
    let header = datagram.header();
    // SAFETY: the caller's promise.
    retry(|| check_size(unsafe { libc::sendmsg(fd, &raw const header, libc::MSG_NOSIGNAL) })).map(drop)
}

/// Sends the first [`MAX_BATCH`] datagrams; says how many have gone. An error is the first one's.
///
/// # Safety
/// What the datagrams point to is valid.
pub(crate) unsafe fn send_many(fd: c_int, datagrams: &[Datagram]) -> UvResult<usize> {
    let mut headers = [const { MaybeUninit::<mmsghdr>::uninit() }; MAX_BATCH];
    for (header, datagram) in headers.iter_mut().zip(datagrams) {
        header.write(mmsghdr { msg_hdr: datagram.header(), msg_len: 0 });
    }
    let count = datagrams.len().min(MAX_BATCH) as c_uint;
    let first = headers.as_mut_ptr().cast();
    // SAFETY: the first `count` headers are initialised; the rest is the caller's promise.
    let sent = retry(|| check(unsafe { libc::sendmmsg(fd, first, count, libc::MSG_NOSIGNAL as _) }))?;
    Ok(sent as usize)
}

/// Whether the kernel cuts large messages of this socket into datagrams. Sockets of other kinds would
/// send the message whole, so they must be asked.
pub(crate) fn can_segment(fd: c_int) -> bool {
    int_option(fd, libc::SOL_UDP, libc::UDP_SEGMENT).is_ok()
}

/// Sends datagrams of one size (the last may be shorter) to one address, all or none, as one message
/// that the kernel cuts up.
///
/// # Safety
/// What the datagrams point to is valid.
pub(crate) unsafe fn send_segmented(fd: c_int, datagrams: &[Datagram]) -> UvResult {
    const SPACE: usize = 32;
    let Some(first) = datagrams.first() else { return Ok(()) };
    let mut pieces = [const { MaybeUninit::<iovec>::uninit() }; MAX_SEGMENTED_IOVECS];
    let mut count = 0;
    for datagram in datagrams {
        let room = pieces.get_mut(count..count + datagram.count).ok_or(Errno::EMSGSIZE)?;
        // SAFETY: the caller's promise: there are as many buffers, and room for them was found.
        unsafe { room.as_mut_ptr().cast::<iovec>().copy_from_nonoverlapping(datagram.bufs, datagram.count) };
        count += datagram.count;
    }
    let size = u16::try_from(first.bytes).map_err(|_| Errno::EMSGSIZE)?;
    let mut control = [0u64; SPACE / 8];
    let whole = Datagram { bufs: pieces.as_ptr().cast(), count, ..*first };
    let mut header = whole.header();
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
    // SAFETY: header, pieces and control outlive the call; the data is the caller's promise.
    retry(|| check_size(unsafe { libc::sendmsg(fd, &raw const header, libc::MSG_NOSIGNAL) })).map(drop)
}

/// Fills the first messages of `messages`; says how many.
///
/// # Safety
/// All that the headers point to is valid and writable.
pub(crate) unsafe fn receive_many(fd: c_int, messages: &mut [mmsghdr], flags: c_int) -> UvResult<usize> {
    let (first, count) = (messages.as_mut_ptr(), messages.len() as c_uint);
    // SAFETY: the caller's promise.
    let got = retry(|| check(unsafe { libc::recvmmsg(fd, first, count, flags as _, null_mut()) }))?;
    Ok(got as usize)
}

/// The error that a message of the error queue tells of, and the address of who found it.
///
/// # Safety
/// `header` was filled in by a receive call; its control buffer is valid and aligned.
pub(crate) unsafe fn queued_error(header: &msghdr) -> Option<(Errno, *const sockaddr)> {
    if header.msg_flags & libc::MSG_ERRQUEUE == 0 {
        return None;
    }
    // SAFETY: the caller's promise; the kernel has laid out the control messages.
    unsafe {
        let mut cmsg = libc::CMSG_FIRSTHDR(header);
        while !cmsg.is_null() {
            let kind = ((*cmsg).cmsg_level, (*cmsg).cmsg_type);
            if kind == (libc::SOL_IP, libc::IP_RECVERR) || kind == (libc::SOL_IPV6, libc::IPV6_RECVERR) {
                let error = libc::CMSG_DATA(cmsg).cast::<libc::sock_extended_err>();
                let errno = Errno::from_raw_os((*error).ee_errno as c_int);
                return Some((errno, libc::SO_EE_OFFENDER(error)));
            }
            cmsg = libc::CMSG_NXTHDR(header, cmsg);
        }
    }
    None
}

/// Has ICMP errors reported that the kernel keeps to itself otherwise.
pub(crate) fn report_errors(fd: c_int, family: c_int) -> UvResult {
    match family {
        libc::AF_INET => set_option::<c_int>(fd, libc::IPPROTO_IP, libc::IP_RECVERR, 1),
        libc::AF_INET6 => set_option::<c_int>(fd, libc::IPPROTO_IPV6, libc::IPV6_RECVERR, 1),
        _ => Ok(()),
    }
}

/// Takes the peer's address away again.
pub(crate) fn disconnect(fd: c_int) -> UvResult {
    // SAFETY: all zeroes is an address of no family.
    let nobody: sockaddr = unsafe { zeroed() };
    let len = size_of::<sockaddr>() as socklen_t;
    // SAFETY: the address outlives the call.
    retry(|| check(unsafe { libc::connect(fd, &raw const nobody, len) })).map(drop)
}

/// `group_source_req` of the kernel: joins a group for one sender.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct SourceGroup6 {
    interface: u32,
    /// What alignment leaves free, as a field so that it is written.
    padding: [u32; align_of::<sockaddr_storage>() / 4 - 1],
    group: sockaddr_storage,
    source: sockaddr_storage,
}

impl SourceGroup6 {
    pub(crate) fn new(interface: u32, group: sockaddr_in6, source: sockaddr_in6) -> SourceGroup6 {
        let (group, source) = (in_storage(group), in_storage(source));
        SourceGroup6 { interface, padding: Default::default(), group, source }
    }
}

pub(crate) const MCAST_JOIN_SOURCE_GROUP: c_int = 46;
pub(crate) const MCAST_LEAVE_SOURCE_GROUP: c_int = 47;

/// An address in the space that fits any.
fn in_storage(addr: sockaddr_in6) -> sockaddr_storage {
    // SAFETY: the storage is larger than, and as aligned as, an IPv6 address.
    unsafe {
        let mut storage: sockaddr_storage = zeroed();
        (&raw mut storage).cast::<sockaddr_in6>().write(addr);
        storage
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::{fd, socket};
    use std::ptr::null;

    fn pair() -> (c_int, c_int) {
        // SAFETY: addresses are this function's own.
        unsafe {
            let receiver = socket::socket(libc::AF_INET, libc::SOCK_DGRAM, 0).expect("a socket");
            let sender = socket::socket(libc::AF_INET, libc::SOCK_DGRAM, 0).expect("a socket");
            let mut addr: libc::sockaddr_in = zeroed();
            addr.sin_family = libc::AF_INET as _;
            addr.sin_addr.s_addr = u32::from_be_bytes([127, 0, 0, 1]).to_be();
            let mut len = size_of::<libc::sockaddr_in>() as socklen_t;
            let at = (&raw mut addr).cast::<sockaddr>();
            socket::bind(receiver, at, len).expect("bound");
            socket::address(receiver, libc::getsockname, at, &mut len).expect("an address");
            socket::connect(sender, at, len).expect("connected");
            (receiver, sender)
        }
    }

    fn datagram(piece: &iovec) -> Datagram {
        Datagram { bufs: piece, count: 1, addr: null(), addr_len: 0, bytes: piece.iov_len }
    }

    #[test]
    fn segments_arrive_as_datagrams() {
        let (receiver, sender) = pair();
        if !can_segment(sender) {
            return;
        }
        let piece = |text: &'static [u8]| iovec { iov_base: text.as_ptr() as _, iov_len: text.len() };
        let pieces = [piece(b"one"), piece(b"two"), piece(b"3")];
        let datagrams: Vec<Datagram> = pieces.iter().map(datagram).collect();
        // SAFETY: all memory is this test's own.
        unsafe {
            assert_eq!(send_segmented(sender, &datagrams), Ok(()));
            assert_eq!(send_many(sender, &datagrams), Ok(3));
            for expected in [b"one".as_slice(), b"two", b"3", b"one", b"two", b"3"] {
                let mut got = [0u8; 16];
                let count = libc::recv(receiver, got.as_mut_ptr().cast(), got.len(), 0);
                assert_eq!(&got[..count as usize], expected);
            }
        }
        fd::close(sender);
        fd::close(receiver);
    }

    #[test]
    fn only_udp_sockets_segment() {
        let [a, b] = socket::socketpair(libc::SOCK_DGRAM, 0).expect("sockets");
        assert!(!can_segment(a));
        fd::close(a);
        fd::close(b);
    }
}
