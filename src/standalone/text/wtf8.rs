//! WTF-8, which is UTF-8 with room for unpaired surrogates, from and to UTF-16.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::slice;

use libc::{c_char, c_int, size_t, ssize_t};

use crate::core::alloc;
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult, to_status};

/// How many ASCII characters a text begins with: up to eight, but only one near its end.
fn ascii_run(bytes: &[u8]) -> usize {
    match bytes.first_chunk() {
        Some(chunk) => (u64::from_le_bytes(*chunk) & 0x8080_8080_8080_8080).trailing_zeros() as usize / 8,
        None => usize::from(bytes.first().is_some_and(u8::is_ascii)),
    }
}

/// The first code point of a text, which is not ASCII, and the bytes behind it.
///
/// Like libuv this takes any sequence of the right shape, overlong ones and paired surrogates too.
fn decode(bytes: &[u8]) -> UvResult<(u32, &[u8])> {
    let tail = |byte: u8| if byte & 0xC0 == 0x80 { Ok(u32::from(byte & 0x3F)) } else { Err(Errno::EINVAL) };
    match *bytes {
        [a @ 0xC2..0xE0, b, ref rest @ ..] => Ok((u32::from(a & 0x1F) << 6 | tail(b)?, rest)),
        [a @ 0xE0..0xF0, b, c, ref rest @ ..] => {
            Ok((u32::from(a & 0x0F) << 12 | tail(b)? << 6 | tail(c)?, rest))
        }
        [a @ 0xF0..0xF5, b, c, d, ref rest @ ..] => {
            let code = u32::from(a & 0x07) << 18 | tail(b)? << 12 | tail(c)? << 6 | tail(d)?;
            if code <= 0x10FFFF { Ok((code, rest)) } else { Err(Errno::EINVAL) }
        }
        _ => Err(Errno::EINVAL),
    }
}

/// The units of a text in UTF-16, without a NUL.
fn utf16_len(wtf8: &[u8]) -> UvResult<usize> {
    let (mut bytes, mut len) = (wtf8, 0);
    while !bytes.is_empty() {
        let ascii = ascii_run(bytes);
        if ascii > 0 {
            len += ascii;
            bytes = &bytes[ascii..];
        } else {
            let (code, rest) = decode(bytes)?;
            len += if code > 0xFFFF { 2 } else { 1 };
            bytes = rest;
        }
    }
    Ok(len)
}

/// Writes the text and a NUL; fails if it is malformed or does not fit.
fn to_utf16(wtf8: &[u8], out: &mut [MaybeUninit<u16>]) -> UvResult {
    let (mut bytes, mut len) = (wtf8, 0);
    while !bytes.is_empty() {
        let free = &mut out[len..];
        let ascii = ascii_run(bytes);
        let (written, rest) = match (ascii, bytes.split_first_chunk::<8>()) {
            (8, Some((chunk, rest))) => (put(free, chunk.map(u16::from)), rest),
            (1.., _) => {
                let (run, rest) = bytes.split_at(ascii);
                for (unit, byte) in free.iter_mut().zip(run) {
                    unit.write(u16::from(*byte));
                }
                ((free.len() >= ascii).then_some(ascii), rest)
            }
            _ => {
                let (code, rest) = decode(bytes)?;
                let written = match code.checked_sub(0x1_0000) {
                    None => put(free, [code as u16]),
                    Some(beyond) => {
                        put(free, [0xD800 + (beyond >> 10) as u16, 0xDC00 + (beyond & 0x3FF) as u16])
                    }
                };
                (written, rest)
            }
        };
        len += written.ok_or(Errno::ENOBUFS)?;
        bytes = rest;
    }
    put(&mut out[len..], [0]).map(drop).ok_or(Errno::ENOBUFS)
}

/// Writes items at the start of a buffer and returns how many; nothing if they do not fit.
fn put<T, const N: usize>(free: &mut [MaybeUninit<T>], items: [T; N]) -> Option<usize> {
    *free.first_chunk_mut::<N>()? = items.map(MaybeUninit::new);
    Some(N)
}

fn is_high(unit: u16) -> bool {
    unit & 0xFC00 == 0xD800
}

fn is_low(unit: u16) -> bool {
    unit & 0xFC00 == 0xDC00
}

/// The bytes of a text in WTF-8, without a NUL.
fn wtf8_len(utf16: &[u16]) -> usize {
    let alone: usize =
        utf16.iter().map(|unit| 1 + usize::from(*unit >= 0x80) + usize::from(*unit >= 0x800)).sum();
    // Two surrogates that belong together take four bytes, not six.
    let pairs = utf16.iter().zip(utf16.iter().skip(1)).filter(|(high, low)| is_high(**high) & is_low(**low));
    alone - 2 * pairs.count()
}

/// Writes as many whole characters as leave room for a NUL, and that; returns their bytes and
/// whether they are all. An unpaired surrogate is a character.
fn to_wtf8(utf16: &[u16], out: &mut [MaybeUninit<u8>]) -> (usize, bool) {
    let Some(room) = out.len().checked_sub(1) else { return (0, false) };
    let (mut units, mut len) = (utf16, 0);
    while let [first, after @ ..] = units {
        let free = &mut out[len..room];
        if let (Some((chunk, rest)), Some(bytes)) =
            (units.split_first_chunk::<8>(), free.first_chunk_mut::<8>())
            && chunk.iter().fold(0, |all, unit| all | unit) < 0x80
        {
            *bytes = chunk.map(|unit| MaybeUninit::new(unit as u8));
            len += bytes.len();
            units = rest;
            continue;
        }
        let code = u32::from(*first);
        let (written, rest) = match (code, after) {
            (0..0x80, _) => (put(free, [code as u8]), after),
            (0x80..0x800, _) => (put(free, [0xC0 | (code >> 6) as u8, tail(code)]), after),
            (0xD800..0xDC00, [low, rest @ ..]) if is_low(*low) => {
                let code = 0x1_0000 + ((code - 0xD800) << 10) + (u32::from(*low) - 0xDC00);
                let bytes = [0xF0 | (code >> 18) as u8, tail(code >> 12), tail(code >> 6), tail(code)];
                (put(free, bytes), rest)
            }
            _ => (put(free, [0xE0 | (code >> 12) as u8, tail(code >> 6), tail(code)]), after),
        };
        let Some(written) = written else { break };
        (len, units) = (len + written, rest);
    }
    out[len].write(0);
    (len, units.is_empty())
}

/// A byte that goes on with a sequence: the low six bits.
fn tail(code: u32) -> u8 {
    0x80 | (code & 0x3F) as u8
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
            let fresh = alloc::malloc(len + 1);
            if fresh.is_null() {
                return Err(Errno::ENOMEM);
            }
            *target = fresh.cast();
            to_wtf8(utf16, slice::from_raw_parts_mut(fresh.cast(), len + 1));
            return Ok(());
        }
        if target_len.is_null() {
            return Err(Errno::EINVAL);
        }
        let room = (*target_len).saturating_add(1).min(isize::MAX as usize);
        let (len, whole) = to_wtf8(utf16, slice::from_raw_parts_mut(given.cast(), room));
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
    let (text, out) = unsafe { (CStr::from_ptr(wtf8), slice::from_raw_parts_mut(utf16.cast(), utf16_len)) };
    if to_utf16(text.to_bytes(), out).is_err() {
        fatal("uv_wtf8_to_utf16: the text is malformed or does not fit");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The units, with a NUL, in a buffer of `room`.
    fn utf16(text: &[u8], room: usize) -> UvResult<Vec<u16>> {
        let mut out = vec![MaybeUninit::new(7); room];
        to_utf16(text, &mut out)?;
        // SAFETY: initialised above.
        Ok(out.iter().map(|unit| unsafe { unit.assume_init() }).collect())
    }

    /// The length, whether the text fits in a buffer of `room`, and all of the buffer.
    fn wtf8(text: &[u16], room: usize) -> (usize, bool, Vec<u8>) {
        let mut out = vec![MaybeUninit::new(0xAA); room];
        let (len, whole) = to_wtf8(text, &mut out);
        // SAFETY: initialised above.
        (len, whole, out.iter().map(|byte| unsafe { byte.assume_init() }).collect())
    }

    #[test]
    fn texts_go_to_utf16_and_back() {
        for text in
            ["", "abc", "ñ中\u{FFFF}", "\u{10FFFF}", "a\u{1F4A9}é😀z", "eight or more letters, ü, and more"]
        {
            let expected: Vec<u16> = text.encode_utf16().chain([0]).collect();
            let len = utf16_len(text.as_bytes()).unwrap();
            assert_eq!(len + 1, expected.len());
            let units = utf16(text.as_bytes(), len + 1).unwrap();
            assert_eq!(units, expected);
            assert_eq!(utf16(text.as_bytes(), len), Err(Errno::ENOBUFS));
            assert_eq!(wtf8_len(&units[..len]), text.len());
            let expected = [text.as_bytes(), b"\0"].concat();
            assert_eq!(wtf8(&units[..len], text.len() + 1), (text.len(), true, expected));
        }
    }

    #[test]
    fn unpaired_surrogates_survive() {
        let units = [0xDC00, 0xD800, 0x41, 0xDBFF];
        assert_eq!(wtf8_len(&units), 10);
        let (len, whole, bytes) = wtf8(&units, 11);
        assert_eq!((&bytes[..len], whole), (&b"\xED\xB0\x80\xED\xA0\x80A\xED\xAF\xBF"[..], true));
        assert_eq!(utf16(&bytes[..len], 5).unwrap()[..4], units);
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
        for room in 0..7 {
            let (len, whole, bytes) = wtf8(&[0x41, 0x4E2D], room);
            assert_eq!((len, whole), ([0, 0, 1, 1, 1, 4, 4][room], room > 4));
            assert!(room == 0 || bytes[len] == 0);
            assert!(bytes.iter().skip(len + 1).all(|byte| *byte == 0xAA));
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
