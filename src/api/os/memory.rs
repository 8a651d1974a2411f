//! Memory.

use libc::{c_int, size_t};

use crate::core::memory::out::lend_out;
use crate::standalone::os::memory;
use crate::sys::errno::to_status;
use crate::sys::memory as sys;

/// Bytes of memory that are free in the system, 0 if unknown. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_get_free_memory>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_get_free_memory() -> u64 {
    sys::free()
}

/// Bytes of memory in the system, 0 if unknown. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_get_total_memory>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_get_total_memory() -> u64 {
    sys::total()
}

/// Bytes of memory that control group and resource limits leave to the process: 0 if unknown, `UINT64_MAX` if
/// there is no limit. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_get_constrained_memory>, since 1.29.
#[unsafe(no_mangle)]
pub extern "C" fn uv_get_constrained_memory() -> u64 {
    memory::constrained()
}

/// Bytes of memory that the process can still have. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_get_available_memory>, since 1.45.
#[unsafe(no_mangle)]
pub extern "C" fn uv_get_available_memory() -> u64 {
    memory::available()
}

/// Bytes of this process that are in memory.
///
/// Returns 0, or the system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_resident_set_memory>, since 1.0.
///
/// # Safety
/// `rss` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_resident_set_memory(rss: *mut size_t) -> c_int {
    // SAFETY: writable, as documented.
    to_status(memory::resident(unsafe { lend_out(rss) }))
}
