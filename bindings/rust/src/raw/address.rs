//! Addresses of sockets, as C has them and as Rust has them.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use libc::{AF_INET, AF_INET6, sockaddr, sockaddr_in, sockaddr_in6, sockaddr_storage};

/// No address: of no family.
pub fn none() -> sockaddr_storage {
    // SAFETY: a structure of integers.
    unsafe { std::mem::zeroed() }
}

pub fn to_c(address: SocketAddr) -> sockaddr_storage {
    let mut storage = none();
    let place = &raw mut storage;
    match address {
        SocketAddr::V4(address) => {
            // SAFETY: a storage has room, and is aligned, for each family's structure. All of it is integers.
            let place = unsafe { &mut *place.cast::<sockaddr_in>() };
            place.sin_family = AF_INET as libc::sa_family_t;
            place.sin_port = address.port().to_be();
            place.sin_addr.s_addr = u32::from_ne_bytes(address.ip().octets());
        }
        SocketAddr::V6(address) => {
            // SAFETY: as above.
            let place = unsafe { &mut *place.cast::<sockaddr_in6>() };
            place.sin6_family = AF_INET6 as libc::sa_family_t;
            place.sin6_port = address.port().to_be();
            place.sin6_flowinfo = address.flowinfo();
            place.sin6_addr.s6_addr = address.ip().octets();
            place.sin6_scope_id = address.scope_id();
        }
    }
    storage
}

pub fn of_storage(storage: &sockaddr_storage) -> Option<SocketAddr> {
    // SAFETY: a storage is as large as the structure of any family.
    unsafe { of_c(std::ptr::from_ref(storage).cast()) }
}

/// The address, if it is one of the internet's.
///
/// # Safety
///
/// It is null, or points at the structure of the family that it names.
pub unsafe fn of_c(address: *const sockaddr) -> Option<SocketAddr> {
    if address.is_null() {
        return None;
    }
    // SAFETY: the caller's: there is a family, and then its structure. Who passes bytes has aligned them less.
    unsafe {
        match i32::from((&raw const (*address).sa_family).read_unaligned()) {
            AF_INET => {
                let address = address.cast::<sockaddr_in>().read_unaligned();
                let ip = Ipv4Addr::from(address.sin_addr.s_addr.to_ne_bytes());
                Some(SocketAddrV4::new(ip, u16::from_be(address.sin_port)).into())
            }
            AF_INET6 => {
                let address = address.cast::<sockaddr_in6>().read_unaligned();
                let ip = Ipv6Addr::from(address.sin6_addr.s6_addr);
                let port = u16::from_be(address.sin6_port);
                Some(SocketAddrV6::new(ip, port, address.sin6_flowinfo, address.sin6_scope_id).into())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was() {
        for text in ["127.0.0.1:80", "[::1]:65535", "[fe80::1%7]:1"] {
            let address: SocketAddr = text.parse().unwrap();
            assert_eq!(of_storage(&to_c(address)), Some(address));
        }
        assert_eq!(of_storage(&none()), None);
    }
}
