//! The machine: its name, its system, how long it runs and how busy it is.

use libc::{c_char, c_double, c_int, size_t};

use crate::abi::uv_utsname_t;
use crate::core::memory::out::{lend_any_out, lend_out};
use crate::core::memory::out_text::lend_out_text;
use crate::standalone::os::system;
use crate::sys::errno::to_status;

/// Tells name, release, version and machine of the system.
///
/// Returns 0, `UV_EINVAL` without a buffer, or the system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_uname>, since 1.25.
///
/// # Safety
/// `buffer` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_uname(buffer: *mut uv_utsname_t) -> c_int {
    // SAFETY: null or writable, as documented.
    to_status(system::uname(unsafe { lend_any_out(buffer) }))
}

/// Writes the name of the host and sets `*size` to its length.
///
/// Returns 0, `UV_EINVAL` without a buffer, or `UV_ENOBUFS` with the size needed in `*size`. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_gethostname>, since 1.12.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_gethostname(buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: null, or a size and a buffer of that size, as documented.
    to_status(unsafe { lend_out_text(buffer, size) }.and_then(system::hostname))
}

/// Seconds since the system started. Returns 0 or the system's error. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_uptime>, since 1.0.
///
/// # Safety
/// `uptime` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_uptime(result: *mut c_double) -> c_int {
    // SAFETY: writable, as documented.
    to_status(system::uptime(unsafe { lend_out(result) }))
}

/// The load averages over one, five and fifteen minutes; left alone if they are unknown. Cannot fail. Any
/// thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_loadavg>, since 1.0.
///
/// # Safety
/// `avg` is writable for three numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loadavg(avg: *mut c_double) {
    // SAFETY: writable for three numbers, as documented.
    system::load_average(unsafe { lend_out(avg.cast::<[c_double; 3]>()) });
}
