//! Names and messages of errors.
#![forbid(unsafe_code)]

use std::ffi::CStr;
use std::io::Write;

use libc::{c_char, c_int};

use crate::abi::ERRORS;
use crate::core::memory::out::OutBytes;
use crate::core::memory::text::Text;

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

/// What is known of one error: its code, and where in [`TEXTS`] its name and its message begin. Numbers, since the
/// dynamic linker would have to write each of 170 addresses whenever a program starts.
pub(crate) struct Entry {
    code: i16,
    name: u16,
    message: u16,
}

static ENTRIES: [Entry; COUNT] = {
    assert!(TEXTS_LEN <= u16::MAX as usize);
    let mut entries = [const { Entry { code: 0, name: 0, message: 0 } }; COUNT];
    let (mut end, mut i) = (0, 0);
    while i < COUNT {
        let (name, code, message) = (ERRORS[i].0.len() + 1, ERRORS[i].1, ERRORS[i].2.len() + 1);
        assert!(code as i16 as c_int == code);
        entries[i] = Entry { code: code as i16, name: end as u16, message: (end + name) as u16 };
        end += name + message;
        i += 1;
    }
    entries
};

/// Which text about an error.
type About = fn(&Entry) -> u16;

/// Its name, such as "EINVAL".
pub(crate) const NAME: About = |entry| entry.name;

pub(crate) const MESSAGE: About = |entry| entry.message;

/// The text about a known error.
fn lookup(code: c_int, about: About) -> Option<&'static CStr> {
    let entry = ENTRIES.iter().find(|entry| c_int::from(entry.code) == code)?;
    CStr::from_bytes_until_nul(TEXTS.get(usize::from(about(entry))..)?).ok()
}

/// Room for "Unknown system error", a number and a NUL.
const UNKNOWN_MAX: usize = 34;

/// Calls `used` with the text for an error that is not known.
fn with_unknown<T>(code: c_int, used: impl FnOnce(&CStr) -> T) -> T {
    let mut text = [0; UNKNOWN_MAX];
    // The longest text fits and leaves the last byte alone.
    let _ = write!(&mut text[..UNKNOWN_MAX - 1], "Unknown system error {code}");
    used(CStr::from_bytes_until_nul(&text).unwrap_or_default())
}

/// The text, which stays valid; for an unknown error in memory that is never freed.
#[inline(never)]
pub(crate) fn text(code: c_int, about: About) -> *const c_char {
    let leak = |text: &CStr| Text::copy(text.to_bytes()).map(Text::into_raw);
    match lookup(code, about) {
        Some(text) => text.as_ptr(),
        None => with_unknown(code, leak).map_or(c"Unknown system error".as_ptr(), <*mut _>::cast_const),
    }
}

/// Writes the text, cut to what fits with its NUL.
#[inline(never)]
pub(crate) fn copy(code: c_int, about: About, out: Option<OutBytes>) {
    let Some(mut out) = out else { return };
    match lookup(code, about) {
        Some(text) => out.cut_text(text.to_bytes()),
        None => with_unknown(code, |text| out.cut_text(text.to_bytes())),
    }
}

pub(crate) fn of_system(errno: c_int) -> c_int {
    if errno > 0 { -errno } else { errno }
}
