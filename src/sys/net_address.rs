//! What has to be found out about an address before it can be used.

use std::ptr::null_mut;

use libc::sockaddr_in6;

/// Whether the address is one of fe80::/16, valid on one link only.
pub(crate) fn is_link_local(address: &sockaddr_in6) -> bool {
    address.sin6_addr.s6_addr.starts_with(&[0xfe, 0x80])
}

/// The interface of the first link-local address of this machine, or 0.
pub(crate) fn link_local_scope() -> u32 {
    let mut list = null_mut();
    // SAFETY: the list is the system's until freeifaddrs; an address's family tells its type.
    unsafe {
        if libc::getifaddrs(&raw mut list) != 0 {
            return 0;
        }
        let mut scope = 0;
        let mut entry = list;
        while !entry.is_null() {
            let address = (*entry).ifa_addr;
            if !address.is_null() && i32::from((*address).sa_family) == libc::AF_INET6 {
                let address = address.cast::<sockaddr_in6>().read_unaligned();
                if is_link_local(&address) {
                    scope = address.sin6_scope_id;
                    break;
                }
            }
            entry = (*entry).ifa_next;
        }
        libc::freeifaddrs(list);
        scope
    }
}
