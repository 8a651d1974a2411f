//! The version of the library as a text.
#![forbid(unsafe_code)]

use std::ffi::CStr;

use libc::c_uint;

use crate::abi::{UV_VERSION_IS_RELEASE, UV_VERSION_MAJOR, UV_VERSION_MINOR, UV_VERSION_PATCH};

pub(crate) const TEXT: &CStr = c"1.53.0";

const _: () = {
    let digits = TEXT.to_bytes();
    assert!(digits.len() == 6 && UV_VERSION_IS_RELEASE == 1, "the text has no suffix");
    assert!(digits[0] as c_uint == b'0' as c_uint + UV_VERSION_MAJOR);
    assert!((digits[2] - b'0') as c_uint * 10 + (digits[3] - b'0') as c_uint == UV_VERSION_MINOR);
    assert!(digits[5] as c_uint == b'0' as c_uint + UV_VERSION_PATCH);
};
