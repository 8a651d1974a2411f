//! Short texts that one thread writes while others may read them.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Up to `8 * N` bytes. What is read while it is written may be a mixture of both texts.
pub(crate) struct Words<const N: usize>([AtomicU64; N]);

impl<const N: usize> Default for Words<N> {
    fn default() -> Words<N> {
        Words([const { AtomicU64::new(0) }; N])
    }
}

impl<const N: usize> Words<N> {
    /// A longer text is cut.
    pub(crate) fn set(&self, text: &[u8]) {
        fill(&self.0, text);
    }

    pub(crate) fn clear(&self) {
        if let Some(first) = self.0.first() {
            first.store(0, Relaxed);
        }
    }

    /// Has `used` look at the text.
    pub(crate) fn with<R>(&self, used: impl FnOnce(&str) -> R) -> R {
        let mut bytes = [[0_u8; 8]; N];
        used(read(&self.0, &mut bytes))
    }
}

#[inline(never)]
fn fill(words: &[AtomicU64], text: &[u8]) {
    let mut left = text;
    for word in words {
        let mut bytes = [0; 8];
        let (now, rest) = left.split_at(left.len().min(8));
        for (to, from) in bytes.iter_mut().zip(now) {
            *to = *from;
        }
        word.store(u64::from_ne_bytes(bytes), Relaxed);
        left = rest;
    }
}

/// What stands in front of the first zero, as far as it is text.
#[inline(never)]
fn read<'a>(words: &[AtomicU64], bytes: &'a mut [[u8; 8]]) -> &'a str {
    for (to, from) in bytes.iter_mut().zip(words) {
        *to = from.load(Relaxed).to_ne_bytes();
    }
    let bytes = bytes.as_flattened();
    let len = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let bytes = bytes.get(..len).unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_and_cut() {
        let words = Words::<2>::default();
        words.set(b"short");
        words.with(|text| assert_eq!(text, "short"));
        words.set(b"0123456789abcdefXYZ");
        words.with(|text| assert_eq!(text, "0123456789abcdef"));
        words.set("seven..\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}".as_bytes());
        words.with(|text| assert_eq!(text, "seven..\u{e9}\u{e9}\u{e9}\u{e9}"));
        words.clear();
        words.with(|text| assert_eq!(text, ""));
    }
}
