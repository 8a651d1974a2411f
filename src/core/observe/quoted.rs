//! Bytes as the inside of a text in quotes.
#![forbid(unsafe_code)]

use std::fmt::{self, Write};

/// Writes bytes as text, with replacement characters for what is no UTF-8.
pub(crate) fn write_lossy(bytes: &[u8], out: &mut dyn Write) -> fmt::Result {
    for chunk in bytes.utf8_chunks() {
        out.write_str(chunk.valid())?;
        if !chunk.invalid().is_empty() {
            out.write_char(char::REPLACEMENT_CHARACTER)?;
        }
    }
    Ok(())
}

/// Escapes quotes, backslashes and ends of lines; and all control characters, where JSON wants that.
pub(crate) struct Quoted<'a> {
    out: &'a mut dyn Write,
    is_json: bool,
}

impl<'a> Quoted<'a> {
    pub(crate) fn json(out: &'a mut dyn Write) -> Quoted<'a> {
        Quoted { out, is_json: true }
    }

    pub(crate) fn open_metrics(out: &'a mut dyn Write) -> Quoted<'a> {
        Quoted { out, is_json: false }
    }
}

impl Write for Quoted<'_> {
    #[inline(never)]
    fn write_str(&mut self, mut text: &str) -> fmt::Result {
        let is_json = self.is_json;
        let is_special = |byte: u8| matches!(byte, b'"' | b'\\' | b'\n') || is_json && byte < b' ';
        // All special characters are a byte each, so the borders of characters are kept.
        while let Some(plain) = text.bytes().position(is_special) {
            let (before, rest) = text.split_at_checked(plain).ok_or(fmt::Error)?;
            self.out.write_str(before)?;
            let mut characters = rest.chars();
            match characters.next() {
                Some('\n') => self.out.write_str("\\n")?,
                Some(special @ ('"' | '\\')) => write!(self.out, "\\{special}")?,
                Some(control) => write!(self.out, "\\u{:04x}", u32::from(control))?,
                None => {}
            }
            text = characters.as_str();
        }
        self.out.write_str(text)
    }
}
