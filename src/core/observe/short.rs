//! Short texts for C, which are cut where their room ends.

#![forbid(unsafe_code)]

use std::ffi::CStr;
use std::fmt;

/// Less than `N` bytes of text, and a zero.
#[derive(Clone, Copy)]
pub(super) struct Short<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Default for Short<N> {
    fn default() -> Short<N> {
        Short { bytes: [0; N], len: 0 }
    }
}

impl<const N: usize> Short<N> {
    pub(super) fn of(text: &str) -> Short<N> {
        let mut short = Short::default();
        short.add(text);
        short
    }

    pub(super) fn add(&mut self, text: &str) {
        let mut end = text.len().min(N - 1 - self.len);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let room = self.bytes.iter_mut().skip(self.len);
        room.zip(text.bytes().take(end)).for_each(|(to, from)| *to = from);
        self.len += end;
    }

    pub(super) fn get(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.bytes).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Write for Short<N> {
    #[inline(never)]
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.add(piece);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters() {
        let mut text = Short::<8>::of("caf\u{e9}");
        assert_eq!(text.get(), c"caf\xc3\xa9");
        text.add("s\u{e9}s");
        assert_eq!(text.get(), c"caf\xc3\xa9s");
        text.add("s");
        text.add("more");
        assert_eq!(text.get(), c"caf\xc3\xa9ss");
    }
}
