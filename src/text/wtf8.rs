//! WTF-8, which is UTF-8 with room for unpaired surrogates, from and to UTF-16.

use std::ffi::CStr;
use std::ptr::null_mut;
use std::slice;

use libc::{c_char, c_int, size_t, ssize_t};

use crate::core::alloc;
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult, to_status};

/// The code points of WTF-8; an error is the last item.
///
/// Like libuv this takes any sequence of the right shape, overlong ones and paired surrogates too.
struct Decode<'a> {
    bytes: &'a [u8],
}

impl Decode<'_> {
    fn sequence(&mut self) -> Option<u32> {
        let (first, rest) = self.bytes.split_first()?;
        let (len, lead) = match first {
            0..=0x7F => (0, u32::from(*first)),
            0xC2..=0xDF => (1, u32::from(first & 0x1F)),
            0xE0..=0xEF => (2, u32::from(first & 0x0F)),
            0xF0..=0xF4 => (3, u32::from(first & 0x07)),
            _ => return None,
        };
        let (more, rest) = rest.split_at_checked(len)?;
        let code = more.iter().try_fold(lead, |code, byte| {
            (byte & 0xC0 == 0x80).then_some((code << 6) | u32::from(byte & 0x3F))
        })?;
        self.bytes = rest;
        (code <= 0x10FFFF).then_some(code)
    }
}

impl Iterator for Decode<'_> {
    type Item = UvResult<u32>;

    fn next(&mut self) -> Option<UvResult<u32>> {
        if self.bytes.is_empty() {
            return None;
        }
        let code = self.sequence();
        if code.is_none() {
            self.bytes = &[];
        }
        Some(code.ok_or(Errno::EINVAL))
    }
}

/// The units of a text in UTF-16, without a NUL.
fn utf16_len(wtf8: &[u8]) -> UvResult<usize> {
    Decode { bytes: wtf8 }.try_fold(0, |len, code| Ok(len + if code? > 0xFFFF { 2 } else { 1 }))
}

/// Writes the text and a NUL; fails if it is malformed or does not fit.
fn to_utf16(wtf8: &[u8], out: &mut [u16]) -> UvResult {
    let mut units = out.iter_mut();
    let mut push = |unit: u32| -> UvResult {
        *units.next().ok_or(Errno::ENOBUFS)? = unit as u16;
        Ok(())
    };
    for code in (Decode { bytes: wtf8 }) {
        let code = code?;
        if let Some(beyond) = code.checked_sub(0x1_0000) {
            push(0xD800 + (beyond >> 10))?;
            push(0xDC00 + (beyond & 0x3FF))?;
        } else {
            push(code)?;
        }
    }
    push(0)
}

/// The code points of UTF-16; an unpaired surrogate stands for itself.
fn codes(utf16: &[u16]) -> impl Iterator<Item = u32> {
    char::decode_utf16(utf16.iter().copied())
        .map(|unit| unit.map_or_else(|alone| u32::from(alone.unpaired_surrogate()), u32::from))
}

/// The bytes of a code point in WTF-8, and how many of the four they are.
fn encode(code: u32) -> ([u8; 4], usize) {
    let tail = |shift: u32| 0x80 | (code >> shift) as u8 & 0x3F;
    match code {
        0..0x80 => ([code as u8, 0, 0, 0], 1),
        0x80..0x800 => ([0xC0 | (code >> 6) as u8, tail(0), 0, 0], 2),
        0x800..0x1_0000 => ([0xE0 | (code >> 12) as u8, tail(6), tail(0), 0], 3),
        _ => ([0xF0 | (code >> 18) as u8, tail(12), tail(6), tail(0)], 4),
    }
}

/// The bytes of a text in WTF-8, without a NUL.
fn wtf8_len(utf16: &[u16]) -> usize {
    codes(utf16).map(|code| encode(code).1).sum()
}

/// Writes as many whole characters as leave room for a NUL, and that; returns their bytes and
/// whether they are all.
fn to_wtf8(utf16: &[u16], out: &mut [u8]) -> (usize, bool) {
    let Some(room) = out.len().checked_sub(1) else { return (0, false) };
    let mut len = 0;
    let mut whole = true;
    for code in codes(utf16) {
        let (bytes, count) = encode(code);
        if len + count > room {
            whole = false;
            break;
        }
        out[len..len + count].copy_from_slice(&bytes[..count]);
        len += count;
    }
    out[len] = 0;
    (len, whole)
}

/// The units that a pointer and a length stand for; a negative length means up to a NUL.
///
/// # Safety
/// `utf16` is readable for `len` units or up to a NUL, for as long as the slice is used.
unsafe fn units<'a>(utf16: *const u16, len: ssize_t) -> &'a [u16] {
    // SAFETY: the caller's promise.
    unsafe {
        let len = usize::try_from(len).unwrap_or_else(|_| {
            let mut end = 0;
            while *utf16.add(end) != 0 {
                end += 1;
            }
            end
        });
        if len == 0 { &[] } else { slice::from_raw_parts(utf16, len) }
    }
}

/// # Safety
/// `target` is null, or holds null, or a buffer that is one byte longer than `target_len` says.
unsafe fn utf16_to_wtf8(utf16: &[u16], target: *mut *mut c_char, target_len: *mut size_t) -> UvResult {
    // SAFETY: the caller's promise; fresh memory has room for the whole text and its NUL.
    unsafe {
        let given = if target.is_null() { null_mut() } else { *target };
        if given.is_null() {
            let len = wtf8_len(utf16);
            if !target_len.is_null() {
                *target_len = len;
            }
            if target.is_null() {
                return Ok(());
            }
            let fresh = alloc::calloc(len + 1, 1).cast::<u8>();
            if fresh.is_null() {
                return Err(Errno::ENOMEM);
            }
            *target = fresh.cast();
            to_wtf8(utf16, slice::from_raw_parts_mut(fresh, len + 1));
            return Ok(());
        }
        if target_len.is_null() {
            return Err(Errno::EINVAL);
        }
        let room = (*target_len).saturating_add(1).min(isize::MAX as usize);
        let (len, whole) = to_wtf8(utf16, slice::from_raw_parts_mut(given.cast::<u8>(), room));
        *target_len = if whole { len } else { wtf8_len(utf16) };
        if whole { Ok(()) } else { Err(Errno::ENOBUFS) }
    }
}

/// The bytes that a UTF-16 text takes in WTF-8, without a NUL. `utf16_len` counts units; -1 means
/// that a NUL ends the text. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_utf16_length_as_wtf8>.
///
/// # Safety
/// `utf16` is readable for `utf16_len` units or up to a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_utf16_length_as_wtf8(utf16: *const u16, utf16_len: ssize_t) -> size_t {
    // SAFETY: the caller's promise.
    wtf8_len(unsafe { units(utf16, utf16_len) })
}

/// Converts UTF-16 to WTF-8. `utf16_len` counts units; -1 means that a NUL ends the text.
///
/// With a buffer in `*wtf8_ptr`, `*wtf8_len_ptr` is its length less one for the NUL; if the text does
/// not fit, `UV_ENOBUFS` is returned and the length becomes the one needed. A NULL `*wtf8_ptr` receives
/// a new buffer, to be freed with the library's allocator (`UV_ENOMEM` if there is none). A NULL
/// `wtf8_ptr` only asks for the length. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_utf16_to_wtf8>.
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
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { utf16_to_wtf8(units(utf16, utf16_len), wtf8_ptr, wtf8_len_ptr) })
}

/// The units that a WTF-8 text takes in UTF-16, with a NUL; `UV_EINVAL` if it is malformed. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_wtf8_length_as_utf16>.
///
/// # Safety
/// `wtf8` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_wtf8_length_as_utf16(wtf8: *const c_char) -> ssize_t {
    // SAFETY: the caller's promise.
    match utf16_len(unsafe { CStr::from_ptr(wtf8) }.to_bytes()) {
        Ok(len) => len as ssize_t + 1,
        Err(error) => error.code() as ssize_t,
    }
}

/// Converts WTF-8 to UTF-16 with a NUL; `utf16_len` is what [`uv_wtf8_length_as_utf16`] said, or more.
///
/// Aborts if the text is malformed or does not fit. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_wtf8_to_utf16>.
///
/// # Safety
/// `wtf8` is NUL-terminated; `utf16` is writable for `utf16_len` units.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_wtf8_to_utf16(wtf8: *const c_char, utf16: *mut u16, utf16_len: size_t) {
    if utf16_len == 0 {
        fatal("uv_wtf8_to_utf16: no room for the NUL");
    }
    // SAFETY: the caller's promise.
    let (text, out) = unsafe { (CStr::from_ptr(wtf8), slice::from_raw_parts_mut(utf16, utf16_len)) };
    if to_utf16(text.to_bytes(), out).is_err() {
        fatal("uv_wtf8_to_utf16: the text is malformed or does not fit");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_to_utf16_and_back() {
        for text in ["", "abc", "ñ中\u{FFFF}", "\u{10FFFF}", "a\u{1F4A9}é😀z"] {
            let expected: Vec<u16> = text.encode_utf16().chain([0]).collect();
            let len = utf16_len(text.as_bytes()).unwrap();
            assert_eq!(len + 1, expected.len());
            let mut utf16 = vec![7; len + 1];
            to_utf16(text.as_bytes(), &mut utf16).unwrap();
            assert_eq!(utf16, expected);
            assert_eq!(wtf8_len(&utf16[..len]), text.len());
            let mut back = vec![7; text.len() + 1];
            assert_eq!(to_wtf8(&utf16[..len], &mut back), (text.len(), true));
            assert_eq!(back, [text.as_bytes(), b"\0"].concat());
        }
    }

    #[test]
    fn unpaired_surrogates_survive() {
        let utf16 = [0xDC00, 0xD800, 0x41, 0xDBFF];
        let mut wtf8 = [0; 16];
        let (len, whole) = to_wtf8(&utf16, &mut wtf8);
        assert_eq!((&wtf8[..len], whole), (&b"\xED\xB0\x80\xED\xA0\x80A\xED\xAF\xBF"[..], true));
        let mut back = [0; 5];
        to_utf16(&wtf8[..len], &mut back).unwrap();
        assert_eq!(back[..4], utf16);
    }

    #[test]
    fn malformed_texts_are_refused() {
        let texts: [&[u8]; 9] = [
            b"\xFF",
            b"\x80",
            b"a\xC0\x80",
            b"\xC2",
            b"\xE4\xB8",
            b"\xE4\xB8a",
            b"\xF0\x9F\x92",
            b"\xF4\x90\x80\x80",
            b"\xF5\x80\x80\x80",
        ];
        for text in texts {
            assert_eq!(utf16_len(text), Err(Errno::EINVAL), "{text:x?}");
        }
    }

    #[test]
    fn a_full_buffer_keeps_whole_characters_and_a_nul() {
        for (room, expected) in [(0, &[0xAA, 0xAA, 0xAA][..]), (1, &[0, 0xAA, 0xAA]), (3, &[0, 0xAA, 0xAA])] {
            let mut out = [0xAA; 3];
            assert!(!to_wtf8(&[0x4E2D], &mut out[..room]).1);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn the_length_needed_is_told() {
        let utf16 = [0x4E2D; 4];
        let mut out = [0_u8; 7];
        let (mut target, mut len) = (out.as_mut_ptr().cast::<c_char>(), 6);
        // SAFETY: the buffer is one byte longer than said.
        assert_eq!(unsafe { utf16_to_wtf8(&utf16, &raw mut target, &raw mut len) }, Err(Errno::ENOBUFS));
        assert_eq!((len, out[6]), (12, 0));
    }
}
