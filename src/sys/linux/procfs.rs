//! Small files in which the kernel tells of itself.

use std::ffi::CStr;
use std::fmt;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::str;

use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd;

/// What one read gives of a file: the whole of a small one.
pub(crate) fn read_start<'a>(path: &CStr, buf: &'a mut [u8]) -> UvResult<&'a [u8]> {
    let file = fd::open(path, libc::O_RDONLY)?;
    let len = fd::read_bytes(file.as_raw_fd(), buf)?;
    Ok(buf.get(..len).unwrap_or_default())
}

/// The same for a path that is put together: `format_args!("/proc/{pid}/stat")`. Without memory of its
/// own; a path that is too long is an unknown one.
pub(crate) fn read_at<'a>(path: fmt::Arguments, buf: &'a mut [u8]) -> UvResult<&'a [u8]> {
    let mut text = [0; libc::PATH_MAX as usize];
    write!(&mut text[..], "{path}\0").map_err(|_| Errno::ENAMETOOLONG)?;
    let path = CStr::from_bytes_until_nul(&text).map_err(|_| Errno::ENAMETOOLONG)?;
    read_start(path, buf)
}

/// The whole of a file.
pub(crate) fn read_all(path: &CStr) -> UvResult<Vec<u8>> {
    let file = fd::open(path, libc::O_RDONLY)?;
    let mut bytes = Vec::new();
    let mut len = 0;
    loop {
        if bytes.len() - len < 4096 {
            bytes.try_reserve(4096).map_err(|_| Errno::ENOMEM)?;
            bytes.resize(bytes.capacity(), 0); // there is room
        }
        match fd::read_bytes(file.as_raw_fd(), &mut bytes[len..])? {
            0 => break,
            n => len += n,
        }
    }
    bytes.truncate(len);
    Ok(bytes)
}

/// The number that a text begins with, after blanks.
pub(crate) fn number(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii_start();
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    decimal(&text[..digits])
}

/// The number that a word is.
#[inline(never)]
pub(crate) fn decimal(word: &[u8]) -> Option<u64> {
    str::from_utf8(word).ok()?.parse().ok()
}

/// The numbers of a text, up to the first word that is none.
pub(crate) fn numbers(text: &[u8]) -> impl Iterator<Item = u64> {
    words(text).map_while(decimal)
}

/// The fractions of a text, up to the first word that is none.
pub(crate) fn fractions(text: &[u8]) -> impl Iterator<Item = f64> {
    words(text).map_while(fraction)
}

/// "12.34". The general parser of the standard library brings 16 KB of tables and code along.
#[inline(never)]
fn fraction(word: &[u8]) -> Option<f64> {
    let mut parts = word.splitn(2, |&byte| byte == b'.');
    let whole = parts.next()?;
    let decimals = parts.next().unwrap_or_default();
    let value = |digits| u32::try_from(decimal(digits)?).ok().map(f64::from);
    let rest = if decimals.is_empty() { 0.0 } else { value(decimals)? };
    let scale = decimals.iter().fold(1.0, |scale, _| scale * 10.0);
    Some((value(whole)? * scale + rest) / scale)
}

fn words(text: &[u8]) -> Words<'_> {
    Words(text)
}

/// What stands between separators, as `split` has it. Not copied to each place.
pub(crate) struct Pieces<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
}

pub(crate) fn pieces(text: &[u8], separator: u8) -> Pieces<'_> {
    Pieces { rest: Some(text), separator }
}

pub(crate) fn lines(text: &[u8]) -> Pieces<'_> {
    pieces(text, b'\n')
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    #[inline(never)]
    fn next(&mut self) -> Option<&'a [u8]> {
        let text = self.rest?;
        let end = text.iter().position(|byte| *byte == self.separator);
        self.rest = end.and_then(|end| text.get(end + 1..));
        text.get(..end.unwrap_or(text.len()))
    }
}

struct Words<'a>(&'a [u8]);

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    /// Not copied to where a dozen numbers are read one after the other.
    #[inline(never)]
    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.0.trim_ascii_start();
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        let (word, rest) = rest.split_at_checked(end)?;
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_words_begin() {
        assert_eq!(number(b"  16384 kB\n"), Some(16384));
        assert_eq!(number(b"max\n"), None);
        assert_eq!(number(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(numbers(b"1 22  3 x 4").collect::<Vec<_>>(), [1, 22, 3]);
        assert_eq!(fractions(b"0.50 1.25 2 1/77 3").collect::<Vec<_>>(), [0.5, 1.25, 2.0]);
        assert_eq!(fractions(b"4294967295.07 .5").collect::<Vec<_>>(), [4294967295.07]);
    }

    #[test]
    fn pieces_are_what_split_gives() {
        for text in [&b""[..], b"a", b"a,", b",a", b"a,,b", b","] {
            let expected: Vec<_> = text.split(|byte| *byte == b',').collect();
            assert_eq!(pieces(text, b',').collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn files_are_read_whole() {
        let stat = read_all(c"/proc/stat").unwrap();
        assert!(stat.starts_with(b"cpu ") && stat.ends_with(b"\n"));
        let mut buf = [0; 8];
        assert_eq!(read_start(c"/proc/self/stat", &mut buf).unwrap().len(), 8);
        assert_eq!(read_all(c"/no/such/file"), Err(Errno::ENOENT));
    }
}
