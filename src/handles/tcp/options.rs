//! Options of TCP sockets.

#![forbid(unsafe_code)]

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::state::handle::flags;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::socket;

/// Gives a new descriptor the options that were set while there was none.
pub(super) fn apply(descriptor: c_int, wanted: c_uint) -> UvResult {
    if wanted & flags::TCP_NODELAY != 0 {
        socket::set_option::<c_int>(descriptor, libc::IPPROTO_TCP, libc::TCP_NODELAY, 1)?;
    }
    if wanted & flags::TCP_KEEPALIVE != 0 {
        keepalive(descriptor, true, 60, 1, 10)?;
    }
    Ok(())
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

fn keepalive(descriptor: c_int, on: bool, idle: c_uint, interval: c_uint, count: c_uint) -> UvResult {
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

/// uv_tcp_nodelay.
pub(crate) fn nodelay(tcp: &uv_tcp_t, enable: c_int) -> UvResult {
    let set = |descriptor| socket::set_option(descriptor, libc::IPPROTO_TCP, libc::TCP_NODELAY, enable);
    remember(tcp, flags::TCP_NODELAY, enable != 0, set)
}

/// uv_tcp_keepalive_ex.
pub(crate) fn set_keepalive(
    tcp: &uv_tcp_t,
    on: bool,
    idle: c_uint,
    interval: c_uint,
    count: c_uint,
) -> UvResult {
    let set = |descriptor| keepalive(descriptor, on, idle, interval, count);
    remember(tcp, flags::TCP_KEEPALIVE, on, set)
}
