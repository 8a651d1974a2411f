//! WTF-8, which is UTF-8 with room for unpaired surrogates, from and to UTF-16.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::ffi::CStr;
use std::mem::MaybeUninit;

use libc::{c_char, size_t, ssize_t};

use crate::core::memory::out::OutBytes;
use crate::core::memory::text::Text;
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult};

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
pub(crate) fn utf16_len(wtf8: &[u8]) -> UvResult<usize> {
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

/// A place for an item, which need not hold one yet.
trait Place<T> {
    fn put(&mut self, item: T);
}

impl<T> Place<T> for MaybeUninit<T> {
    #[inline(always)]
    fn put(&mut self, item: T) {
        self.write(item);
    }
}

/// Writes the text and a NUL; fails if it is malformed or does not fit.
fn write_utf16(wtf8: &[u8], out: &mut [impl Place<u16>]) -> UvResult {
    let (mut bytes, mut len) = (wtf8, 0);
    while !bytes.is_empty() {
        let free = &mut out[len..];
        let ascii = ascii_run(bytes);
        let (written, rest) = match (ascii, bytes.split_first_chunk::<8>()) {
            (8, Some((chunk, rest))) => (put(free, chunk.map(u16::from)), rest),
            (1.., _) => {
                let (run, rest) = bytes.split_at(ascii);
                for (unit, byte) in free.iter_mut().zip(run) {
                    unit.put(u16::from(*byte));
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
#[inline(always)]
fn put<T, const N: usize>(free: &mut [impl Place<T>], items: [T; N]) -> Option<usize> {
    for (place, item) in free.first_chunk_mut::<N>()?.iter_mut().zip(items) {
        place.put(item);
    }
    Some(N)
}

/// The same for as many as fit; fails with how many that are if it is not all of them.
#[inline(always)]
fn put_cut<const N: usize>(free: &mut [impl Place<u8>], bytes: [u8; N]) -> Result<usize, usize> {
    if let Some(len) = put(free, bytes) {
        return Ok(len);
    }
    for (place, byte) in free.iter_mut().zip(bytes) {
        place.put(byte);
    }
    Err(free.len())
}

fn is_high(unit: u16) -> bool {
    unit & 0xFC00 == 0xD800
}

fn is_low(unit: u16) -> bool {
    unit & 0xFC00 == 0xDC00
}

/// The bytes of a text in WTF-8, without a NUL.
#[inline(never)]
pub(crate) fn wtf8_len(utf16: &[u16]) -> usize {
    let alone: usize =
        utf16.iter().map(|unit| 1 + usize::from(*unit >= 0x80) + usize::from(*unit >= 0x800)).sum();
    // Two surrogates that belong together take four bytes, not six.
    let pairs = utf16.iter().zip(utf16.iter().skip(1)).filter(|(high, low)| is_high(**high) & is_low(**low));
    alone - 2 * pairs.count()
}

/// Writes as many bytes as leave room for a NUL, and that; returns how many they are and whether they
/// are all. Like libuv this may cut the last character. An unpaired surrogate is a character.
fn write_wtf8(utf16: &[u16], out: &mut [impl Place<u8>]) -> (usize, bool) {
    let Some((end, room)) = out.split_last_mut() else { return (0, false) };
    let (mut units, mut len) = (utf16, 0);
    while let [first, after @ ..] = units {
        let free = &mut room[len..];
        let ascii = units.split_first_chunk::<8>().filter(|(chunk, _)| {
            free.len() >= chunk.len() && chunk.iter().fold(0, |all, unit| all | unit) < 0x80
        });
        if let Some((chunk, rest)) = ascii {
            len += put(free, chunk.map(|unit| unit as u8)).unwrap_or(0);
            units = rest;
            continue;
        }
        let code = u32::from(*first);
        let (written, rest) = match (code, after) {
            (0..0x80, _) => (put_cut(free, [code as u8]), after),
            (0x80..0x800, _) => (put_cut(free, [0xC0 | (code >> 6) as u8, tail(code)]), after),
            (0xD800..0xDC00, [low, rest @ ..]) if is_low(*low) => {
                let code = 0x1_0000 + ((code - 0xD800) << 10) + (u32::from(*low) - 0xDC00);
                let bytes = [0xF0 | (code >> 18) as u8, tail(code >> 12), tail(code >> 6), tail(code)];
                (put_cut(free, bytes), rest)
            }
            _ => (put_cut(free, [0xE0 | (code >> 12) as u8, tail(code >> 6), tail(code)]), after),
        };
        match written {
            Ok(bytes) => (len, units) = (len + bytes, rest),
            Err(cut) => {
                len += cut;
                break;
            }
        }
    }
    // Where all of the room was used, this is the byte after it.
    room.get_mut(len).unwrap_or(end).put(0);
    (len, units.is_empty())
}

/// A byte that goes on with a sequence: the low six bits.
fn tail(code: u32) -> u8 {
    0x80 | (code & 0x3F) as u8
}

/// Writes into `buffer`, or else into new memory for `target`, or else only tells the length.
pub(crate) fn to_wtf8(
    utf16: &[u16],
    target: Option<&Cell<*mut c_char>>,
    length: Option<&Cell<size_t>>,
    buffer: Option<OutBytes>,
) -> UvResult {
    if let Some(mut buffer) = buffer {
        let length = length.ok_or(Errno::EINVAL)?;
        let (len, whole) = write_wtf8(utf16, buffer.memory());
        length.set(if whole { len } else { wtf8_len(utf16) });
        return if whole { Ok(()) } else { Err(Errno::ENOBUFS) };
    }
    let len = wtf8_len(utf16);
    if let Some(length) = length {
        length.set(len);
    }
    if let Some(target) = target {
        let text = Text::filled(len, |out| {
            write_wtf8(utf16, out.memory());
        });
        target.set(text?.into_raw());
    }
    Ok(())
}

/// The units of a text with its NUL, or an error's code.
pub(crate) fn utf16_size(wtf8: &CStr) -> ssize_t {
    match utf16_len(wtf8.to_bytes()) {
        Ok(len) => len as ssize_t + 1,
        Err(error) => error.code() as ssize_t,
    }
}

pub(crate) fn to_utf16(wtf8: &CStr, out: &mut [MaybeUninit<u16>]) {
    if out.is_empty() {
        fatal("uv_wtf8_to_utf16: no room for the NUL");
    }
    if write_utf16(wtf8.to_bytes(), out).is_err() {
        fatal("uv_wtf8_to_utf16: the text is malformed or does not fit");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Place<u8> for u8 {
        fn put(&mut self, item: u8) {
            *self = item;
        }
    }

    impl Place<u16> for u16 {
        fn put(&mut self, item: u16) {
            *self = item;
        }
    }

    /// The units, with a NUL, in a buffer of `room`.
    fn utf16(text: &[u8], room: usize) -> UvResult<Vec<u16>> {
        let mut out = vec![7; room];
        write_utf16(text, &mut out)?;
        Ok(out)
    }

    /// The length, whether the text fits in a buffer of `room`, and all of the buffer.
    fn wtf8(text: &[u16], room: usize) -> (usize, bool, Vec<u8>) {
        let mut out = vec![0xAA; room];
        let (len, whole) = write_wtf8(text, &mut out);
        (len, whole, out)
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
    fn a_full_buffer_is_cut_anywhere_and_ends_with_a_nul() {
        let (text, all) = ([0x41, 0x4E2D, 0xD83D, 0xDCA9, 0xE9], "A\u{4E2D}\u{1F4A9}\u{E9}".as_bytes());
        for room in 0..all.len() + 3 {
            let (len, whole, bytes) = wtf8(&text, room);
            assert_eq!((len, whole), (all.len().min(room.saturating_sub(1)), room > all.len()));
            assert_eq!(bytes[..len], all[..len]);
            assert!(room == 0 || bytes[len] == 0);
            assert!(bytes.iter().skip(len + 1).all(|byte| *byte == 0xAA));
        }
    }
}
