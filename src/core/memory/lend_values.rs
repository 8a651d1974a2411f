//! What the program points to by other pointers than those to its structures: values, texts, bytes.

use std::cell::Cell;
use std::ffi::CStr;

use libc::{c_char, c_void};

/// A value of the program's that is read and written, for the time of a call.
///
/// # Safety
/// `at` points to an initialised value, which stays for the call.
#[inline(always)]
pub(crate) unsafe fn lend_cell<'a, T: Copy>(at: *mut T) -> &'a Cell<T> {
    // SAFETY: a cell is laid out as its value, and others may write to it too.
    unsafe { &*at.cast() }
}

/// [`lend_cell`] for a pointer that may be null.
///
/// # Safety
/// As for [`lend_cell`], unless it is null.
#[inline(always)]
pub(crate) unsafe fn lend_any_cell<'a, T: Copy>(at: *mut T) -> Option<&'a Cell<T>> {
    // SAFETY: a cell is laid out as its value, and others may write to it too.
    unsafe { at.cast::<Cell<T>>().as_ref() }
}

/// A text that the program points to, for the time of a call.
///
/// # Safety
/// `text` points to bytes up to a NUL, which stay as they are while the text is used.
#[inline]
pub(crate) unsafe fn lend_text<'a>(text: *const c_char) -> &'a CStr {
    // SAFETY: the program ended the text with NUL and leaves it as it is while the call reads it.
    unsafe { CStr::from_ptr(text) }
}

/// [`lend_text`] for a pointer that may be null.
///
/// # Safety
/// As for [`lend_text`], unless it is null.
#[inline]
pub(crate) unsafe fn lend_any_text<'a>(text: *const c_char) -> Option<&'a CStr> {
    // SAFETY: a text that is not null was ended with NUL by the program, which leaves it as it is for the
    // call.
    if text.is_null() { None } else { Some(unsafe { CStr::from_ptr(text) }) }
}

/// Bytes that the program points to, for the time of a call; none for a length of 0, whatever `at` is.
///
/// # Safety
/// `at` is readable for `len` bytes, which nobody changes while they are used.
#[inline]
pub(crate) unsafe fn lend_bytes<'a>(at: *const c_void, len: usize) -> &'a [u8] {
    // SAFETY: the program has `len` bytes there, and does not write to them while the call reads them.
    if len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(at.cast(), len) } }
}

/// [`lend_bytes`] for a pointer that may be null.
///
/// # Safety
/// As for [`lend_bytes`], unless it is null.
#[inline]
pub(crate) unsafe fn lend_any_bytes<'a>(at: *const c_char, len: usize) -> Option<&'a [u8]> {
    // SAFETY: where there is no null the program has `len` bytes, and does not write to them for the call.
    if at.is_null() { None } else { Some(unsafe { lend_bytes(at.cast(), len) }) }
}

/// UTF-16 units that the program points to, for the time of a call; a negative length means up to a NUL.
///
/// # Safety
/// `at` is readable for `len` units or up to a NUL, which nobody changes while they are used.
pub(crate) unsafe fn lend_units<'a>(at: *const u16, len: isize) -> &'a [u16] {
    // SAFETY: the program has `len` units there, or some with a NUL behind them, at which the loop ends; it
    // does not write to them while the call reads them.
    unsafe {
        let len = usize::try_from(len).unwrap_or_else(|_| {
            let mut end = 0;
            while *at.add(end) != 0 {
                end += 1;
            }
            end
        });
        if len == 0 { &[] } else { std::slice::from_raw_parts(at, len) }
    }
}
