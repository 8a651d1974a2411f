//! The version of libuv that is implemented.

use libc::c_uint;

pub const UV_VERSION_MAJOR: c_uint = 1;
pub const UV_VERSION_MINOR: c_uint = 53;
pub const UV_VERSION_PATCH: c_uint = 0;
pub const UV_VERSION_IS_RELEASE: c_uint = 1;
pub const UV_VERSION_SUFFIX: &str = "";
pub const UV_VERSION_HEX: c_uint = (UV_VERSION_MAJOR << 16) | (UV_VERSION_MINOR << 8) | UV_VERSION_PATCH;
