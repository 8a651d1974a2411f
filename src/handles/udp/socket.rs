//! The life of a UDP handle: creation, binding, connecting, closing.

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::state::handle::{self, flags};
use crate::core::turn::{closing, watcher};
use crate::handles::udp::send_queue;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::net_address::{AddressRoom, OwnAddress, Side, SocketAddress};
use crate::sys::{fd, socket, udp_socket};

pub(crate) fn init(loop_: &uv_loop_t, udp: &uv_udp_t, options: c_uint) -> UvResult {
    let domain = (options & 0xff) as c_int; // the rest are flags
    if !matches!(domain, libc::AF_UNSPEC | libc::AF_INET | libc::AF_INET6)
        || options & !0xff & !UV_UDP_RECVMMSG != 0
    {
        return Err(Errno::EINVAL);
    }
    let fd = match domain {
        libc::AF_UNSPEC => -1,
        _ => socket::socket(domain, libc::SOCK_DGRAM, 0)?,
    };
    handle::init(loop_, udp, UV_UDP);
    udp.clear_kept();
    udp.u.words()[3].set(std::ptr::null_mut());
    udp.alloc_cb.set(None);
    udp.recv_cb.set(None);
    udp.send_queue_size.set(0);
    udp.send_queue_count.set(0);
    watcher::init(&udp.io_watcher, watcher::Kind::Udp, fd);
    udp.write_queue.init();
    udp.write_completed_queue.init();
    if options & UV_UDP_RECVMMSG != 0 {
        udp.set(flags::UDP_RECVMMSG);
    }
    Ok(())
}

fn reuse_addr(fd: c_int) -> UvResult {
    socket::set_option::<c_int>(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, 1)
}

pub(crate) fn open(udp: &uv_udp_t, fd: c_int, options: c_uint) -> UvResult {
    if options & !(UV_UDP_REUSEADDR | UV_UDP_REUSEPORT) != 0 {
        return Err(Errno::EINVAL);
    }
    if handle::is_closing(udp) {
        return Err(Errno::EINVAL); // nobody would close what it gets now
    }
    if udp.fd() != -1 {
        return Err(Errno::EBUSY);
    }
    if watcher::fd_exists(udp.owner(), fd) {
        return Err(Errno::EEXIST);
    }
    fd::set_nonblocking(fd, true)?;
    if options & UV_UDP_REUSEADDR != 0 {
        reuse_addr(fd)?;
    }
    if options & UV_UDP_REUSEPORT != 0 {
        socket::set_reuse_port(fd)?;
    }
    udp.io_watcher.fd.set(fd);
    udp.set(flags::UDP_SHARED);
    if OwnAddress::of_socket(fd, Side::Peer).is_ok() {
        udp.set(flags::UDP_CONNECTED);
    }
    Ok(())
}

#[inline(never)]
pub(crate) fn bind(udp: &uv_udp_t, addr: SocketAddress<'_>, options: c_uint) -> UvResult {
    const KNOWN: c_uint = UV_UDP_IPV6ONLY | UV_UDP_REUSEADDR | UV_UDP_REUSEPORT | UV_UDP_LINUX_RECVERR;
    if udp.r#type.get() != UV_UDP || handle::is_closing(udp) {
        return Err(Errno::EINVAL);
    }
    let family = addr.ip()?.family();
    if options & !KNOWN != 0 || (options & UV_UDP_IPV6ONLY != 0 && family != libc::AF_INET6) {
        return Err(Errno::EINVAL);
    }
    if udp.fd() == -1 {
        udp.io_watcher.fd.set(socket::socket(family, libc::SOCK_DGRAM, 0)?);
    }
    let fd = udp.fd();
    if options & UV_UDP_LINUX_RECVERR != 0 {
        udp_socket::report_errors(fd, family)?;
    }
    if options & UV_UDP_REUSEADDR != 0 {
        reuse_addr(fd)?;
    }
    if options & UV_UDP_REUSEPORT != 0 {
        socket::set_reuse_port(fd)?;
    }
    if options & UV_UDP_IPV6ONLY != 0 {
        socket::set_option::<c_int>(fd, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, 1)?;
    }
    addr.bind(fd).map_err(|error| match error {
        Errno::EAFNOSUPPORT => Errno::EINVAL, // an address of the other family
        other => other,
    })?;
    udp.set(flags::BOUND | if family == libc::AF_INET6 { flags::IPV6 } else { 0 });
    Ok(())
}

/// Binds a handle that has no socket yet to any address of `family`.
#[inline]
pub(super) fn bind_if_new(udp: &uv_udp_t, family: c_int, options: c_uint) -> UvResult {
    if udp.fd() != -1 { Ok(()) } else { bind(udp, OwnAddress::any(family).get()?, options) }
}

pub(crate) fn connect(udp: &uv_udp_t, addr: Option<SocketAddress<'_>>) -> UvResult {
    if udp.r#type.get() != UV_UDP || handle::is_closing(udp) {
        return Err(Errno::EINVAL);
    }
    let is_connected = udp.has(flags::UDP_CONNECTED);
    let Some(addr) = addr else {
        if !is_connected {
            return Err(Errno::ENOTCONN);
        }
        socket::disconnect(udp.fd())?;
        udp.clear(flags::UDP_CONNECTED);
        return Ok(());
    };
    let family = addr.ip()?.family();
    if is_connected {
        return Err(Errno::EISCONN);
    }
    bind_if_new(udp, family, 0)?;
    addr.connect(udp.fd())?;
    udp.set(flags::UDP_CONNECTED);
    Ok(())
}

/// uv_close: lets go of the descriptor. Requests are cancelled in the closing phase.
pub(crate) fn close(udp: &uv_udp_t) {
    watcher::close(udp.owner(), &udp.io_watcher);
    handle::stop(udp);
    let fd = udp.io_watcher.fd.replace(-1);
    if fd != -1 {
        fd::close(fd);
    }
    closing::make_pending(udp);
}

/// The closing phase.
pub(crate) fn finish_close(udp: &uv_udp_t) {
    send_queue::cancel_all(udp);
    send_queue::run_completed(udp);
    udp.recv_cb.set(None);
    udp.alloc_cb.set(None);
    drop(udp.take_kept());
}

/// Tells an address of the socket.
pub(crate) fn address(udp: &uv_udp_t, side: Side, room: AddressRoom<'_>) -> UvResult {
    if udp.fd() == -1 { Err(Errno::EBADF) } else { room.fill(udp.fd(), side) }
}
