//! Memory for others' code that cannot report that there is none.

#![forbid(unsafe_code)]

use crate::sys::errno::UvResult;

/// Runs `make`, whose one allocation of `size` bytes cannot fail: it is taken beforehand.
#[cfg(feature = "c-allocator")]
pub(crate) fn reserved<T>(size: usize, make: impl FnOnce() -> T) -> UvResult<T> {
    use crate::core::memory::{alloc, global_alloc};
    use crate::sys::errno::Errno;

    let block = alloc::malloc(size);
    if block.is_null() {
        return Err(Errno::ENOMEM);
    }
    Ok(global_alloc::with_reserve(block.cast(), size, make))
}

#[cfg(not(feature = "c-allocator"))]
pub(crate) fn reserved<T>(_size: usize, make: impl FnOnce() -> T) -> UvResult<T> {
    Ok(make())
}
