//! The C library's `errno`: where it puts the error of a call.

use libc::c_int;

/// The calling thread's.
#[inline(always)]
pub(crate) fn get() -> c_int {
    // SAFETY: the place is the calling thread's own, and there for as long as it lives.
    unsafe { *libc::__errno_location() }
}

/// Changes the calling thread's.
#[inline(always)]
pub(crate) fn set(errno: c_int) {
    // SAFETY: the place is the calling thread's own, and no reference to it is kept anywhere.
    unsafe { *libc::__errno_location() = errno };
}
