//! Sockets: creation (never blocking, closed on exec), addresses, options, messages.

use std::io::IoSlice;
use std::mem::{offset_of, size_of, zeroed};
use std::os::fd::{FromRawFd, OwnedFd};
use std::ptr::null_mut;

use libc::{c_int, iovec, msghdr, sockaddr, sockaddr_in, sockaddr_in6, sockaddr_un, socklen_t};

use super::errno::{Errno, UvResult, check, check_size, retry};

/// A socket of this domain and type.
pub(crate) fn socket(domain: c_int, kind: c_int, protocol: c_int) -> UvResult<c_int> {
    let kind = kind | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: a plain system call.
    check(unsafe { libc::socket(domain, kind, protocol) })
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
pub(crate) fn owned_pair(kind: c_int) -> UvResult<[OwnedFd; 2]> {
    // SAFETY: just made, and nobody else knows them.
    socketpair(kind, 0).map(|ends| ends.map(|end| unsafe { OwnedFd::from_raw_fd(end) }))
}

/// Takes the next connection of a listening socket.
pub(crate) fn accept(fd: c_int) -> UvResult<c_int> {
    let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: the peer's address is not asked for.
    retry(|| check(unsafe { libc::accept4(fd, null_mut(), null_mut(), flags) }))
}

/// Starts listening.
pub(crate) fn listen(fd: c_int, backlog: c_int) -> UvResult {
    // SAFETY: a plain system call.
    check(unsafe { libc::listen(fd, backlog) }).map(drop)
}

/// Ends one or both directions: `SHUT_RD`, `SHUT_WR`, `SHUT_RDWR`.
pub(crate) fn shutdown(fd: c_int, how: c_int) -> UvResult {
    // SAFETY: a plain system call.
    check(unsafe { libc::shutdown(fd, how) }).map(drop)
}

/// Gives the socket its own address.
///
/// # Safety
/// `addr` points to `len` bytes of an address.
pub(crate) unsafe fn bind(fd: c_int, addr: *const sockaddr, len: socklen_t) -> UvResult {
    // SAFETY: the caller's promise.
    check(unsafe { libc::bind(fd, addr, len) }).map(drop)
}

/// Connects, or starts to (`EINPROGRESS`).
///
/// # Safety
/// `addr` points to `len` bytes of an address.
pub(crate) unsafe fn connect(fd: c_int, addr: *const sockaddr, len: socklen_t) -> UvResult {
    // SAFETY: the caller's promise.
    retry(|| check(unsafe { libc::connect(fd, addr, len) })).map(drop)
}

/// `getsockname` or `getpeername`.
pub(crate) type AddressOf = unsafe extern "C" fn(c_int, *mut sockaddr, *mut socklen_t) -> c_int;

/// Writes an address of `fd` to `addr`; `len` goes from the room there to the address's size.
///
/// # Safety
/// `addr` has room for `*len` bytes.
pub(crate) unsafe fn address(fd: c_int, of: AddressOf, addr: *mut sockaddr, len: &mut socklen_t) -> UvResult {
    // SAFETY: the caller's promise.
    check(unsafe { of(fd, addr, len) }).map(drop)
}

/// The size of an IPv4 or IPv6 address by its family; `UV_EINVAL` for others.
pub(crate) fn ip_address_len(family: c_int) -> UvResult<socklen_t> {
    match family {
        libc::AF_INET => Ok(size_of::<sockaddr_in>() as socklen_t),
        libc::AF_INET6 => Ok(size_of::<sockaddr_in6>() as socklen_t),
        _ => Err(Errno::EINVAL),
    }
}

/// The most bytes of a Unix domain address's path.
pub(crate) const MAX_UNIX_PATH: usize = size_of::<sockaddr_un>() - offset_of!(sockaddr_un, sun_path);

/// A Unix domain address and its size. A leading NUL, or no name, stands for Linux's abstract names.
/// `name` is at most [`MAX_UNIX_PATH`] bytes, what is beyond is not used.
pub(crate) fn unix_address(name: &[u8]) -> (sockaddr_un, socklen_t) {
    // SAFETY: all zeroes is a valid address.
    let mut addr: sockaddr_un = unsafe { zeroed() };
    addr.sun_family = libc::AF_UNIX as libc::sa_family_t;
    for (to, from) in addr.sun_path.iter_mut().zip(name) {
        *to = *from as libc::c_char;
    }
    let whole = size_of::<sockaddr_un>();
    let exact = offset_of!(sockaddr_un, sun_path) + name.len().min(MAX_UNIX_PATH);
    let size = if name.first().is_none_or(|&byte| byte == 0) { exact } else { whole };
    (addr, size as socklen_t)
}

/// Sets an option of any plain type.
pub(crate) fn set_option<T: Copy>(fd: c_int, level: c_int, name: c_int, value: T) -> UvResult {
    let value = &raw const value;
    // SAFETY: the pointer and the size are those of the value.
    check(unsafe { libc::setsockopt(fd, level, name, value.cast(), size_of::<T>() as socklen_t) }).map(drop)
}

/// An option that is an int.
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

/// Sends `len` bytes without raising SIGPIPE.
///
/// # Safety
/// `base` points to `len` readable bytes.
pub(crate) unsafe fn send(fd: c_int, base: *const libc::c_void, len: usize) -> UvResult<usize> {
    // SAFETY: the caller's promise.
    retry(|| unsafe { send_once(fd, base, len) })
}

/// The same, and `EINTR` is an answer like any other.
///
/// # Safety
/// As for [`send`].
#[inline(always)]
pub(crate) unsafe fn send_once(fd: c_int, base: *const libc::c_void, len: usize) -> UvResult<usize> {
    // SAFETY: the caller's promise.
    check_size(unsafe { libc::send(fd, base, len, libc::MSG_NOSIGNAL) })
}

/// Sends a piece without raising SIGPIPE, and `EINTR` is an answer like any other.
#[inline(always)]
pub(crate) fn send_piece_once(fd: c_int, piece: &IoSlice<'_>) -> UvResult<usize> {
    // SAFETY: that many readable bytes.
    unsafe { send_once(fd, piece.as_ptr().cast(), piece.len()) }
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
    header.msg_iovlen = count.min(super::fd::MAX_IOVECS) as _;
    header
}

/// Sends a message without raising SIGPIPE.
///
/// # Safety
/// All that `header` points to is valid.
pub(crate) unsafe fn send_message(fd: c_int, header: &msghdr, flags: c_int) -> UvResult<usize> {
    // SAFETY: the caller's promise.
    retry(|| check_size(unsafe { libc::sendmsg(fd, header, flags | libc::MSG_NOSIGNAL) }))
}

/// Receives a message.
///
/// # Safety
/// All that `header` points to is valid and writable.
pub(crate) unsafe fn receive_message(fd: c_int, header: &mut msghdr, flags: c_int) -> UvResult<usize> {
    // SAFETY: the caller's promise.
    retry(|| check_size(unsafe { libc::recvmsg(fd, header, flags) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    #[test]
    fn unix_addresses_have_libuvs_sizes() {
        let header = offset_of!(sockaddr_un, sun_path);
        assert_eq!(unix_address(b"/tmp/x").1 as usize, size_of::<sockaddr_un>());
        assert_eq!(unix_address(b"\0abstract").1 as usize, header + 9);
        assert_eq!(unix_address(b"").1 as usize, header);
        assert_eq!(unix_address(&[b'x'; 300]).1 as usize, size_of::<sockaddr_un>());
    }

    #[test]
    fn kinds_and_errors() {
        let fd = socket(libc::AF_INET, libc::SOCK_STREAM, 0).expect("a socket");
        assert_eq!(kind(fd), Ok(libc::SOCK_STREAM));
        assert_eq!(take_error(fd), Ok(()));
        assert_eq!(accept(fd), Err(Errno::EINVAL));
        super::super::fd::close(fd);
        assert_eq!(kind(-1), Err(Errno::EBADF));
        assert_eq!(ip_address_len(libc::AF_UNIX), Err(Errno::EINVAL));
    }

    static PIPE_SIGNALS: AtomicU32 = AtomicU32::new(0);

    extern "C" fn count_signal(_signum: c_int) {
        PIPE_SIGNALS.fetch_add(1, Relaxed);
    }

    #[test]
    fn a_lost_connection_is_an_error_and_no_signal() {
        let [ours, theirs] = socketpair(libc::SOCK_STREAM, 0).expect("two sockets");
        super::super::fd::close(theirs);
        let text = b"to nobody";
        let piece = iovec { iov_base: text.as_ptr().cast_mut().cast(), iov_len: text.len() };
        // SAFETY: the handler only counts; text and piece outlive the calls.
        unsafe {
            let before = libc::signal(libc::SIGPIPE, count_signal as *const () as libc::sighandler_t);
            assert_eq!(send(ours, text.as_ptr().cast(), text.len()), Err(Errno::EPIPE));
            assert_eq!(send_message(ours, &message(&raw const piece, 1), 0), Err(Errno::EPIPE));
            libc::signal(libc::SIGPIPE, before);
        }
        assert_eq!(PIPE_SIGNALS.load(Relaxed), 0);
        super::super::fd::close(ours);
    }
}
