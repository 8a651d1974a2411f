//! The C library's `errno`: where it puts the error of a call.

use std::cell::Cell;

use libc::c_int;

use crate::sys::c_library;

/// Has `used` look at the calling thread's. A system call of the C library's changes it meanwhile, as a cell may be.
#[inline(always)]
pub(crate) fn with<R>(used: impl FnOnce(&Cell<c_int>) -> R) -> R {
    // SAFETY: the place is the calling thread's own, there for as long as it lives, and a cell has the layout of what
    // is in it. Cells stay on their thread, and this reference is for the call alone.
    used(unsafe { &*c_library::errno_location().cast::<Cell<c_int>>() })
}

/// The calling thread's.
#[inline(always)]
pub(crate) fn get() -> c_int {
    with(Cell::get)
}

/// Changes the calling thread's.
#[inline(always)]
pub(crate) fn set(errno: c_int) {
    with(|place| place.set(errno));
}
