//! TCP streams and servers.
//!
//! <https://docs.libuv.org/en/v1.x/tcp.html>

mod options;

use libc::{c_int, c_uint, sockaddr, sockaddr_in6};

use crate::abi::*;
use crate::core::handle::{self, flags};
use crate::core::lend::{Held, hold, lend};
use crate::core::{closing, watcher};
use crate::handles::stream;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::{fd, net_address, socket};

pub(crate) use self::options::apply_options;

fn init(loop_: &uv_loop_t, tcp: &uv_tcp_t, options: c_uint) -> UvResult {
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
    let new = socket::socket(domain, libc::SOCK_STREAM, 0)?;
    stream::open(tcp, new, with).inspect_err(|_| fd::close(new))
}

fn bind(tcp: &uv_tcp_t, addr: Address<'_>, options: c_uint) -> UvResult {
    if tcp.r#type.get() != UV_TCP || handle::is_closing(tcp) {
        return Err(Errno::EINVAL);
    }
    let family = addr.family();
    let len = socket::ip_address_len(family)?;
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
    tcp.delayed_error.set(match addr.bind(descriptor, len) {
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

fn connect(req: Held<uv_connect_t>, tcp: &uv_tcp_t, addr: Address<'_>, cb: uv_connect_cb) -> UvResult {
    if tcp.r#type.get() != UV_TCP {
        return Err(Errno::EINVAL);
    }
    let family = addr.family();
    let len = socket::ip_address_len(family)?;
    if !tcp.connect_req.is_empty() {
        return Err(Errno::EALREADY);
    }
    if tcp.delayed_error.get() != 0 {
        stream::fail_later(req, tcp, Errno::from_code(tcp.delayed_error.get()), cb);
        return Ok(());
    }
    open_socket(tcp, family, flags::READABLE | flags::WRITABLE)?;
    match addr.connect(tcp.fd(), len) {
        Ok(()) | Err(Errno::EINPROGRESS) => stream::start_connect(req, tcp, cb).map_err(|(_, error)| error),
        Err(Errno::ECONNREFUSED) => {
            stream::fail_later(req, tcp, Errno::ECONNREFUSED, cb);
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// An address that the program points to, of the size that its family tells.
struct Address<'a>(&'a sockaddr);

impl Address<'_> {
    /// # Safety
    /// `addr` has the size that its family tells.
    unsafe fn new(addr: *const sockaddr) -> Self {
        // SAFETY: the caller's promise.
        Address(unsafe { &*addr })
    }

    fn family(&self) -> c_int {
        c_int::from(self.0.sa_family)
    }

    fn bind(&self, descriptor: c_int, len: libc::socklen_t) -> UvResult {
        // SAFETY: the address has that size.
        unsafe { socket::bind(descriptor, self.0, len) }
    }

    fn connect(&self, descriptor: c_int, len: libc::socklen_t) -> UvResult {
        let mut scoped: sockaddr_in6;
        let mut target: *const sockaddr = self.0;
        // SAFETY: the address has that size; that of a `sockaddr_in6` where its family says so.
        unsafe {
            if self.family() == libc::AF_INET6 {
                scoped = target.cast::<sockaddr_in6>().read();
                if net_address::is_link_local(&scoped) && scoped.sin6_scope_id == 0 {
                    // The kernel has to be told through which interface.
                    scoped.sin6_scope_id = net_address::link_local_scope();
                    target = (&raw const scoped).cast();
                }
            }
            socket::connect(descriptor, target, len)
        }
    }
}

fn open(tcp: &uv_tcp_t, sock: uv_os_sock_t) -> UvResult {
    if watcher::fd_exists(tcp.owner(), sock) {
        return Err(Errno::EEXIST);
    }
    fd::set_nonblocking(sock, true)?;
    stream::adopt(tcp, sock, flags::READABLE | flags::WRITABLE)
}

fn close_reset(tcp: &uv_tcp_t, cb: uv_close_cb) -> UvResult {
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

fn socketpair(kind: c_int, protocol: c_int, first: c_int, second: c_int) -> UvResult<[c_int; 2]> {
    let fds = socket::socketpair(kind, protocol)?;
    for (descriptor, options) in fds.into_iter().zip([first, second]) {
        if options & UV_NONBLOCK_PIPE as c_int != 0 {
            fd::set_nonblocking(descriptor, true).inspect_err(|_| fds.into_iter().for_each(fd::close))?;
        }
    }
    Ok(fds)
}

/// Initialises a handle; its socket is made when it is known for what. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_init>.
///
/// # Safety
/// The loop is initialised; `handle` is memory that stays until the close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_init(r#loop: *mut uv_loop_t, handle: *mut uv_tcp_t) -> c_int {
    // SAFETY: our caller's promise.
    let (r#loop, handle) = unsafe { (lend(r#loop), lend(handle)) };
    to_status(init(r#loop, handle, libc::AF_UNSPEC as c_uint))
}

/// Initialises a handle and makes a socket of the domain in the lower eight bits of `flags`
/// (`AF_INET`, `AF_INET6`; `AF_UNSPEC`: none yet).
///
/// Returns 0, `UV_EINVAL` for other flags, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_init_ex>.
///
/// # Safety
/// As for uv_tcp_init.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_init_ex(
    r#loop: *mut uv_loop_t,
    handle: *mut uv_tcp_t,
    flags: c_uint,
) -> c_int {
    // SAFETY: our caller's promise.
    let (r#loop, handle) = unsafe { (lend(r#loop), lend(handle)) };
    to_status(init(r#loop, handle, flags))
}

/// Gives the handle a socket made elsewhere, and makes it non-blocking.
///
/// Returns 0, `UV_EEXIST` if the loop follows that descriptor, `UV_EBUSY` if the handle has another
/// socket, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_open>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_open(handle: *mut uv_tcp_t, sock: uv_os_sock_t) -> c_int {
    // SAFETY: our caller's promise.
    let handle = unsafe { lend(handle) };
    to_status(open(handle, sock))
}

/// Binds to an address; `flags` may hold `UV_TCP_IPV6ONLY` and `UV_TCP_REUSEPORT`.
///
/// Returns 0, `UV_EINVAL` for a closing handle, another family or flags that do not fit it, or what
/// the system answers; an address in use is reported by uv_listen and uv_tcp_connect. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_bind>.
///
/// # Safety
/// `handle` is initialised; `addr` has the size that its family tells.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_bind(handle: *mut uv_tcp_t, addr: *const sockaddr, flags: c_uint) -> c_int {
    // SAFETY: our caller's promise.
    let (handle, addr) = unsafe { (lend(handle), Address::new(addr)) };
    to_status(bind(handle, addr, flags))
}

/// Connects; `cb` (may be NULL) is called with 0 or the error.
///
/// Returns 0, `UV_EINVAL` for another kind of handle or family, `UV_EALREADY` while connecting, or what
/// the system answers at once; a refused connection is always left to the callback. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_connect>.
///
/// # Safety
/// `handle` is initialised, `addr` has the size that its family tells; `req` is not under way and stays
/// until `cb` is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_connect(
    req: *mut uv_connect_t,
    handle: *mut uv_tcp_t,
    addr: *const sockaddr,
    cb: uv_connect_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    let (req, handle, addr) = unsafe { (hold(req), lend(handle), Address::new(addr)) };
    to_status(connect(req, handle, addr, cb))
}

/// Closes the handle and has the system reset the connection.
///
/// Returns 0, `UV_EINVAL` after uv_shutdown, or what the system answers; then nothing is closed and
/// `close_cb` not called. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_close_reset>.
///
/// # Safety
/// `handle` is initialised and stays until `close_cb` is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_close_reset(handle: *mut uv_tcp_t, close_cb: uv_close_cb) -> c_int {
    // SAFETY: our caller's promise.
    let handle = unsafe { lend(handle) };
    to_status(close_reset(handle, close_cb))
}

/// Makes two connected sockets; each one's flags are 0 or `UV_NONBLOCK_PIPE`.
///
/// Returns 0, or what the system answers. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_socketpair>.
///
/// # Safety
/// `socket_vector` has room for two.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_socketpair(
    r#type: c_int,
    protocol: c_int,
    socket_vector: *mut uv_os_sock_t,
    flags0: c_int,
    flags1: c_int,
) -> c_int {
    let made = socketpair(r#type, protocol, flags0, flags1);
    // SAFETY: our caller's promise.
    to_status(made.map(|fds| unsafe { socket_vector.cast::<[c_int; 2]>().write(fds) }))
}
