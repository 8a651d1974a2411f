//! Text from C.

use std::ffi::{CStr, CString, c_char, c_int};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::error::{Error, Result};
use crate::sys;

/// Longer than any of libuv's messages.
const LONGEST: usize = 256;

type Describe = unsafe extern "C" fn(c_int, *mut c_char, usize) -> *mut c_char;

pub fn error_name(code: c_int) -> String {
    describe(sys::uv_err_name_r, code)
}

pub fn error_message(code: c_int) -> String {
    describe(sys::uv_strerror_r, code)
}

fn describe(function: Describe, code: c_int) -> String {
    let mut text = [0u8; LONGEST];
    // SAFETY: the function writes no more than the given size, with a null at the end.
    unsafe { function(code, text.as_mut_ptr().cast(), text.len()) };
    let text = CStr::from_bytes_until_nul(&text).unwrap_or_default();
    text.to_string_lossy().into_owned()
}

/// A copy of C's text.
///
/// # Safety
///
/// It is null, or ends with one and stays for the call.
pub unsafe fn copy(text: *const c_char) -> Option<CString> {
    // SAFETY: the caller's.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_owned())
}

pub fn of_path(path: &Path) -> Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| Error::EINVAL)
}

pub fn of_str(text: &str) -> Result<CString> {
    CString::new(text).map_err(|_| Error::EINVAL)
}
