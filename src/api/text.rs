//! WTF-8, which is UTF-8 with room for unpaired surrogates, from and to UTF-16.

use std::cell::Cell;
use std::slice;

use libc::{c_char, c_int, size_t, ssize_t};

use crate::core::memory::lend::{lend_any_cell, lend_text, lend_units};
use crate::core::memory::out::lend_out_chars;
use crate::standalone::text::wtf8;
use crate::sys::errno::to_status;

/// The bytes that a UTF-16 text takes in WTF-8, without a NUL. `utf16_len` counts units; -1 means that a NUL
/// ends the text. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_utf16_length_as_wtf8>, since 1.47.
///
/// # Safety
/// `utf16` is readable for `utf16_len` units or up to a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_utf16_length_as_wtf8(utf16: *const u16, utf16_len: ssize_t) -> size_t {
    // SAFETY: so many units, or as many as stand before a NUL, as documented.
    wtf8::wtf8_len(unsafe { lend_units(utf16, utf16_len) })
}

/// Converts UTF-16 to WTF-8. `utf16_len` counts units; -1 means that a NUL ends the text.
///
/// Returns 0, `UV_ENOBUFS` or `UV_ENOMEM`. With a buffer in `*wtf8_ptr`, `*wtf8_len_ptr` is its length less
/// one for the NUL; if the text does not fit, `UV_ENOBUFS` is returned and the length becomes the one needed.
/// A NULL `*wtf8_ptr` receives a new buffer, to be freed with the library's allocator (`UV_ENOMEM` if there
/// is none). A NULL `wtf8_ptr` only asks for the length. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_utf16_to_wtf8>, since 1.47.
///
/// # Safety
/// `utf16` is readable for `utf16_len` units or up to a NUL; the buffer, if any, is as long as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_utf16_to_wtf8(
    utf16: *const u16,
    utf16_len: ssize_t,
    wtf8_ptr: *mut *mut c_char,
    wtf8_len_ptr: *mut size_t,
) -> c_int {
    // SAFETY: so many units, or as many as stand before a NUL; null, or a place for a pointer and one for
    // a length; if the pointer is not null, a buffer of one byte more than that length, as documented.
    let (text, target, length, buffer) = unsafe {
        let (target, length) = (lend_any_cell(wtf8_ptr), lend_any_cell(wtf8_len_ptr));
        let given = target.map(Cell::get).filter(|at| !at.is_null());
        let size = || length.map_or(0, |length| length.get().saturating_add(1));
        let buffer = given.and_then(|at| lend_out_chars(at, size()));
        (lend_units(utf16, utf16_len), target, length, buffer)
    };
    to_status(wtf8::to_wtf8(text, target, length, buffer))
}

/// The units that a WTF-8 text takes in UTF-16, with a NUL. Returns `UV_EINVAL` if it is malformed. Any
/// thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_wtf8_length_as_utf16>, since 1.47.
///
/// # Safety
/// `wtf8` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_wtf8_length_as_utf16(wtf8: *const c_char) -> ssize_t {
    // SAFETY: a text, as documented.
    wtf8::utf16_size(unsafe { lend_text(wtf8) })
}

/// Converts WTF-8 to UTF-16 with a NUL; `utf16_len` is what [`uv_wtf8_length_as_utf16`] said, or more.
///
/// Aborts if the text is malformed or does not fit. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_wtf8_to_utf16>, since 1.47.
///
/// # Safety
/// `wtf8` is NUL-terminated; `utf16` is writable for `utf16_len` units.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_wtf8_to_utf16(wtf8: *const c_char, utf16: *mut u16, utf16_len: size_t) {
    // SAFETY: a text, and room for so many units, as documented; of those none is read.
    let (text, out) = unsafe {
        let room = if utf16_len == 0 { &mut [] } else { slice::from_raw_parts_mut(utf16.cast(), utf16_len) };
        (lend_text(wtf8), room)
    };
    wtf8::to_utf16(text, out);
}
