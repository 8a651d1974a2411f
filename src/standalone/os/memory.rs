//! Memory.

use libc::{c_int, size_t};

use crate::sys::errno::to_status;
use crate::sys::{cgroup, memory};

/// The lower of two limits, where 0 is an unknown one.
fn lower(a: u64, b: u64) -> u64 {
    if a == 0 || b == 0 { a.max(b) } else { a.min(b) }
}

/// What the limit of the group leaves; without one that counts, what the system has free.
fn available() -> u64 {
    match cgroup::memory_limit() {
        0 | u64::MAX => memory::free(),
        limit if limit > memory::total() => memory::free(),
        limit => limit.saturating_sub(cgroup::memory_used()),
    }
}

/// Bytes of memory that are free in the system, 0 if unknown. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_get_free_memory>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_get_free_memory() -> u64 {
    memory::free()
}

/// Bytes of memory in the system, 0 if unknown. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_get_total_memory>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_get_total_memory() -> u64 {
    memory::total()
}

/// Bytes of memory that control group and resource limits leave to the process: 0 if unknown,
/// `UINT64_MAX` if there is no limit. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_get_constrained_memory>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_get_constrained_memory() -> u64 {
    lower(cgroup::memory_limit(), memory::resource_limit().unwrap_or(0))
}

/// Bytes of memory that the process can still have. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_get_available_memory>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_get_available_memory() -> u64 {
    available()
}

/// Bytes of this process that are in memory.
///
/// Returns 0, or the system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_resident_set_memory>.
///
/// # Safety
/// `rss` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_resident_set_memory(rss: *mut size_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(memory::resident().map(|bytes| unsafe { rss.write(bytes) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_limits_do_not_count() {
        assert_eq!(lower(0, 0), 0);
        assert_eq!(lower(0, 7), 7);
        assert_eq!(lower(u64::MAX, 7), 7);
        assert_eq!(lower(5, 0), 5);
    }
}
