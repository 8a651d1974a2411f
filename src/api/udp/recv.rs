//! Receiving.

use libc::c_int;

use crate::abi::{uv_alloc_cb, uv_udp_recv_cb, uv_udp_t};
use crate::core::memory::lend::lend;
use crate::core::state::handle::flags;
use crate::handles::udp::recv;
use crate::sys::errno::to_status;

/// Starts receiving: `alloc_cb` gives memory, `recv_cb` gets what has come. Binds the handle to any
/// address if it has no socket.
///
/// Returns 0, `UV_EINVAL` without callbacks or if it is closing, `UV_EALREADY` if it is receiving. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_recv_start>, since 1.0.
///
/// # Safety
/// `handle` is initialised and not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_recv_start(
    handle: *mut uv_udp_t,
    alloc_cb: uv_alloc_cb,
    recv_cb: uv_udp_recv_cb,
) -> c_int {
    // SAFETY: an initialised handle that is not closing, as documented.
    to_status(recv::start(unsafe { lend(handle) }, alloc_cb, recv_cb))
}

/// Stops receiving. Returns 0, or `UV_EINVAL` if it is no UDP handle. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_recv_stop>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_recv_stop(handle: *mut uv_udp_t) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    to_status(recv::stop(unsafe { lend(handle) }))
}

/// 1 if the handle receives several datagrams per system call, 0 if not. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_using_recvmmsg>, since 1.39.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_using_recvmmsg(handle: *const uv_udp_t) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    c_int::from(unsafe { lend(handle) }.has(flags::UDP_RECVMMSG))
}
