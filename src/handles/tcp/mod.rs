//! TCP streams and servers.

#![forbid(unsafe_code)]

mod options;

use std::os::fd::{AsRawFd, OwnedFd};

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::memory::lend::Held;
use crate::core::state::handle::{self, flags};
use crate::core::turn::{closing, watcher};
use crate::handles::stream::{self, Nature, Stage};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::net_address::{AddressRoom, Side, SocketAddress, is_link_local, link_local_scope};
use crate::sys::{fd, socket};

pub(crate) use self::options::{nodelay, set_keepalive};

pub(crate) fn init(loop_: &uv_loop_t, tcp: &uv_tcp_t, options: c_uint) -> UvResult {
    // The lower eight bits are the domain; the others have no meaning yet.
    let domain = options as c_int;
    if !matches!(domain, libc::AF_INET | libc::AF_INET6 | libc::AF_UNSPEC) {
        return Err(Errno::EINVAL);
    }
    stream::init(loop_, tcp, UV_TCP);
    if domain != libc::AF_UNSPEC {
        open_socket(tcp, domain, 0).inspect_err(|_| stream::abandon(tcp))?;
    }
    Ok(())
}

/// Sees to it that the handle has a socket, and these flags.
fn open_socket(tcp: &uv_tcp_t, domain: c_int, with: c_uint) -> UvResult {
    if tcp.fd() != -1 {
        tcp.set(with);
        return Ok(());
    }
    let new = socket::owned_socket(domain, libc::SOCK_STREAM)?;
    let nature = Nature::of_new_tcp(new.as_raw_fd());
    take(tcp, new, with, nature)
}

/// Gives the handle a socket of the library's own, with the options that were set while there was none.
pub(crate) fn take(tcp: &uv_tcp_t, new: OwnedFd, with: c_uint, nature: Nature) -> UvResult {
    options::apply(new.as_raw_fd(), tcp.flags.get())?;
    stream::take(tcp, new, with, nature)
}

pub(crate) fn bind(tcp: &uv_tcp_t, addr: SocketAddress<'_>, options: c_uint) -> UvResult {
    if tcp.r#type.get() != UV_TCP || handle::is_closing(tcp) {
        return Err(Errno::EINVAL);
    }
    let family = addr.ip()?.family();
    let v6 = family == libc::AF_INET6;
    let v6_only = options & UV_TCP_IPV6ONLY != 0;
    if v6_only && !v6 {
        return Err(Errno::EINVAL);
    }
    open_socket(tcp, family, 0)?;
    let descriptor = tcp.fd();
    socket::set_option::<c_int>(descriptor, libc::SOL_SOCKET, libc::SO_REUSEADDR, 1)?;
    if options & UV_TCP_REUSEPORT != 0 {
        socket::set_reuse_port(descriptor)?;
    }
    if v6 {
        socket::set_option(descriptor, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, c_int::from(v6_only))?;
    }
    // An address in use is reported by uv_listen or uv_tcp_connect.
    tcp.delayed_error.set(match addr.bind(descriptor) {
        Ok(()) => 0,
        Err(Errno::EADDRINUSE) => Errno::EADDRINUSE.code(),
        Err(Errno::EAFNOSUPPORT) => return Err(Errno::EINVAL),
        Err(error) => return Err(error),
    });
    tcp.set(flags::BOUND | if v6 { flags::IPV6 } else { 0 });
    Ok(())
}

/// uv_listen.
pub(crate) fn listen(tcp: &uv_tcp_t, backlog: c_int, cb: uv_connection_cb) -> UvResult {
    if tcp.delayed_error.get() != 0 {
        return Err(Errno::from_code(tcp.delayed_error.get()));
    }
    open_socket(tcp, libc::AF_INET, 0)?;
    stream::start_listening(tcp, backlog, cb)?;
    tcp.set(flags::BOUND);
    Ok(())
}

pub(crate) fn connect(
    req: Held<uv_connect_t>,
    tcp: &uv_tcp_t,
    addr: SocketAddress<'_>,
    cb: uv_connect_cb,
) -> UvResult {
    if tcp.r#type.get() != UV_TCP || handle::is_closing(tcp) {
        return Err(Errno::EINVAL);
    }
    let addr = addr.ip()?;
    if !tcp.connect_req.is_empty() {
        return Err(Errno::EALREADY);
    }
    if tcp.delayed_error.get() != 0 {
        stream::fail_later(req, tcp, Errno::from_code(tcp.delayed_error.get()), cb);
        return Ok(());
    }
    open_socket(tcp, addr.family(), flags::READABLE | flags::WRITABLE)?;
    match Stage::of(connect_socket(tcp.fd(), addr)) {
        Ok(stage) => stream::start_connect(req, tcp, stage, cb).map_err(|(_, error)| {
            let _ = socket::disconnect(tcp.fd()); // nobody would hear of it, and no other attempt could begin
            error
        }),
        Err(Errno::ECONNREFUSED) => {
            stream::fail_later(req, tcp, Errno::ECONNREFUSED, cb);
            Ok(())
        }
        Err(error) => Err(error),
    }
}

fn connect_socket(descriptor: c_int, addr: SocketAddress<'_>) -> UvResult {
    match addr.as_v6() {
        // The kernel has to be told through which interface.
        Some(mut scoped) if is_link_local(&scoped) && scoped.sin6_scope_id == 0 => {
            scoped.sin6_scope_id = link_local_scope();
            SocketAddress::of_v6(&scoped).connect(descriptor)
        }
        _ => addr.connect(descriptor),
    }
}

/// uv_tcp_getsockname and uv_tcp_getpeername.
pub(crate) fn address(tcp: &uv_tcp_t, side: Side, room: AddressRoom<'_>) -> UvResult {
    match tcp.delayed_error.get() {
        0 => room.fill(stream::descriptor(tcp)?, side),
        code => Err(Errno::from_code(code)),
    }
}

/// uv_tcp_open.
pub(crate) fn open(tcp: &uv_tcp_t, sock: uv_os_sock_t) -> UvResult {
    if handle::is_closing(tcp) {
        return Err(Errno::EINVAL);
    }
    if watcher::fd_exists(tcp.owner(), sock) {
        return Err(Errno::EEXIST);
    }
    fd::set_nonblocking(sock, true)?;
    open_any(tcp, sock)
}

/// Gives the handle a socket that others may have as well.
fn open_any(tcp: &uv_tcp_t, sock: c_int) -> UvResult {
    if tcp.fd() != -1 && tcp.fd() != sock {
        return Err(Errno::EBUSY);
    }
    options::apply(sock, tcp.flags.get())?;
    stream::open_as(tcp, sock, flags::READABLE | flags::WRITABLE, Nature::of_any(sock))
}

pub(crate) fn close_reset(tcp: &uv_tcp_t, cb: uv_close_cb) -> UvResult {
    // What follows a pending shutdown would depend on the system.
    if !tcp.shutdown_req.is_empty() {
        return Err(Errno::EINVAL);
    }
    let linger = libc::linger { l_onoff: 1, l_linger: 0 };
    match socket::set_option(tcp.fd(), libc::SOL_SOCKET, libc::SO_LINGER, linger) {
        Ok(()) | Err(Errno::EINVAL) => {} // EINVAL: shut down already
        Err(error) => return Err(error),
    }
    closing::mark(tcp, cb);
    stream::close(tcp);
    Ok(())
}

/// uv_socketpair.
pub(crate) fn socketpair(
    kind: c_int,
    protocol: c_int,
    first: c_int,
    second: c_int,
) -> UvResult<[OwnedFd; 2]> {
    let ends = socket::owned_socketpair(kind, protocol)?;
    for (end, options) in ends.iter().zip([first, second]) {
        if options & UV_NONBLOCK_PIPE as c_int != 0 {
            fd::set_nonblocking(end.as_raw_fd(), true)?;
        }
    }
    Ok(ends)
}
