//! The memory that the library takes. <https://docs.libuv.org/en/v1.x/misc.html#c.uv_replace_allocator>

use libc::c_int;

use crate::abi::{uv_calloc_func, uv_free_func, uv_malloc_func, uv_realloc_func};
use crate::core::memory::alloc;
use crate::sys::errno::Errno;

/// Replaces the functions that the library allocates with.
///
/// Returns 0, or `UV_EINVAL` if one of the four is NULL. They must be thread-safe. Any thread, but before any
/// other function of the library, or after `uv_library_shutdown`: memory must not be freed by another
/// allocator than it came from.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_replace_allocator>, since 1.6.
///
/// # Safety
/// The functions keep the contracts of their C namesakes for as long as the library is in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_replace_allocator(
    malloc_func: uv_malloc_func,
    realloc_func: uv_realloc_func,
    calloc_func: uv_calloc_func,
    free_func: uv_free_func,
) -> c_int {
    let (Some(malloc), Some(realloc), Some(calloc), Some(free)) =
        (malloc_func, realloc_func, calloc_func, free_func)
    else {
        return Errno::EINVAL.code();
    };
    // SAFETY: functions with the contracts of their namesakes, for as long as the library is in use, as
    // documented.
    unsafe { alloc::replace(malloc, realloc, calloc, free) };
    0
}
