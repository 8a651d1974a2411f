//! Options: multicast groups and interfaces, broadcast, time to live.

use libc::{c_char, c_int};

use crate::abi::{uv_membership, uv_udp_t};
use crate::core::memory::lend::{lend, lend_any_text};
use crate::handles::udp::options;
use crate::sys::errno::to_status;

/// Joins or leaves the multicast group, on the interface with that address or on any (null). Binds the
/// handle to any address if it has no socket.
///
/// Returns 0, `UV_EINVAL` for bad addresses or a bad `membership`, or what the system says, such as
/// `UV_ENODEV`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_membership>, since 1.0.
///
/// # Safety
/// `handle` is initialised; `multicast_addr` is a C string, `interface_addr` too or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_membership(
    handle: *mut uv_udp_t,
    multicast_addr: *const c_char,
    interface_addr: *const c_char,
    membership: uv_membership,
) -> c_int {
    // SAFETY: an initialised handle, and texts or null, as documented.
    let (handle, group, interface) =
        unsafe { (lend(handle), lend_any_text(multicast_addr), lend_any_text(interface_addr)) };
    to_status(options::set_membership(handle, group, interface, membership))
}

/// Joins or leaves the multicast group for what `source_addr` sends. Results and threads as for
/// [`uv_udp_set_membership`].
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_source_membership>, since 1.32.
///
/// # Safety
/// `handle` is initialised; the addresses are C strings, `interface_addr` may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_source_membership(
    handle: *mut uv_udp_t,
    multicast_addr: *const c_char,
    interface_addr: *const c_char,
    source_addr: *const c_char,
    membership: uv_membership,
) -> c_int {
    // SAFETY: an initialised handle, and texts or null, as documented.
    let (handle, group, interface, source) = unsafe {
        (
            lend(handle),
            lend_any_text(multicast_addr),
            lend_any_text(interface_addr),
            lend_any_text(source_addr),
        )
    };
    to_status(options::set_source_membership(handle, group, interface, source, membership))
}

/// Whether multicast datagrams come back to this machine.
///
/// Returns 0, `UV_EINVAL` if `on` is not in 0..=255, or `UV_EBADF` without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_multicast_loop>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_multicast_loop(handle: *mut uv_udp_t, on: c_int) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    to_status(options::set_multicast_loop(unsafe { lend(handle) }, on))
}

/// How many hops multicast datagrams go, 0 to 255.
///
/// Returns 0, `UV_EINVAL`, or `UV_EBADF` without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_multicast_ttl>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_multicast_ttl(handle: *mut uv_udp_t, ttl: c_int) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    to_status(options::set_multicast_ttl(unsafe { lend(handle) }, ttl))
}

/// The interface that multicast datagrams leave by: its IPv4 address, or an IPv6 address with its
/// scope; null lets the system choose.
///
/// Returns 0, `UV_EINVAL` for a bad address, or what the system says. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_multicast_interface>, since 1.0.
///
/// # Safety
/// `handle` is initialised; `interface_addr` is null or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_multicast_interface(
    handle: *mut uv_udp_t,
    interface_addr: *const c_char,
) -> c_int {
    // SAFETY: an initialised handle, and a text or null, as documented.
    let (handle, interface) = unsafe { (lend(handle), lend_any_text(interface_addr)) };
    to_status(options::set_multicast_interface(handle, interface))
}

/// Whether the handle may send to broadcast addresses.
///
/// Returns 0, or `UV_EBADF` without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_broadcast>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_broadcast(handle: *mut uv_udp_t, on: c_int) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    to_status(options::set_broadcast(unsafe { lend(handle) }, on))
}

/// How many hops datagrams go, 1 to 255.
///
/// Returns 0, `UV_EINVAL`, or `UV_EBADF` without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_ttl>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_ttl(handle: *mut uv_udp_t, ttl: c_int) -> c_int {
    // SAFETY: an initialised handle whose close callback has not run, as documented.
    to_status(options::set_ttl(unsafe { lend(handle) }, ttl))
}
