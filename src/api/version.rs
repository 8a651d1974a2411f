//! The version of the library: libuv's "Version-checking macros and functions".

use libc::{c_char, c_uint};

use crate::abi::UV_VERSION_HEX;
use crate::standalone::version;

/// The version as a number, eight bits each for major, minor and patch. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/version.html#c.uv_version>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_version() -> c_uint {
    UV_VERSION_HEX
}

/// The version as a text that stays valid. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/version.html#c.uv_version_string>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_version_string() -> *const c_char {
    version::TEXT.as_ptr()
}
