//! Settings in environment variables. They take no memory, as `std::env` does.

use std::ffi::CStr;

use libc::c_int;

use crate::sys::more_rights::has_more_rights;

/// Has `used` look at the value of a variable.
pub(crate) fn with<R>(name: &CStr, used: impl FnOnce(Option<&CStr>) -> R) -> R {
    // SAFETY: the name is a C string, and so is a value. That no other thread changes the environment
    // meanwhile is what the C library asks of every program.
    used(unsafe {
        let value = libc::getenv(name.as_ptr());
        (!value.is_null()).then(|| CStr::from_ptr(value))
    })
}

/// Whether the variable is "0".
pub(crate) fn is_off(name: &CStr) -> bool {
    with(name, |value| value == Some(c"0"))
}

/// The number in front of a text, as `atoi` reads it: 0 if there is none.
pub(crate) fn number(text: &CStr) -> c_int {
    // SAFETY: a C string.
    unsafe { libc::atoi(text.as_ptr()) }
}

/// [`with`], for what a program that runs with more rights than its user must not take from it: there is
/// nothing then.
pub(crate) fn with_trusted<R>(name: &CStr, used: impl FnOnce(Option<&CStr>) -> R) -> R {
    let is_trusted = !has_more_rights();
    with(name, |value| used(value.filter(|_| is_trusted)))
}
