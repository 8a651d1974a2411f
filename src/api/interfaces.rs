//! Addresses of network interfaces: part of libuv's "Miscellaneous utilities".

use libc::c_int;

use crate::abi::uv_interface_address_t;
use crate::core::memory::alloc;
use crate::core::memory::block::give;
use crate::core::memory::out::lend_out;
use crate::standalone::interfaces;
use crate::sys::errno::to_status;

/// Lists the IPv4 and IPv6 addresses of all interfaces that are up and running.
///
/// Returns 0 and an array to be freed with [`uv_free_interface_addresses`], which is NULL if there are
/// none; or `UV_ENOMEM` or the system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_interface_addresses>, since 1.0.
///
/// # Safety
/// `addresses` and `count` are writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_interface_addresses(
    addresses: *mut *mut uv_interface_address_t,
    count: *mut c_int,
) -> c_int {
    // SAFETY: both are writable, as documented.
    let (array, count) = unsafe { (lend_out(addresses), lend_out(count)) };
    to_status(give(interfaces::addresses(), array, count))
}

/// Frees what [`uv_interface_addresses`] gave; NULL is allowed. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_free_interface_addresses>, since 1.0.
///
/// # Safety
/// `addresses` came from [`uv_interface_addresses`] and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_free_interface_addresses(addresses: *mut uv_interface_address_t, _count: c_int) {
    // SAFETY: null or what uv_interface_addresses gave, whose only owner the program was, as documented.
    unsafe { alloc::free(addresses.cast()) };
}
