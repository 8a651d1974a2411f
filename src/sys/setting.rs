//! Environment variables that turn something off.

use std::ffi::CStr;

/// Whether the variable is "0". Takes no memory, as `std::env` does.
pub(crate) fn is_off(name: &CStr) -> bool {
    // SAFETY: the name is a C string, and so is a value. That no other thread changes the environment
    // meanwhile is what the C library asks of every program.
    unsafe {
        let value = libc::getenv(name.as_ptr());
        !value.is_null() && CStr::from_ptr(value) == c"0"
    }
}
