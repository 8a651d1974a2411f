//! The life of a handle: creation, binding, connecting.

use libc::{c_int, c_uint, sockaddr};

use crate::abi::{UV_UDP_REUSEADDR, uv_loop_t, uv_os_sock_t, uv_udp_t};
use crate::core::memory::lend::lend;
use crate::handles::udp::socket;
use crate::sys::errno::to_status;
use crate::sys::net_address::{AddressRoom, Side, SocketAddress};

/// Initialises a UDP handle; its socket is made when it is first needed.
///
/// Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_init>, since 1.0.
///
/// # Safety
/// `loop_` is initialised; `handle` stays valid until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_init(loop_: *mut uv_loop_t, handle: *mut uv_udp_t) -> c_int {
    // SAFETY: an initialised loop, and memory for a handle, as documented.
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    to_status(socket::init(loop_, handle, libc::AF_UNSPEC as c_uint))
}

/// Initialises a UDP handle; `flags` are an address family, which makes the socket at once, and
/// `UV_UDP_RECVMMSG`, to receive several datagrams per system call: one for each whole 64 KiB that `alloc_cb` gives. For
/// less than that nothing is received, and each attempt told as `UV_EINVAL`.
///
/// Returns 0, `UV_EINVAL` for other flags, or why there is no socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_init_ex>, since 1.7.
///
/// # Safety
/// `loop_` is initialised; `handle` stays valid until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_init_ex(
    loop_: *mut uv_loop_t,
    handle: *mut uv_udp_t,
    flags: c_uint,
) -> c_int {
    // SAFETY: an initialised loop, and memory for a handle, as documented.
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    to_status(socket::init(loop_, handle, flags))
}

/// Makes `sock`, a datagram socket of the caller, the handle's and sets `SO_REUSEADDR`.
///
/// Returns 0, `UV_EBUSY` if the handle has a socket, `UV_EEXIST` if another handle of the loop uses
/// this one, `UV_EINVAL` if the handle is closing, or what the system says. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_open>, since 1.0.
///
/// # Safety
/// `handle` is an initialised UDP handle that is not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_open(handle: *mut uv_udp_t, sock: uv_os_sock_t) -> c_int {
    // SAFETY: an initialised handle that is not closing, as documented.
    to_status(socket::open(unsafe { lend(handle) }, sock, UV_UDP_REUSEADDR))
}

/// As [`uv_udp_open`], with `UV_UDP_REUSEADDR` and `UV_UDP_REUSEPORT` in `flags`, or neither.
///
/// Returns 0, `UV_EINVAL` for other flags, or as `uv_udp_open`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_open_ex>, since 1.52.
///
/// # Safety
/// `handle` is an initialised UDP handle that is not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_open_ex(handle: *mut uv_udp_t, sock: uv_os_sock_t, flags: c_uint) -> c_int {
    // SAFETY: an initialised handle that is not closing, as documented.
    to_status(socket::open(unsafe { lend(handle) }, sock, flags))
}

/// Binds the handle to an IPv4 or IPv6 address. `flags`: `UV_UDP_IPV6ONLY`, `UV_UDP_REUSEADDR`,
/// `UV_UDP_REUSEPORT`, `UV_UDP_LINUX_RECVERR`.
///
/// Returns 0, `UV_EINVAL` for another family or flag or a closing handle, or what the system says. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_bind>, since 1.0.
///
/// # Safety
/// `handle` is initialised and not closing; `addr` is an address of its family's size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_bind(handle: *mut uv_udp_t, addr: *const sockaddr, flags: c_uint) -> c_int {
    // SAFETY: an initialised handle that is not closing, and an address of its family's size, as documented.
    let (handle, addr) = unsafe { (lend(handle), SocketAddress::lent(addr)) };
    to_status(socket::bind(handle, addr, flags))
}

/// Fixes the peer of the handle; with a null `addr`, takes it away again.
///
/// Returns 0, `UV_EISCONN`, `UV_ENOTCONN`, `UV_EINVAL` for another family or a closing handle, or what the
/// system says. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_connect>, since 1.27.
///
/// # Safety
/// `handle` is initialised and not closing; `addr` is null or an address of its family's size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_connect(handle: *mut uv_udp_t, addr: *const sockaddr) -> c_int {
    // SAFETY: an initialised handle that is not closing; an address of its family's size or null, as
    // documented.
    let (handle, addr) = unsafe { (lend(handle), SocketAddress::lent_any(addr)) };
    to_status(socket::connect(handle, addr))
}

/// The address the handle is connected to; `*namelen` goes from the room in `name` to the size.
///
/// Returns 0, `UV_EBADF` without a socket, `UV_ENOTCONN` without a peer. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_getpeername>, since 1.27.
///
/// # Safety
/// `handle` is initialised; `name` has room for `*namelen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_getpeername(
    handle: *const uv_udp_t,
    name: *mut sockaddr,
    namelen: *mut c_int,
) -> c_int {
    // SAFETY: an initialised handle, and as much room as is said, as documented.
    let (handle, room) = unsafe { (lend(handle), AddressRoom::lent(name, namelen)) };
    to_status(socket::address(handle, Side::Peer, room))
}

/// The address the handle is bound to; `*namelen` goes from the room in `name` to the size.
///
/// Returns 0, or `UV_EBADF` without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_getsockname>, since 1.0.
///
/// # Safety
/// `handle` is initialised; `name` has room for `*namelen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_getsockname(
    handle: *const uv_udp_t,
    name: *mut sockaddr,
    namelen: *mut c_int,
) -> c_int {
    // SAFETY: an initialised handle, and as much room as is said, as documented.
    let (handle, room) = unsafe { (lend(handle), AddressRoom::lent(name, namelen)) };
    to_status(socket::address(handle, Side::Own, room))
}
