//! Sending at once or not at all.

use libc::{c_int, c_uint, sockaddr};

use crate::abi::{uv_buf_t, uv_udp_t};
use crate::core::memory::buffers::{lend_buffers, lend_datagrams};
use crate::core::memory::lend::lend;
use crate::handles::udp::try_send;
use crate::sys::errno::to_count;
use crate::sys::net_address::SocketAddress;

/// Sends a datagram now or not at all.
///
/// Returns its size, `UV_EAGAIN` if it cannot go now or others are queued, or as `uv_udp_send`.
/// Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_try_send>, since 1.0.
///
/// # Safety
/// `handle` is initialised and not closing; `bufs` are `nbufs` buffers; `addr` is null or an address of
/// its family's size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_try_send(
    handle: *mut uv_udp_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    addr: *const sockaddr,
) -> c_int {
    // SAFETY: an initialised handle that is not closing, buffers, and an address of its family's size or
    // null, as documented.
    let (handle, bufs, addr) =
        unsafe { (lend(handle), lend_buffers(bufs, nbufs), SocketAddress::lent_any(addr)) };
    to_count(try_send::try_send(handle, bufs, addr))
}

/// Sends `count` datagrams, as many as can go now. `flags` is 0.
///
/// Returns how many have gone, or the error of the first one: as `uv_udp_try_send`; `UV_EINVAL` also
/// for a handle without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_try_send2>, since 1.50.
///
/// # Safety
/// `handle` is initialised and not closing; the three arrays have `count` entries, each as for
/// `uv_udp_try_send`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_try_send2(
    handle: *mut uv_udp_t,
    count: c_uint,
    bufs: *mut *mut uv_buf_t,
    nbufs: *mut c_uint,
    addrs: *mut *mut sockaddr,
    flags: c_uint,
) -> c_int {
    // SAFETY: an initialised handle that is not closing, and arrays with that many entries, as documented.
    let (handle, all) = unsafe { (lend(handle), lend_datagrams(bufs, nbufs, addrs, count)) };
    to_count(try_send::try_send_many(handle, all, flags))
}
