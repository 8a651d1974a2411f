//! Names in the file system, as far as sockets have them.

use std::ffi::CStr;

use libc::mode_t;

use crate::sys::errno::{UvResult, check};

/// Removes a name, if it is there.
pub(crate) fn remove(name: &CStr) {
    // SAFETY: a C string for the length of the call.
    unsafe { libc::unlink(name.as_ptr()) };
}

/// Changes the permissions of the file of that name.
pub(crate) fn set_mode(name: &CStr, mode: mode_t) -> UvResult {
    // SAFETY: a C string for the length of the call.
    check(unsafe { libc::chmod(name.as_ptr(), mode) }).map(drop)
}
