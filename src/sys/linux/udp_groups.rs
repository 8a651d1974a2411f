//! Groups of hosts, and what the system is told to join one.

use std::mem::zeroed;

use libc::{c_int, in6_addr, ipv6_mreq, sockaddr_in6, sockaddr_storage};

/// A group, and the number of the interface on which it is joined: 0 for whichever leads there.
pub(crate) fn group6(ipv6mr_multiaddr: in6_addr, interface: u32) -> ipv6_mreq {
    // Android's C library has a signed number there.
    ipv6_mreq { ipv6mr_multiaddr, ipv6mr_interface: interface as _ }
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
