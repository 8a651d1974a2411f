//! Names and messages of errors: libuv's "Error handling".

use libc::{c_char, c_int, size_t};

use crate::core::memory::out::lend_out_chars;
use crate::standalone::errors;

/// The name of an error, such as "EINVAL".
///
/// The text stays valid; for an unknown error it is allocated and never freed. Cannot fail. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/errors.html#c.uv_err_name>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_err_name(err: c_int) -> *const c_char {
    errors::text(err, errors::NAME)
}

/// Writes the name of an error, cut to `buflen` bytes with its NUL, and returns `buf`. Cannot fail. Any
/// thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/errors.html#c.uv_err_name_r>, since 1.22.
///
/// # Safety
/// `buf` is writable for `buflen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_err_name_r(err: c_int, buf: *mut c_char, buflen: size_t) -> *mut c_char {
    // SAFETY: writable for so many bytes, as documented.
    errors::copy(err, errors::NAME, unsafe { lend_out_chars(buf, buflen) });
    buf
}

/// The message for an error.
///
/// The text stays valid; for an unknown error it is allocated and never freed. Cannot fail. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/errors.html#c.uv_strerror>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_strerror(err: c_int) -> *const c_char {
    errors::text(err, errors::MESSAGE)
}

/// Writes the message for an error, cut to `buflen` bytes with its NUL, and returns `buf`. Cannot fail. Any
/// thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/errors.html#c.uv_strerror_r>, since 1.22.
///
/// # Safety
/// `buf` is writable for `buflen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_strerror_r(err: c_int, buf: *mut c_char, buflen: size_t) -> *mut c_char {
    // SAFETY: writable for so many bytes, as documented.
    errors::copy(err, errors::MESSAGE, unsafe { lend_out_chars(buf, buflen) });
    buf
}

/// The error code for an errno of the system; 0 and negative numbers come back as they are. Cannot fail. Any
/// thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/errors.html#c.uv_translate_sys_error>, since 1.10.
#[unsafe(no_mangle)]
pub extern "C" fn uv_translate_sys_error(sys_errno: c_int) -> c_int {
    errors::of_system(sys_errno)
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;
    use crate::abi::ERRORS;

    fn text(pointer: *const c_char) -> String {
        // SAFETY: the functions under test return NUL-terminated texts.
        unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
    }

    #[test]
    fn every_error_has_its_texts() {
        for (name, code, message) in ERRORS {
            assert_eq!(text(uv_err_name(*code)), *name);
            assert_eq!(text(uv_strerror(*code)), *message);
        }
    }

    #[test]
    fn unknown_errors_show_their_number() {
        for code in [0, 1337, -1337, c_int::MIN, c_int::MAX] {
            let expected = format!("Unknown system error {code}");
            assert_eq!(text(uv_strerror(code)), expected);
            let mut buf = [1; 40];
            // SAFETY: the buffer is as long as said.
            assert_eq!(text(unsafe { uv_err_name_r(code, buf.as_mut_ptr(), buf.len()) }), expected);
        }
    }

    #[test]
    fn texts_are_cut_to_the_buffer() {
        let mut buf = [1; 4];
        // SAFETY: the buffer is at least as long as said.
        unsafe {
            uv_strerror_r(-libc::EINVAL, buf.as_mut_ptr(), 0);
            assert_eq!(buf, [1; 4]);
            uv_err_name_r(-libc::EINVAL, buf.as_mut_ptr(), 3);
        }
        assert_eq!(buf.map(|c| c as u8), [b'E', b'I', 0, 1]);
    }
}
