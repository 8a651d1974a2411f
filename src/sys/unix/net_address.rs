//! Addresses of sockets, and what has to be found out about one before it can be used.

use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::{size_of, zeroed};
use std::ptr::{NonNull, null_mut};

use libc::{
    c_int, sa_family_t, sockaddr, sockaddr_in, sockaddr_in6, sockaddr_storage, sockaddr_un, socklen_t,
};

use crate::sys::errno::{Errno, UvResult, check, retry};

/// An address: where it stands, and its size, which its family tells. Of a family that is not known
/// here nothing but the family itself can be used.
#[derive(Clone, Copy)]
pub(crate) struct SocketAddress<'a> {
    at: NonNull<sockaddr>,
    len: socklen_t,
    lent: PhantomData<&'a sockaddr>,
}

/// The size of an address by its family.
#[inline(always)]
fn len_of(family: c_int) -> socklen_t {
    (match family {
        libc::AF_INET => size_of::<sockaddr_in>(),
        libc::AF_INET6 => size_of::<sockaddr_in6>(),
        libc::AF_UNIX => size_of::<sockaddr_un>(),
        _ => size_of::<sa_family_t>(),
    }) as socklen_t
}

impl<'a> SocketAddress<'a> {
    /// What the program points to.
    ///
    /// # Safety
    /// `at` points to an address of the size that its family tells, which stays as it is while the result
    /// is used.
    #[inline(always)]
    pub(crate) unsafe fn lent(at: *const sockaddr) -> SocketAddress<'a> {
        // SAFETY: a family, at least, is there; nothing is known of the alignment.
        unsafe {
            let family = (&raw const (*at).sa_family).read_unaligned();
            SocketAddress::sized(at, len_of(family.into()))
        }
    }

    /// # Safety
    /// `at` points to `len` bytes, among them a family, which stay as they are while the result is used.
    #[inline(always)]
    pub(in crate::sys) unsafe fn sized(at: *const sockaddr, len: socklen_t) -> SocketAddress<'a> {
        // SAFETY: where there are bytes, the pointer to them is not null.
        SocketAddress { at: unsafe { NonNull::new_unchecked(at.cast_mut()) }, len, lent: PhantomData }
    }

    /// [`SocketAddress::lent`] for a pointer that may be null.
    ///
    /// # Safety
    /// As for [`SocketAddress::lent`], unless it is null.
    #[inline(always)]
    pub(crate) unsafe fn lent_any(at: *const sockaddr) -> Option<SocketAddress<'a>> {
        // SAFETY: an address that is not null has the size that its family tells, and the program leaves it
        // as it is while the result is used.
        if at.is_null() { None } else { Some(unsafe { SocketAddress::lent(at) }) }
    }

    /// What [`SocketAddress::store`] has put there, if there is an address of a known family.
    #[inline(always)]
    pub(crate) fn stored(storage: &'a Cell<sockaddr_storage>) -> Option<SocketAddress<'a>> {
        // SAFETY: the storage has room for an address of any family, and all of its bytes are valid.
        let address = unsafe { SocketAddress::lent(storage.as_ptr().cast()) };
        address.is_known().then_some(address)
    }

    /// Whether it is of a family that is known here.
    #[inline(always)]
    pub(crate) fn is_known(self) -> bool {
        self.len as usize > size_of::<sa_family_t>()
    }

    /// Copies the address.
    #[inline(always)]
    pub(crate) fn store(self, storage: &Cell<sockaddr_storage>) {
        let len = self.len as usize;
        // SAFETY: an address of that size, and no family's is larger than the storage.
        unsafe { storage.as_ptr().cast::<u8>().copy_from(self.at.as_ptr().cast(), len) };
    }

    /// Says that there is no address.
    #[inline(always)]
    pub(crate) fn store_none(storage: &Cell<sockaddr_storage>) {
        // SAFETY: a family is a part of the storage.
        unsafe { (&raw mut (*storage.as_ptr()).ss_family).write(libc::AF_UNSPEC as sa_family_t) };
    }

    /// The address of an IPv6 socket.
    pub(crate) fn of_v6(address: &'a sockaddr_in6) -> SocketAddress<'a> {
        let len = size_of::<sockaddr_in6>() as socklen_t;
        SocketAddress { at: NonNull::from(address).cast(), len, lent: PhantomData }
    }

    /// The first `len` bytes of a Unix domain socket's address: abstract names end where it does.
    pub(crate) fn of_unix(address: &'a sockaddr_un, len: socklen_t) -> SocketAddress<'a> {
        let len = len.min(size_of::<sockaddr_un>() as socklen_t);
        SocketAddress { at: NonNull::from(address).cast(), len, lent: PhantomData }
    }

    #[inline(always)]
    pub(crate) fn family(self) -> c_int {
        // SAFETY: whoever made this has an address there.
        c_int::from(unsafe { (&raw const (*self.as_ptr()).sa_family).read_unaligned() })
    }

    /// The same if it is an IPv4 or IPv6 address; `UV_EINVAL` for others.
    #[inline(always)]
    pub(crate) fn ip(self) -> UvResult<SocketAddress<'a>> {
        match self.family() {
            libc::AF_INET | libc::AF_INET6 => Ok(self),
            _ => Err(Errno::EINVAL),
        }
    }

    /// The IPv6 address, if it is one.
    pub(crate) fn as_v6(self) -> Option<sockaddr_in6> {
        // SAFETY: an address has the size that its family tells; nothing is known of the alignment.
        (self.family() == libc::AF_INET6).then(|| unsafe { self.at.cast::<sockaddr_in6>().read_unaligned() })
    }

    /// For the system's structures.
    #[inline(always)]
    pub(crate) fn as_ptr(self) -> *const sockaddr {
        self.at.as_ptr()
    }

    /// The size in bytes.
    #[inline(always)]
    pub(crate) fn len(self) -> socklen_t {
        self.len
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: an address of that size, which nobody writes to meanwhile.
        unsafe { std::slice::from_raw_parts(self.at.as_ptr().cast(), self.len as usize) }
    }

    /// Whether both are of one family and say the same.
    #[inline(always)]
    pub(crate) fn is_same(self, other: SocketAddress<'_>) -> bool {
        self.at == other.at || self.bytes() == other.bytes()
    }

    /// Gives a socket its own address.
    pub(crate) fn bind(self, fd: c_int) -> UvResult {
        // SAFETY: an address of that size, which outlives the call.
        check(unsafe { libc::bind(fd, self.as_ptr(), self.len) }).map(drop)
    }

    /// Connects a socket, or starts to (`EINPROGRESS`).
    pub(crate) fn connect(self, fd: c_int) -> UvResult {
        // SAFETY: an address of that size, which outlives the call.
        retry(|| check(unsafe { libc::connect(fd, self.as_ptr(), self.len) })).map(drop)
    }
}

/// An address of one's own.
pub(crate) struct OwnAddress {
    storage: Cell<sockaddr_storage>,
}

impl OwnAddress {
    /// Any address and any port of a family.
    #[inline(never)]
    pub(crate) fn any(family: c_int) -> OwnAddress {
        // SAFETY: all zeroes is an address of no family.
        let mut storage: sockaddr_storage = unsafe { zeroed() };
        storage.ss_family = family as sa_family_t;
        OwnAddress { storage: Cell::new(storage) }
    }

    /// A copy of an address, or of none.
    pub(crate) fn copy_of(address: Option<SocketAddress<'_>>) -> OwnAddress {
        let copy = OwnAddress::any(libc::AF_UNSPEC);
        if let Some(address) = address {
            address.store(&copy.storage);
        }
        copy
    }

    /// An address of a socket.
    pub(crate) fn of_socket(fd: c_int, side: Side) -> UvResult<OwnAddress> {
        let address = OwnAddress::any(libc::AF_UNSPEC);
        let mut len = size_of::<sockaddr_storage>() as socklen_t;
        // SAFETY: the storage is that large.
        unsafe { side.ask(fd, address.storage.as_ptr().cast(), &mut len)? };
        Ok(address)
    }

    /// The address, of a family that is known here.
    pub(crate) fn get(&self) -> UvResult<SocketAddress<'_>> {
        SocketAddress::stored(&self.storage).ok_or(Errno::EINVAL)
    }
}

/// Which address of a socket.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// `getsockname`
    Own,
    /// `getpeername`
    Peer,
}

impl Side {
    /// # Safety
    /// `name` has room for `*len` bytes.
    unsafe fn ask(self, fd: c_int, name: *mut sockaddr, len: &mut socklen_t) -> UvResult {
        let ask = if self == Side::Own { libc::getsockname } else { libc::getpeername };
        // SAFETY: the system writes at most `*len` bytes, for which there is room at `name`.
        check(unsafe { ask(fd, name, len) }).map(drop)
    }
}

/// Where the program wants an address written, and how much room there is.
#[derive(Clone, Copy)]
pub(crate) struct AddressRoom<'a> {
    at: *mut sockaddr,
    len: &'a Cell<c_int>,
}

impl<'a> AddressRoom<'a> {
    /// # Safety
    /// `at` has room for `*len` bytes, and `len` can be written.
    #[inline]
    pub(crate) unsafe fn lent(at: *mut sockaddr, len: *mut c_int) -> AddressRoom<'a> {
        // SAFETY: the program's `len` is there for the call, and it may read and write it meanwhile. A cell
        // is laid out as what is in it.
        AddressRoom { at, len: unsafe { &*len.cast::<Cell<c_int>>() } }
    }

    /// Writes an address of the socket, cut to the room there is, and its whole size.
    pub(crate) fn fill(self, fd: c_int, side: Side) -> UvResult {
        let mut len = self.len.get() as socklen_t;
        // SAFETY: the room is that large.
        unsafe { side.ask(fd, self.at, &mut len)? };
        self.len.set(len as c_int);
        Ok(())
    }
}

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
            let address = SocketAddress::lent_any((*entry).ifa_addr).and_then(SocketAddress::as_v6);
            if let Some(address) = address.filter(is_link_local) {
                scope = address.sin6_scope_id;
                break;
            }
            entry = (*entry).ifa_next;
        }
        libc::freeifaddrs(list);
        scope
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_follow_families() {
        let any = OwnAddress::any(libc::AF_INET6);
        let any = any.get().expect("a known family");
        assert_eq!((any.family(), any.len() as usize), (libc::AF_INET6, size_of::<sockaddr_in6>()));
        assert!(any.ip().is_ok() && any.as_v6().is_some());
        assert!(OwnAddress::any(libc::AF_NETLINK).get().is_err());
        let unknown = libc::AF_PACKET as sa_family_t;
        // SAFETY: of such a family no more than its number is looked at.
        let unknown = unsafe { SocketAddress::lent((&raw const unknown).cast()) };
        assert_eq!((unknown.len(), unknown.ip().err()), (2, Some(Errno::EINVAL)));
        // SAFETY: null is allowed.
        assert!(unsafe { SocketAddress::lent_any(std::ptr::null()) }.is_none());
    }

    #[test]
    fn copies_are_the_same() {
        // SAFETY: all zeroes is an address.
        let (mut v6, storage): (sockaddr_in6, sockaddr_storage) = unsafe { zeroed() };
        v6.sin6_family = libc::AF_INET6 as sa_family_t;
        v6.sin6_port = 7;
        let storage = Cell::new(storage);
        assert!(SocketAddress::stored(&storage).is_none());
        SocketAddress::of_v6(&v6).store(&storage);
        assert!(SocketAddress::stored(&storage).is_some_and(|copy| copy.is_same(SocketAddress::of_v6(&v6))));
        let other = sockaddr_in6 { sin6_port: 8, ..v6 };
        assert!(!SocketAddress::of_v6(&v6).is_same(SocketAddress::of_v6(&other)));
        SocketAddress::store_none(&storage);
        assert!(SocketAddress::stored(&storage).is_none());
    }
}
