//! Sending.

use libc::{c_int, c_uint, size_t, sockaddr};

use crate::abi::{uv_buf_t, uv_udp_send_cb, uv_udp_send_t, uv_udp_t};
use crate::core::memory::buffers::lend_buffers;
use crate::core::memory::lend::{hold, lend};
use crate::handles::udp::send;
use crate::sys::errno::to_status;
use crate::sys::net_address::SocketAddress;

/// Sends a datagram made of `nbufs` buffers to `addr`, or to the handle's peer if that is null. The
/// buffers must stay until `send_cb`, the array of them need not.
///
/// Returns 0, `UV_EISCONN`, `UV_EDESTADDRREQ`, `UV_EINVAL` (buffers, family, closing), `UV_ENOMEM`; later errors
/// go to `send_cb`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_send>, since 1.0.
///
/// # Safety
/// `handle` is initialised and not closing, `req` and the memory in `bufs` stay until `send_cb`;
/// `addr` is null or an address of its family's size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_send(
    req: *mut uv_udp_send_t,
    handle: *mut uv_udp_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    addr: *const sockaddr,
    send_cb: uv_udp_send_cb,
) -> c_int {
    // SAFETY: a request that is not under way and stays until its callback, as the memory of the buffers
    // does; an initialised handle; null or an address of its family's size, as documented.
    let (req, handle, bufs, addr) =
        unsafe { (hold(req), lend(handle), lend_buffers(bufs, nbufs), SocketAddress::lent_any(addr)) };
    to_status(send::send(req, handle, bufs, addr, send_cb))
}

/// Bytes of the sends whose callback has not run. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_get_send_queue_size>, since 1.19.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_get_send_queue_size(handle: *const uv_udp_t) -> size_t {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    unsafe { lend(handle) }.send_queue_size.get()
}

/// Sends whose callback has not run. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_get_send_queue_count>, since 1.19.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_get_send_queue_count(handle: *const uv_udp_t) -> size_t {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    unsafe { lend(handle) }.send_queue_count.get()
}
