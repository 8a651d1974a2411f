//! Memory for others' code that cannot report that there is none.

#![forbid(unsafe_code)]

use crate::sys::errno::UvResult;

/// Runs `make`, whose one allocation, as large as an `R`, cannot fail: it is taken beforehand.
#[cfg(feature = "c-allocator")]
pub(crate) fn reserved<R, T>(make: impl FnOnce() -> T) -> UvResult<T> {
    use crate::core::memory::{alloc, global_alloc};

    Ok(global_alloc::with_reserve(alloc::Place::<R>::take()?, make))
}

#[cfg(not(feature = "c-allocator"))]
pub(crate) fn reserved<R, T>(make: impl FnOnce() -> T) -> UvResult<T> {
    Ok(make())
}
