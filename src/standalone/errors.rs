//! Names and messages of errors: libuv's "Error handling".

use std::ffi::CStr;
use std::io::Write;

use libc::{c_char, c_int, size_t};

use crate::abi::ERRORS;
use crate::core::alloc;

const COUNT: usize = ERRORS.len();

const TEXTS_LEN: usize = {
    let (mut len, mut i) = (0, 0);
    while i < COUNT {
        len += ERRORS[i].0.len() + ERRORS[i].2.len() + 2;
        i += 1;
    }
    len
};

const fn append(texts: &mut [u8; TEXTS_LEN], at: usize, text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        texts[at + i] = bytes[i];
        i += 1;
    }
    at + bytes.len() + 1
}

/// All names and messages, each with a NUL behind it.
static TEXTS: [u8; TEXTS_LEN] = {
    let mut texts = [0; TEXTS_LEN];
    let (mut end, mut i) = (0, 0);
    while i < COUNT {
        end = append(&mut texts, end, ERRORS[i].0);
        end = append(&mut texts, end, ERRORS[i].2);
        i += 1;
    }
    texts
};

/// The text of this length at this place.
const fn text_at(start: usize, len: usize) -> &'static CStr {
    let (text, _) = TEXTS.split_at(start + len + 1);
    match CStr::from_bytes_with_nul(text.split_at(start).1) {
        Ok(text) => text,
        Err(_) => panic!("a text contains a NUL"), // when this is compiled
    }
}

/// What is known of one error.
struct Entry {
    name: &'static CStr,
    message: &'static CStr,
}

static ENTRIES: [Entry; COUNT] = {
    let mut entries = [const { Entry { name: c"", message: c"" } }; COUNT];
    let (mut end, mut i) = (0, 0);
    while i < COUNT {
        let (name, message) = (ERRORS[i].0.len(), ERRORS[i].2.len());
        entries[i] = Entry { name: text_at(end, name), message: text_at(end + name + 1, message) };
        end += name + message + 2;
        i += 1;
    }
    entries
};

/// For each negated code the place of its entry, counted from 1.
static PLACES: [u8; 4096] = {
    let mut places = [0; 4096];
    let mut i = 0;
    while i < COUNT {
        places[-ERRORS[i].1 as usize] = i as u8 + 1;
        i += 1;
    }
    places
};

/// Which text about an error.
#[derive(Clone, Copy)]
enum About {
    Name,
    Message,
}

/// The text about a known error.
fn lookup(code: c_int, about: About) -> Option<&'static CStr> {
    let place = *PLACES.get(usize::try_from(code.checked_neg()?).ok()?)?;
    let entry = ENTRIES.get(usize::from(place).checked_sub(1)?)?;
    Some(match about {
        About::Name => entry.name,
        About::Message => entry.message,
    })
}

/// Room for "Unknown system error", a number and a NUL.
const UNKNOWN_MAX: usize = 34;

/// The text for an error that is not known; the bytes after it are NUL.
fn unknown(code: c_int) -> [u8; UNKNOWN_MAX] {
    let mut text = [0; UNKNOWN_MAX];
    // The longest text fits and leaves the last byte alone.
    let _ = write!(&mut text[..UNKNOWN_MAX - 1], "Unknown system error {code}");
    text
}

/// The text for an unknown error in memory that is never freed.
fn leak_unknown(code: c_int) -> *const c_char {
    let text = unknown(code);
    let copy = alloc::malloc(UNKNOWN_MAX).cast::<u8>();
    if copy.is_null() {
        return c"Unknown system error".as_ptr();
    }
    // SAFETY: fresh memory of this very size.
    unsafe { copy.copy_from_nonoverlapping(text.as_ptr(), UNKNOWN_MAX) };
    copy.cast()
}

fn find_or_leak(code: c_int, about: About) -> *const c_char {
    lookup(code, about).map_or_else(|| leak_unknown(code), CStr::as_ptr)
}

/// Copies the text into `buf`, cut to what fits with its NUL.
///
/// # Safety
/// `buf` is writable for `buflen` bytes.
unsafe fn copy(code: c_int, about: About, buf: *mut c_char, buflen: size_t) {
    let unknown_text;
    let text = match lookup(code, about) {
        Some(text) => text,
        None => {
            unknown_text = unknown(code);
            CStr::from_bytes_until_nul(&unknown_text).unwrap_or_default()
        }
    };
    let Some(room) = buflen.checked_sub(1) else { return };
    let len = text.count_bytes().min(room);
    // SAFETY: the caller's promise; `len` and the NUL after it stay within `buflen`.
    unsafe {
        buf.copy_from_nonoverlapping(text.as_ptr(), len);
        buf.add(len).write(0);
    }
}

/// The name of an error, such as "EINVAL".
///
/// The text stays valid; for an unknown error it is allocated and never freed. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/errors.html#c.uv_err_name>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_err_name(err: c_int) -> *const c_char {
    find_or_leak(err, About::Name)
}

/// Writes the name of an error, cut to `buflen` bytes with its NUL, and returns `buf`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/errors.html#c.uv_err_name_r>.
///
/// # Safety
/// `buf` is writable for `buflen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_err_name_r(err: c_int, buf: *mut c_char, buflen: size_t) -> *mut c_char {
    // SAFETY: the caller's promise is the one asked for.
    unsafe { copy(err, About::Name, buf, buflen) };
    buf
}

/// The message for an error.
///
/// The text stays valid; for an unknown error it is allocated and never freed. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/errors.html#c.uv_strerror>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_strerror(err: c_int) -> *const c_char {
    find_or_leak(err, About::Message)
}

/// Writes the message for an error, cut to `buflen` bytes with its NUL, and returns `buf`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/errors.html#c.uv_strerror_r>.
///
/// # Safety
/// `buf` is writable for `buflen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_strerror_r(err: c_int, buf: *mut c_char, buflen: size_t) -> *mut c_char {
    // SAFETY: the caller's promise is the one asked for.
    unsafe { copy(err, About::Message, buf, buflen) };
    buf
}

/// The error code for an errno of the system; 0 and negative numbers come back as they are. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/errors.html#c.uv_translate_sys_error>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_translate_sys_error(sys_errno: c_int) -> c_int {
    if sys_errno > 0 { -sys_errno } else { sys_errno }
}

#[cfg(test)]
mod tests {
    use super::*;

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
