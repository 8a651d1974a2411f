//! The version of the library: libuv's "Version-checking macros and functions".

use std::ffi::CStr;

use libc::{c_char, c_uint};

use crate::abi::{
    UV_VERSION_HEX, UV_VERSION_IS_RELEASE, UV_VERSION_MAJOR, UV_VERSION_MINOR, UV_VERSION_PATCH,
};

const TEXT: &CStr = c"1.53.0";

const _: () = {
    let digits = TEXT.to_bytes();
    assert!(digits.len() == 6 && UV_VERSION_IS_RELEASE == 1, "the text has no suffix");
    assert!(digits[0] as c_uint == b'0' as c_uint + UV_VERSION_MAJOR);
    assert!((digits[2] - b'0') as c_uint * 10 + (digits[3] - b'0') as c_uint == UV_VERSION_MINOR);
    assert!(digits[5] as c_uint == b'0' as c_uint + UV_VERSION_PATCH);
};

/// The version as a number, eight bits each for major, minor and patch. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/version.html#c.uv_version>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_version() -> c_uint {
    UV_VERSION_HEX
}

/// The version as a text that stays valid. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/version.html#c.uv_version_string>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_version_string() -> *const c_char {
    TEXT.as_ptr()
}
