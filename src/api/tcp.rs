//! TCP streams and servers. <https://docs.libuv.org/en/v1.x/tcp.html>

use std::os::fd::IntoRawFd;

use libc::{c_int, c_uint, sockaddr};

use crate::abi::*;
use crate::core::memory::lend::{hold, lend};
use crate::core::memory::out::lend_out;
use crate::handles::tcp;
use crate::sys::errno::to_status;
use crate::sys::net_address::{AddressRoom, Side, SocketAddress};

/// Initialises a handle; its socket is made when it is known for what. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_init>, since 1.0.
///
/// # Safety
/// The loop is initialised; `handle` is memory that stays until the close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_init(r#loop: *mut uv_loop_t, handle: *mut uv_tcp_t) -> c_int {
    // SAFETY: an initialised loop, and memory for a handle that stays until its close callback, as documented.
    let (r#loop, handle) = unsafe { (lend(r#loop), lend(handle)) };
    to_status(tcp::init(r#loop, handle, libc::AF_UNSPEC as c_uint))
}

/// Initialises a handle and makes a socket of the domain in the lower eight bits of `flags`
/// (`AF_INET`, `AF_INET6`; `AF_UNSPEC`: none yet).
///
/// Returns 0, `UV_EINVAL` for other flags, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_init_ex>, since 1.7.
///
/// # Safety
/// As for uv_tcp_init.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_init_ex(
    r#loop: *mut uv_loop_t,
    handle: *mut uv_tcp_t,
    flags: c_uint,
) -> c_int {
    // SAFETY: an initialised loop, and memory for a handle that stays until its close callback, as documented.
    let (r#loop, handle) = unsafe { (lend(r#loop), lend(handle)) };
    to_status(tcp::init(r#loop, handle, flags))
}

/// Gives the handle a socket made elsewhere, and makes it non-blocking.
///
/// Returns 0, `UV_EEXIST` if the loop follows that descriptor, `UV_EBUSY` if the handle has another
/// socket, `UV_EINVAL` if it is closing, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_open>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_open(handle: *mut uv_tcp_t, sock: uv_os_sock_t) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(tcp::open(handle, sock))
}

/// Binds to an address; `flags` may hold `UV_TCP_IPV6ONLY` and `UV_TCP_REUSEPORT`.
///
/// Returns 0, `UV_EINVAL` for a closing handle, another family or flags that do not fit it, or what
/// the system answers; an address in use is reported by uv_listen and uv_tcp_connect. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_bind>, since 1.0.
///
/// # Safety
/// `handle` is initialised; `addr` has the size that its family tells.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_bind(handle: *mut uv_tcp_t, addr: *const sockaddr, flags: c_uint) -> c_int {
    // SAFETY: an initialised handle, and an address of the size that its family tells, as documented.
    let (handle, addr) = unsafe { (lend(handle), SocketAddress::lent(addr)) };
    to_status(tcp::bind(handle, addr, flags))
}

/// Connects; `cb` (may be NULL) is called with 0 or the error.
///
/// Returns 0, `UV_EINVAL` for another kind of handle or family or a closing one, `UV_EALREADY` while connecting, or what
/// the system answers at once; a refused connection is always left to the callback. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_connect>, since 1.0.
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
    // SAFETY: a request that is not under way and stays until its callback, an initialised handle, and an
    // address of the size that its family tells, as documented.
    let (req, handle, addr) = unsafe { (hold(req), lend(handle), SocketAddress::lent(addr)) };
    to_status(tcp::connect(req, handle, addr, cb))
}

/// Closes the handle and has the system reset the connection.
///
/// Returns 0, `UV_EINVAL` while uv_shutdown is under way, or what the system answers; then nothing is closed and
/// `close_cb` not called. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_close_reset>, since 1.32.
///
/// # Safety
/// `handle` is initialised and stays until `close_cb` is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_close_reset(handle: *mut uv_tcp_t, close_cb: uv_close_cb) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(tcp::close_reset(handle, close_cb))
}

/// Makes two connected sockets; each one's flags are 0 or `UV_NONBLOCK_PIPE`.
///
/// Returns 0, or what the system answers. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_socketpair>, since 1.41.
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
    // SAFETY: room for two, as documented.
    let place = unsafe { lend_out(socket_vector.cast::<[c_int; 2]>()) };
    let made = tcp::socketpair(r#type, protocol, flags0, flags1);
    to_status(made.map(|ends| place.set(ends.map(IntoRawFd::into_raw_fd))))
}

/// Sends small pieces at once (`enable`), or lets the system gather them. Kept for a later socket.
///
/// Returns 0, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_nodelay>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_nodelay(handle: *mut uv_tcp_t, enable: c_int) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(tcp::nodelay(handle, enable))
}

/// Has the system probe an idle peer after `delay` seconds, then every second, ten times. A handle without a socket
/// only remembers that it is on: its socket will have a delay of 60 seconds.
///
/// Returns 0, `UV_EINVAL` for a delay of 0, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_keepalive>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_keepalive(handle: *mut uv_tcp_t, enable: c_int, delay: c_uint) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(tcp::set_keepalive(handle, enable != 0, delay, 1, 10))
}

/// As uv_tcp_keepalive, with `count` probes `intvl` seconds apart.
///
/// Returns 0, `UV_EINVAL` if one of the three is 0, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_keepalive_ex>, since 1.52.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_keepalive_ex(
    handle: *mut uv_tcp_t,
    on: c_int,
    idle: c_uint,
    intvl: c_uint,
    cnt: c_uint,
) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(tcp::set_keepalive(handle, on != 0, idle, intvl, cnt))
}

/// Does nothing on this system. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_simultaneous_accepts>, since 1.0.
///
/// # Safety
/// None is needed; `handle` is not looked at.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_simultaneous_accepts(_handle: *mut uv_tcp_t, _enable: c_int) -> c_int {
    0
}

/// Copies the address that the handle is bound to; `namelen` goes from the room to the size used.
///
/// Returns 0, the error that uv_tcp_bind left for later, `UV_EBADF` if there is no socket, or what the
/// system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_getsockname>, since 1.0.
///
/// # Safety
/// `handle` is initialised; `name` has room for `*namelen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_getsockname(
    handle: *const uv_tcp_t,
    name: *mut sockaddr,
    namelen: *mut c_int,
) -> c_int {
    // SAFETY: an initialised handle, and room for `*namelen` bytes, as documented.
    let (handle, room) = unsafe { (lend(handle), AddressRoom::lent(name, namelen)) };
    to_status(tcp::address(handle, Side::Own, room))
}

/// As uv_tcp_getsockname, for the address of the peer. Errors as uv_tcp_getsockname, and `UV_ENOTCONN`
/// without a peer. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_getpeername>, since 1.0.
///
/// # Safety
/// As for uv_tcp_getsockname.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_getpeername(
    handle: *const uv_tcp_t,
    name: *mut sockaddr,
    namelen: *mut c_int,
) -> c_int {
    // SAFETY: an initialised handle, and room for `*namelen` bytes, as documented.
    let (handle, room) = unsafe { (lend(handle), AddressRoom::lent(name, namelen)) };
    to_status(tcp::address(handle, Side::Peer, room))
}
