//! Options of TCP sockets, and their addresses.

use libc::{c_int, c_uint, sockaddr};

use crate::abi::*;
use crate::core::handle::flags;
use crate::core::lend::lend;
use crate::handles::stream;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::socket;

/// Gives a new descriptor the options that were set while there was none.
pub(crate) fn apply_options(descriptor: c_int, wanted: c_uint) -> UvResult {
    if wanted & flags::TCP_NODELAY != 0 {
        socket::set_option::<c_int>(descriptor, libc::IPPROTO_TCP, libc::TCP_NODELAY, 1)?;
    }
    if wanted & flags::TCP_KEEPALIVE != 0 {
        set_keepalive(descriptor, true, 60, 1, 10)?;
    }
    Ok(())
}

/// # Safety
/// `name` has room for `*len` bytes.
unsafe fn address(tcp: &uv_tcp_t, of: socket::AddressOf, name: *mut sockaddr, len: *mut c_int) -> UvResult {
    match tcp.delayed_error.get() {
        // SAFETY: the caller's promise.
        0 => unsafe { stream::address(tcp, of, name, len) },
        code => Err(Errno::from_code(code)),
    }
}

/// Sets an option now, if there is a socket, and has later sockets get it.
fn remember(tcp: &uv_tcp_t, flag: c_uint, on: bool, set: impl FnOnce(c_int) -> UvResult) -> UvResult {
    if tcp.fd() != -1 {
        set(tcp.fd())?;
    }
    if on {
        tcp.set(flag)
    } else {
        tcp.clear(flag)
    }
    Ok(())
}

fn set_keepalive(descriptor: c_int, on: bool, idle: c_uint, interval: c_uint, count: c_uint) -> UvResult {
    socket::set_option(descriptor, libc::SOL_SOCKET, libc::SO_KEEPALIVE, c_int::from(on))?;
    if !on {
        return Ok(());
    }
    if idle < 1 || interval < 1 || count < 1 {
        return Err(Errno::EINVAL);
    }
    socket::set_option(descriptor, libc::IPPROTO_TCP, libc::TCP_KEEPIDLE, idle)?;
    socket::set_option(descriptor, libc::IPPROTO_TCP, libc::TCP_KEEPINTVL, interval)?;
    socket::set_option(descriptor, libc::IPPROTO_TCP, libc::TCP_KEEPCNT, count)
}

/// Sends small pieces at once (`enable`), or lets the system gather them. Kept for a later socket.
///
/// Returns 0, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_nodelay>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_nodelay(handle: *mut uv_tcp_t, enable: c_int) -> c_int {
    let set = |descriptor| socket::set_option(descriptor, libc::IPPROTO_TCP, libc::TCP_NODELAY, enable);
    // SAFETY: our caller's promise.
    let handle = unsafe { lend(handle) };
    to_status(remember(handle, flags::TCP_NODELAY, enable != 0, set))
}

/// Has the system probe an idle peer after `delay` seconds, then every second, ten times.
///
/// Returns 0, `UV_EINVAL` for a delay of 0, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_keepalive>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_keepalive(handle: *mut uv_tcp_t, enable: c_int, delay: c_uint) -> c_int {
    // SAFETY: our caller's promise.
    unsafe { uv_tcp_keepalive_ex(handle, enable, delay, 1, 10) }
}

/// As uv_tcp_keepalive, with `count` probes `intvl` seconds apart.
///
/// Returns 0, `UV_EINVAL` if one of the three is 0, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_keepalive_ex>.
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
    let set = |descriptor| set_keepalive(descriptor, on != 0, idle, intvl, cnt);
    // SAFETY: our caller's promise.
    let handle = unsafe { lend(handle) };
    to_status(remember(handle, flags::TCP_KEEPALIVE, on != 0, set))
}

/// Does nothing on this system; always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_simultaneous_accepts>.
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
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_getsockname>.
///
/// # Safety
/// `handle` is initialised; `name` has room for `*namelen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_getsockname(
    handle: *const uv_tcp_t,
    name: *mut sockaddr,
    namelen: *mut c_int,
) -> c_int {
    // SAFETY: our caller's promise.
    to_status(unsafe { address(lend(handle), libc::getsockname, name, namelen) })
}

/// As uv_tcp_getsockname, for the address of the peer (`UV_ENOTCONN` without one). Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tcp.html#c.uv_tcp_getpeername>.
///
/// # Safety
/// As for uv_tcp_getsockname.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tcp_getpeername(
    handle: *const uv_tcp_t,
    name: *mut sockaddr,
    namelen: *mut c_int,
) -> c_int {
    // SAFETY: our caller's promise.
    to_status(unsafe { address(lend(handle), libc::getpeername, name, namelen) })
}
