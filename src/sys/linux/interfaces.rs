//! Network interfaces: names, numbers and addresses.

use std::ffi::CStr;
use std::ptr::{NonNull, null_mut};

use libc::{c_uint, ifaddrs, sockaddr, sockaddr_in, sockaddr_in6, sockaddr_ll};

use crate::sys::errno::{Errno, UvResult, check};

/// The name of the interface with this number, NUL-terminated; `ENXIO` if there is none.
pub(crate) fn name(index: c_uint) -> UvResult<[u8; libc::IF_NAMESIZE]> {
    let mut name = [0_u8; libc::IF_NAMESIZE];
    // SAFETY: the buffer has the size that the call demands.
    if unsafe { libc::if_indextoname(index, name.as_mut_ptr().cast()) }.is_null() {
        return Err(Errno::last());
    }
    Ok(name)
}

/// The number of an interface, 0 if there is none of that name.
pub(crate) fn index(name: &CStr) -> c_uint {
    // SAFETY: NUL-terminated.
    unsafe { libc::if_nametoindex(name.as_ptr()) }
}

/// All zeroes.
pub(crate) const NO_ADDRESS: sockaddr_in6 = sockaddr_in6 {
    sin6_family: 0,
    sin6_port: 0,
    sin6_flowinfo: 0,
    sin6_addr: libc::in6_addr { s6_addr: [0; 16] },
    sin6_scope_id: 0,
};

/// An address of an interface.
pub(crate) enum Address {
    /// The address and its netmask.
    V4(sockaddr_in, Option<sockaddr_in>),
    V6(sockaddr_in6, Option<sockaddr_in6>),
    /// The address of the hardware.
    Hardware([u8; 6]),
}

/// An entry of the system's list.
pub(crate) struct Entry<'a> {
    pub(crate) name: &'a CStr,
    pub(crate) loopback: bool,
    pub(crate) address: Address,
}

/// The addresses of all interfaces.
pub(crate) struct List(*mut ifaddrs);

impl List {
    pub(crate) fn read() -> UvResult<List> {
        let mut first = null_mut();
        // SAFETY: `first` is ours and writable.
        check(unsafe { libc::getifaddrs(&raw mut first) })?;
        Ok(List(first))
    }

    /// The entries of interfaces that are up and running.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut next = self.0;
        std::iter::from_fn(move || {
            // SAFETY: the list and what it points to stay as they are until it is dropped.
            let node = unsafe { next.as_ref() }?;
            next = node.ifa_next;
            Some(node)
        })
        .filter_map(entry)
    }
}

impl Drop for List {
    fn drop(&mut self) {
        // SAFETY: the list came from getifaddrs and is not used any more.
        unsafe { libc::freeifaddrs(self.0) };
    }
}

fn entry(node: &ifaddrs) -> Option<Entry<'_>> {
    let wanted = (libc::IFF_UP | libc::IFF_RUNNING) as c_uint;
    if node.ifa_flags & wanted != wanted {
        return None;
    }
    let address = NonNull::new(node.ifa_addr)?;
    // SAFETY: an address of the system's list has the type that its family says, and so has the
    // netmask beside it; the name is NUL-terminated.
    unsafe {
        let address = match i32::from(address.as_ref().sa_family) {
            libc::AF_INET => Address::V4(address.cast().read_unaligned(), read(node.ifa_netmask)),
            libc::AF_INET6 => Address::V6(address.cast().read_unaligned(), read(node.ifa_netmask)),
            libc::AF_PACKET => {
                let [a, b, c, d, e, f, ..] = address.cast::<sockaddr_ll>().read_unaligned().sll_addr;
                Address::Hardware([a, b, c, d, e, f])
            }
            _ => return None,
        };
        let loopback = node.ifa_flags & libc::IFF_LOOPBACK as c_uint != 0;
        Some(Entry { name: CStr::from_ptr(node.ifa_name), loopback, address })
    }
}

/// # Safety
/// `address` is null or a `T`.
unsafe fn read<T>(address: *const sockaddr) -> Option<T> {
    // SAFETY: the system puts beside an address of this family a netmask of the same type, or null; nothing
    // is known of the alignment.
    NonNull::new(address.cast_mut()).map(|address| unsafe { address.cast().read_unaligned() })
}
