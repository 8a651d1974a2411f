//! Sockets: creation (never blocking, closed on exec), addresses, options, messages.

use std::io::IoSlice;
use std::mem::{offset_of, size_of, zeroed};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr::null_mut;

use libc::{c_int, iovec, msghdr, sockaddr, sockaddr_un, socklen_t};

use crate::sys::errno::{Errno, UvResult, check, check_size, retry};
use crate::sys::fd::{set_cloexec, set_nonblocking};
use crate::sys::may_lack::MayLack;
use crate::sys::net_address::{AddressRoom, Side, SocketAddress};

/// A socket of this domain and type.
pub(crate) fn socket(domain: c_int, kind: c_int, protocol: c_int) -> UvResult<c_int> {
    let kind = kind | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: a plain system call.
    check(unsafe { libc::socket(domain, kind, protocol) })
}

/// [`socket`], closed again when dropped.
pub(crate) fn owned_socket(domain: c_int, kind: c_int) -> UvResult<OwnedFd> {
    // SAFETY: just made, and nobody else knows it.
    socket(domain, kind, 0).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Two connected sockets of the Unix domain, closed on exec; `kind` may hold `SOCK_NONBLOCK`.
pub(crate) fn socketpair(kind: c_int, protocol: c_int) -> UvResult<[c_int; 2]> {
    let mut fds = [-1; 2];
    let kind = kind | libc::SOCK_CLOEXEC;
    // SAFETY: room for the two descriptors.
    check(unsafe { libc::socketpair(libc::AF_UNIX, kind, protocol, fds.as_mut_ptr()) })?;
    Ok(fds)
}

/// [`socketpair`], closed again when dropped.
pub(crate) fn owned_socketpair(kind: c_int, protocol: c_int) -> UvResult<[OwnedFd; 2]> {
    // SAFETY: just made, and nobody else knows them.
    socketpair(kind, protocol).map(|ends| ends.map(|end| unsafe { OwnedFd::from_raw_fd(end) }))
}

/// Takes the next connection of a listening socket.
pub(crate) fn accept(fd: c_int) -> UvResult<OwnedFd> {
    static ACCEPT4: MayLack = MayLack::new();
    let owned = |connection| {
        // SAFETY: just made, and nobody else knows it.
        unsafe { OwnedFd::from_raw_fd(connection) }
    };
    ACCEPT4.or_else(
        || {
            let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
            // SAFETY: the peer's address is not asked for.
            retry(|| check(unsafe { libc::accept4(fd, null_mut(), null_mut(), flags) })).map(owned)
        },
        || {
            // SAFETY: the peer's address is not asked for.
            let new = retry(|| check(unsafe { libc::accept(fd, null_mut(), null_mut()) })).map(owned)?;
            set_nonblocking(new.as_raw_fd(), true)?;
            set_cloexec(new.as_raw_fd(), true)?;
            Ok(new)
        },
    )
}

/// Starts listening.
pub(crate) fn listen(fd: c_int, backlog: c_int) -> UvResult {
    // SAFETY: a plain system call.
    check(unsafe { libc::listen(fd, backlog) }).map(drop)
}

/// Takes the peer's address away again, or ends a connection attempt.
pub(crate) fn disconnect(fd: c_int) -> UvResult {
    // SAFETY: all zeroes is an address of no family.
    let nobody: sockaddr = unsafe { zeroed() };
    let len = size_of::<sockaddr>() as socklen_t;
    // SAFETY: the address outlives the call.
    retry(|| check(unsafe { libc::connect(fd, &raw const nobody, len) })).map(drop)
}

/// Ends one or both directions: `SHUT_RD`, `SHUT_WR`, `SHUT_RDWR`.
pub(crate) fn shutdown(fd: c_int, how: c_int) -> UvResult {
    // SAFETY: a plain system call.
    check(unsafe { libc::shutdown(fd, how) }).map(drop)
}

/// The most bytes of a Unix domain address's path.
pub(crate) const MAX_UNIX_PATH: usize = size_of::<sockaddr_un>() - offset_of!(sockaddr_un, sun_path);

/// An address of the Unix domain.
#[repr(C)]
pub(crate) struct UnixAddress {
    addr: sockaddr_un,
    /// Behind a path that fills the address stands a NUL, for whoever takes it for a text.
    end: u8,
    len: socklen_t,
}

/// The address of a name. A leading NUL, or no name, stands for Linux's abstract names. `name` is at most
/// [`MAX_UNIX_PATH`] bytes, what is beyond is not used.
pub(crate) fn unix_address(name: &[u8]) -> UnixAddress {
    // SAFETY: all zeroes is a valid address.
    let mut addr: sockaddr_un = unsafe { zeroed() };
    addr.sun_family = libc::AF_UNIX as libc::sa_family_t;
    for (to, from) in addr.sun_path.iter_mut().zip(name) {
        *to = *from as libc::c_char;
    }
    let whole = size_of::<sockaddr_un>();
    let exact = offset_of!(sockaddr_un, sun_path) + name.len().min(MAX_UNIX_PATH);
    let size = if name.first().is_none_or(|&byte| byte == 0) { exact } else { whole };
    UnixAddress { addr, end: 0, len: size as socklen_t }
}

impl UnixAddress {
    pub(crate) fn get(&self) -> SocketAddress<'_> {
        SocketAddress::of_unix(&self.addr, self.len)
    }

    /// An address of a socket.
    pub(crate) fn of(fd: c_int, side: Side) -> UvResult<UnixAddress> {
        let mut addr = unix_address(&[]).addr;
        let mut len = size_of::<sockaddr_un>() as c_int;
        // SAFETY: room for an address, and its size.
        unsafe { AddressRoom::lent((&raw mut addr).cast(), &raw mut len) }.fill(fd, side)?;
        Ok(UnixAddress { addr, end: 0, len: len as socklen_t })
    }

    /// Whether the name is one in the file system.
    pub(crate) fn is_file(&self) -> bool {
        self.addr.sun_path[0] != 0
    }

    /// The name: a path up to its NUL, or an abstract name as long as it is.
    #[inline(never)]
    pub(crate) fn name(&self) -> &[u8] {
        // SAFETY: characters are bytes.
        let path = unsafe { &*(&raw const self.addr.sun_path).cast::<[u8; MAX_UNIX_PATH]>() };
        let len = if self.is_file() {
            path.iter().position(|&byte| byte == 0).unwrap_or(path.len())
        } else {
            (self.len as usize).saturating_sub(offset_of!(sockaddr_un, sun_path)).min(path.len())
        };
        &path[..len]
    }
}

/// Sets an option of any plain type.
pub(crate) fn set_option<T: Copy>(fd: c_int, level: c_int, name: c_int, value: T) -> UvResult {
    let value = &raw const value;
    // SAFETY: the pointer and the size are those of the value.
    check(unsafe { libc::setsockopt(fd, level, name, value.cast(), size_of::<T>() as socklen_t) }).map(drop)
}

/// An option that is an int.
#[inline(never)]
pub(crate) fn int_option(fd: c_int, level: c_int, name: c_int) -> UvResult<c_int> {
    let mut value: c_int = 0;
    let mut len = size_of::<c_int>() as socklen_t;
    // SAFETY: room for an int, and its size.
    check(unsafe { libc::getsockopt(fd, level, name, (&raw mut value).cast(), &raw mut len) })?;
    Ok(value)
}

/// The socket's type, such as `SOCK_STREAM`; `UV_ENOTSOCK` for anything else.
pub(crate) fn kind(fd: c_int) -> UvResult<c_int> {
    int_option(fd, libc::SOL_SOCKET, libc::SO_TYPE)
}

/// Whether a stream socket is one of TCP itself, not of MPTCP, which a system may put in its place, nor of
/// anything else.
pub(crate) fn is_plain_tcp(fd: c_int) -> bool {
    int_option(fd, libc::SOL_SOCKET, libc::SO_PROTOCOL) == Ok(libc::IPPROTO_TCP)
}

/// Takes the socket's pending error.
pub(crate) fn take_error(fd: c_int) -> UvResult {
    match int_option(fd, libc::SOL_SOCKET, libc::SO_ERROR)? {
        0 => Ok(()),
        errno => Err(Errno::from_raw_os(errno)),
    }
}

/// Lets several sockets bind the same address and share what arrives.
pub(crate) fn set_reuse_port(fd: c_int) -> UvResult {
    set_option::<c_int>(fd, libc::SOL_SOCKET, libc::SO_REUSEPORT, 1)
}

/// Sends a piece without raising SIGPIPE, and `EINTR` is an answer like any other.
#[inline(always)]
pub(crate) fn send_piece_once(fd: c_int, piece: &IoSlice<'_>) -> UvResult<usize> {
    let (base, len) = (piece.as_ptr().cast(), piece.len());
    // SAFETY: that many readable bytes.
    check_size(unsafe { libc::send(fd, base, len, libc::MSG_NOSIGNAL) })
}

/// Sends a piece without raising SIGPIPE.
#[inline(always)]
pub(crate) fn send_piece(fd: c_int, piece: &IoSlice<'_>) -> UvResult<usize> {
    retry(|| send_piece_once(fd, piece))
}

/// Sends pieces in one message.
pub(crate) fn send_pieces(fd: c_int, pieces: &[IoSlice<'_>]) -> UvResult<usize> {
    // SAFETY: `IoSlice` is laid out as `iovec`, and refers to readable memory.
    unsafe { send_message(fd, &message(pieces.as_ptr().cast(), pieces.len()), 0) }
}

/// A message header for these pieces, without address and control data.
pub(crate) fn message(iov: *const iovec, count: usize) -> msghdr {
    // SAFETY: all zeroes is a valid, empty header.
    let mut header: msghdr = unsafe { zeroed() };
    header.msg_iov = iov.cast_mut();
    header.msg_iovlen = count.min(crate::sys::fd::MAX_IOVECS) as _;
    header
}

/// Sends a message without raising SIGPIPE.
///
/// # Safety
/// All that `header` points to is valid.
pub(crate) unsafe fn send_message(fd: c_int, header: &msghdr, flags: c_int) -> UvResult<usize> {
    // SAFETY: address, pieces and control data of the header, which are only read, outlive all attempts.
    retry(|| check_size(unsafe { libc::sendmsg(fd, header, flags | libc::MSG_NOSIGNAL) }))
}

/// Receives a message.
///
/// # Safety
/// All that `header` points to is valid and writable.
pub(crate) unsafe fn receive_message(fd: c_int, header: &mut msghdr, flags: c_int) -> UvResult<usize> {
    // SAFETY: address, pieces and control data of the header are writable for the lengths in it, at each of
    // the attempts.
    retry(|| check_size(unsafe { libc::recvmsg(fd, header, flags) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    #[test]
    fn unix_addresses_have_libuvs_sizes() {
        let header = offset_of!(sockaddr_un, sun_path);
        assert_eq!(unix_address(b"/tmp/x").len as usize, size_of::<sockaddr_un>());
        assert_eq!(unix_address(b"\0abstract").len as usize, header + 9);
        assert_eq!(unix_address(b"").len as usize, header);
        assert_eq!(unix_address(&[b'x'; 300]).len as usize, size_of::<sockaddr_un>());
    }

    #[test]
    fn kinds_and_errors() {
        let fd = socket(libc::AF_INET, libc::SOCK_STREAM, 0).expect("a socket");
        assert_eq!(kind(fd), Ok(libc::SOCK_STREAM));
        assert_eq!(take_error(fd), Ok(()));
        assert_eq!(accept(fd).err(), Some(Errno::EINVAL));
        assert!(is_plain_tcp(fd));
        crate::sys::fd::close(fd);
        assert_eq!(kind(-1), Err(Errno::EBADF));
    }

    static PIPE_SIGNALS: AtomicU32 = AtomicU32::new(0);

    extern "C" fn count_signal(_signum: c_int) {
        PIPE_SIGNALS.fetch_add(1, Relaxed);
    }

    #[test]
    fn a_lost_connection_is_an_error_and_no_signal() {
        let [ours, theirs] = socketpair(libc::SOCK_STREAM, 0).expect("two sockets");
        crate::sys::fd::close(theirs);
        let piece = IoSlice::new(b"to nobody");
        // SAFETY: the handler only counts.
        let handle = |handler| unsafe { libc::signal(libc::SIGPIPE, handler) };
        let before = handle(count_signal as *const () as libc::sighandler_t);
        assert_eq!(send_piece(ours, &piece), Err(Errno::EPIPE));
        assert_eq!(send_pieces(ours, &[piece]), Err(Errno::EPIPE));
        handle(before);
        assert_eq!(PIPE_SIGNALS.load(Relaxed), 0);
        crate::sys::fd::close(ours);
    }
}
