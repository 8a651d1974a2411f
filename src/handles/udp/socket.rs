//! The life of a UDP handle: creation, binding, connecting, closing.

use std::mem::{size_of, zeroed};

use libc::{c_int, c_uint, sockaddr, sockaddr_storage, socklen_t};

use crate::abi::*;
use crate::core::handle::raw::{self as handle, as_handle, flags};
use crate::core::{closing::raw as closing, queue::raw as queue, watcher::raw as watcher};
use crate::handles::udp::send_queue;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::{fd, socket, udp_socket};

/// # Safety
/// `loop_` is initialised; `this` may be written.
unsafe fn init(loop_: *mut uv_loop_t, this: *mut uv_udp_t, options: c_uint) -> UvResult {
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
    // SAFETY: the caller's promise.
    unsafe {
        handle::init(loop_, as_handle(this), UV_UDP);
        (*this).u.words()[3].set(std::ptr::null_mut());
        (*this).alloc_cb = None;
        (*this).recv_cb = None;
        (*this).send_queue_size = 0;
        (*this).send_queue_count = 0;
        watcher::init(&raw mut (*this).io_watcher, watcher::Kind::Udp, fd);
        queue::init(&raw mut (*this).write_queue);
        queue::init(&raw mut (*this).write_completed_queue);
        if options & UV_UDP_RECVMMSG != 0 {
            (*this).flags |= flags::UDP_RECVMMSG;
        }
    }
    Ok(())
}

fn reuse_addr(fd: c_int) -> UvResult {
    socket::set_option::<c_int>(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, 1)
}

/// # Safety
/// `this` is initialised and not closing.
pub(crate) unsafe fn open(this: *mut uv_udp_t, fd: c_int, options: c_uint) -> UvResult {
    if options & !(UV_UDP_REUSEADDR | UV_UDP_REUSEPORT) != 0 {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the caller's promise.
    unsafe {
        if (*this).io_watcher.fd.get() != -1 {
            return Err(Errno::EBUSY);
        }
        if watcher::fd_exists((*this).r#loop, fd) {
            return Err(Errno::EEXIST);
        }
        fd::set_nonblocking(fd, true)?;
        if options & UV_UDP_REUSEADDR != 0 {
            reuse_addr(fd)?;
        }
        if options & UV_UDP_REUSEPORT != 0 {
            socket::set_reuse_port(fd)?;
        }
        (*this).io_watcher.fd.set(fd);
        let mut peer: sockaddr_storage = zeroed();
        let mut len = size_of::<sockaddr_storage>() as socklen_t;
        let found = socket::address(fd, libc::getpeername, (&raw mut peer).cast(), &mut len);
        if found.is_ok() && len > 0 {
            (*this).flags |= flags::UDP_CONNECTED;
        }
    }
    Ok(())
}

/// # Safety
/// `this` is initialised; `addr` is an address of its family's size.
unsafe fn bind(this: *mut uv_udp_t, addr: *const sockaddr, options: c_uint) -> UvResult {
    const KNOWN: c_uint = UV_UDP_IPV6ONLY | UV_UDP_REUSEADDR | UV_UDP_REUSEPORT | UV_UDP_LINUX_RECVERR;
    // SAFETY: the caller's promise.
    unsafe {
        let family = c_int::from((*addr).sa_family);
        let len = socket::ip_address_len(family)?;
        if options & !KNOWN != 0 || (options & UV_UDP_IPV6ONLY != 0 && family != libc::AF_INET6) {
            return Err(Errno::EINVAL);
        }
        if (*this).io_watcher.fd.get() == -1 {
            (*this).io_watcher.fd.set(socket::socket(family, libc::SOCK_DGRAM, 0)?);
        }
        let fd = (*this).io_watcher.fd.get();
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
        socket::bind(fd, addr, len).map_err(|error| match error {
            Errno::EAFNOSUPPORT => Errno::EINVAL, // an address of the other family
            other => other,
        })?;
        if family == libc::AF_INET6 {
            (*this).flags |= flags::IPV6;
        }
        (*this).flags |= flags::BOUND;
    }
    Ok(())
}

/// Binds a handle that has no socket yet to any address of `family`.
///
/// # Safety
/// `this` is initialised.
pub(super) unsafe fn bind_if_new(this: *mut uv_udp_t, family: c_int, options: c_uint) -> UvResult {
    // SAFETY: the caller's promise. All zeroes but the family is "any address, any port".
    unsafe {
        if (*this).io_watcher.fd.get() != -1 {
            return Ok(());
        }
        let mut any: sockaddr_storage = zeroed();
        any.ss_family = family as libc::sa_family_t;
        bind(this, (&raw const any).cast(), options)
    }
}

/// # Safety
/// `this` is initialised; `addr` is null or an address of its family's size.
unsafe fn connect(this: *mut uv_udp_t, addr: *const sockaddr) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        let connected = (*this).flags & flags::UDP_CONNECTED != 0;
        if addr.is_null() {
            if !connected {
                return Err(Errno::ENOTCONN);
            }
            udp_socket::disconnect((*this).io_watcher.fd.get())?;
            (*this).flags &= !flags::UDP_CONNECTED;
            return Ok(());
        }
        let family = c_int::from((*addr).sa_family);
        let len = socket::ip_address_len(family)?;
        if connected {
            return Err(Errno::EISCONN);
        }
        bind_if_new(this, family, 0)?;
        socket::connect((*this).io_watcher.fd.get(), addr, len)?;
        (*this).flags |= flags::UDP_CONNECTED;
    }
    Ok(())
}

/// # Safety
/// See [`crate::api::kinds::close`].
pub(crate) unsafe fn close(this: *mut uv_udp_t) {
    // SAFETY: the caller's promise.
    unsafe {
        watcher::close((*this).r#loop, &raw mut (*this).io_watcher);
        handle::stop(as_handle(this));
        let fd = (*this).io_watcher.fd.replace(-1);
        if fd != -1 {
            fd::close(fd);
        }
        closing::make_pending(as_handle(this));
    }
}

/// # Safety
/// See [`crate::api::kinds::finish_close`].
pub(crate) unsafe fn finish_close(this: *mut uv_udp_t) {
    // SAFETY: the caller's promise.
    unsafe {
        send_queue::cancel_all(this);
        send_queue::run_completed(this);
        (*this).recv_cb = None;
        (*this).alloc_cb = None;
    }
}

/// Writes an address of the socket to `name`, cut to `*namelen` bytes; the size goes there.
unsafe fn address(
    this: *const uv_udp_t,
    of: socket::AddressOf,
    name: *mut sockaddr,
    namelen: *mut c_int,
) -> UvResult {
    // SAFETY: the caller's promise: `name` has room for `*namelen` bytes.
    unsafe {
        let fd = (*this).io_watcher.fd.get();
        if fd == -1 {
            return Err(Errno::EBADF);
        }
        let mut len = *namelen as socklen_t;
        socket::address(fd, of, name, &mut len)?;
        *namelen = len as c_int;
    }
    Ok(())
}

/// Initialises a UDP handle; its socket is made when it is first needed.
///
/// Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_init>.
///
/// # Safety
/// `loop_` is initialised; `handle` stays valid until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_init(loop_: *mut uv_loop_t, handle: *mut uv_udp_t) -> c_int {
    // SAFETY: our caller's promise is the one `init` asks for.
    to_status(unsafe { init(loop_, handle, libc::AF_UNSPEC as c_uint) })
}

/// Initialises a UDP handle; `flags` are an address family, which makes the socket at once, and
/// `UV_UDP_RECVMMSG`, to receive several datagrams per system call.
///
/// Returns 0, `UV_EINVAL` for other flags, or why there is no socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_init_ex>.
///
/// # Safety
/// `loop_` is initialised; `handle` stays valid until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_init_ex(
    loop_: *mut uv_loop_t,
    handle: *mut uv_udp_t,
    flags: c_uint,
) -> c_int {
    // SAFETY: our caller's promise is the one `init` asks for.
    to_status(unsafe { init(loop_, handle, flags) })
}

/// Makes `sock`, a datagram socket of the caller, the handle's and sets `SO_REUSEADDR`.
///
/// Returns 0, `UV_EBUSY` if the handle has a socket, `UV_EEXIST` if another handle of the loop uses
/// this one, or what the system says. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_open>.
///
/// # Safety
/// `handle` is an initialised UDP handle that is not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_open(handle: *mut uv_udp_t, sock: uv_os_sock_t) -> c_int {
    // SAFETY: our caller's promise is the one `open` asks for.
    to_status(unsafe { open(handle, sock, UV_UDP_REUSEADDR) })
}

/// As [`uv_udp_open`], with `UV_UDP_REUSEADDR` and `UV_UDP_REUSEPORT` in `flags`, or neither.
///
/// Returns 0, `UV_EINVAL` for other flags, or as `uv_udp_open`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_open_ex>.
///
/// # Safety
/// `handle` is an initialised UDP handle that is not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_open_ex(handle: *mut uv_udp_t, sock: uv_os_sock_t, flags: c_uint) -> c_int {
    // SAFETY: our caller's promise is the one `open` asks for.
    to_status(unsafe { open(handle, sock, flags) })
}

/// Binds the handle to an IPv4 or IPv6 address. `flags`: `UV_UDP_IPV6ONLY`, `UV_UDP_REUSEADDR`,
/// `UV_UDP_REUSEPORT`, `UV_UDP_LINUX_RECVERR`.
///
/// Returns 0, `UV_EINVAL` for another family or flag, or what the system says. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_bind>.
///
/// # Safety
/// `handle` is initialised and not closing; `addr` is an address of its family's size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_bind(handle: *mut uv_udp_t, addr: *const sockaddr, flags: c_uint) -> c_int {
    // SAFETY: our caller's promise is the one `bind` asks for.
    unsafe {
        if (*handle).r#type != UV_UDP {
            return Errno::EINVAL.code();
        }
        to_status(bind(handle, addr, flags))
    }
}

/// Fixes the peer of the handle; with a null `addr`, takes it away again.
///
/// Returns 0, `UV_EISCONN`, `UV_ENOTCONN`, `UV_EINVAL` for another family, or what the system says.
/// Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_connect>.
///
/// # Safety
/// `handle` is initialised and not closing; `addr` is null or an address of its family's size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_connect(handle: *mut uv_udp_t, addr: *const sockaddr) -> c_int {
    // SAFETY: our caller's promise is the one `connect` asks for.
    unsafe {
        if (*handle).r#type != UV_UDP {
            return Errno::EINVAL.code();
        }
        to_status(connect(handle, addr))
    }
}

/// The address the handle is connected to; `*namelen` goes from the room in `name` to the size.
///
/// Returns 0, `UV_EBADF` without a socket, `UV_ENOTCONN` without a peer. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_getpeername>.
///
/// # Safety
/// `handle` is initialised; `name` has room for `*namelen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_getpeername(
    handle: *const uv_udp_t,
    name: *mut sockaddr,
    namelen: *mut c_int,
) -> c_int {
    // SAFETY: our caller's promise is the one `address` asks for.
    to_status(unsafe { address(handle, libc::getpeername, name, namelen) })
}

/// The address the handle is bound to; `*namelen` goes from the room in `name` to the size.
///
/// Returns 0, or `UV_EBADF` without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_getsockname>.
///
/// # Safety
/// `handle` is initialised; `name` has room for `*namelen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_getsockname(
    handle: *const uv_udp_t,
    name: *mut sockaddr,
    namelen: *mut c_int,
) -> c_int {
    // SAFETY: our caller's promise is the one `address` asks for.
    to_status(unsafe { address(handle, libc::getsockname, name, namelen) })
}
