//! JSON, written piece by piece into any text. It takes no memory.
#![forbid(unsafe_code)]

use std::fmt::{self, Write};

/// What is refused once ends the whole text: [`Json::end`] tells.
pub(crate) struct Json<'a> {
    out: &'a mut dyn Write,
    /// Whether a value stands before what comes next.
    follows: bool,
    result: fmt::Result,
}

impl<'a> Json<'a> {
    pub(crate) fn new(out: &'a mut dyn Write) -> Json<'a> {
        Json { out, follows: false, result: Ok(()) }
    }

    /// Whether all of it was written.
    pub(crate) fn end(self) -> fmt::Result {
        self.result
    }

    fn put(&mut self, piece: &str) {
        if self.result.is_ok() {
            self.result = self.out.write_str(piece);
        }
    }

    fn separate(&mut self) {
        if self.follows {
            self.put(",");
        }
    }

    fn open(&mut self, bracket: &str) {
        self.separate();
        self.put(bracket);
        self.follows = false;
    }

    fn close(&mut self, bracket: &str) {
        self.put(bracket);
        self.follows = true;
    }

    pub(crate) fn open_object(&mut self) {
        self.open("{");
    }

    pub(crate) fn close_object(&mut self) {
        self.close("}");
    }

    pub(crate) fn open_array(&mut self) {
        self.open("[");
    }

    pub(crate) fn close_array(&mut self) {
        self.close("]");
    }

    /// The name of the value that is written next. It needs no escapes.
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        self.separate();
        self.put("\"");
        self.put(name);
        self.put("\":");
        self.follows = false;
        self
    }

    /// A value that is JSON as it stands, such as a number.
    pub(crate) fn plain(&mut self, value: fmt::Arguments<'_>) {
        self.separate();
        if self.result.is_ok() {
            self.result = self.out.write_fmt(value);
        }
        self.follows = true;
    }

    pub(crate) fn number(&mut self, value: u64) {
        self.plain(format_args!("{value}"));
    }

    pub(crate) fn truth(&mut self, value: bool) {
        self.plain(format_args!("{value}"));
    }

    pub(crate) fn null(&mut self) {
        self.plain(format_args!("null"));
    }

    pub(crate) fn number_or_null(&mut self, value: Option<u64>) {
        match value {
            Some(value) => self.number(value),
            None => self.null(),
        }
    }

    /// A text. Bytes that are no UTF-8 become replacement characters.
    pub(crate) fn text(&mut self, text: &[u8]) {
        self.text_by(|out| write_lossy(text, out));
    }

    pub(crate) fn text_or_null(&mut self, text: Option<&[u8]>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// A text that `write` writes.
    pub(crate) fn text_by(&mut self, write: impl FnOnce(&mut dyn Write) -> fmt::Result) {
        self.separate();
        self.put("\"");
        if self.result.is_ok() {
            self.result = write(&mut Escaped(self.out));
        }
        self.put("\"");
        self.follows = true;
    }
}

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

/// The inside of a text in quotes.
struct Escaped<'a>(&'a mut dyn Write);

impl Write for Escaped<'_> {
    fn write_str(&mut self, mut text: &str) -> fmt::Result {
        let is_special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
        // All special characters are a byte each, so the borders of characters are kept.
        while let Some(plain) = text.bytes().position(is_special) {
            let (before, rest) = text.split_at_checked(plain).ok_or(fmt::Error)?;
            self.0.write_str(before)?;
            let mut characters = rest.chars();
            match characters.next() {
                Some('\n') => self.0.write_str("\\n")?,
                Some(special @ ('"' | '\\')) => write!(self.0, "\\{special}")?,
                Some(control) => write!(self.0, "\\u{:04x}", u32::from(control))?,
                None => {}
            }
            text = characters.as_str();
        }
        self.0.write_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_separated_and_escaped() {
        let mut text = String::new();
        let mut json = Json::new(&mut text);
        json.open_object();
        json.key("empty").open_array();
        json.close_array();
        json.key("list").open_array();
        json.plain(format_args!("{}", -1));
        json.number(0);
        json.number(u64::MAX);
        json.open_object();
        json.close_object();
        json.null();
        json.close_array();
        json.key("text").text(b"a\"b\\c\n\x01\x7f\xc3\xa9\xff\xc3.");
        json.key("made").text_by(|out| write!(out, "<\">\t{}", 7));
        json.key("truth").truth(true);
        json.key("part").plain(format_args!("{}.{:03}", 1, 50));
        json.close_object();
        json.end().unwrap();
        let expected = concat!(
            r#"{"empty":[],"list":[-1,0,18446744073709551615,{},null],"#,
            r#""text":"a\"b\\c\n\u0001"#,
            "\x7fé\u{fffd}\u{fffd}.\",",
            r#""made":"<\">\u00097","truth":true,"part":1.050}"#
        );
        assert_eq!(text, expected);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["text"], "a\"b\\c\n\u{1}\u{7f}é\u{fffd}\u{fffd}.");
    }

    struct Short(usize);

    impl Write for Short {
        fn write_str(&mut self, piece: &str) -> fmt::Result {
            self.0 = self.0.checked_sub(piece.len()).ok_or(fmt::Error)?;
            Ok(())
        }
    }

    #[test]
    fn a_refusal_is_told_at_the_end() {
        for room in 0..9 {
            let mut out = Short(room);
            let mut json = Json::new(&mut out);
            json.open_object();
            json.key("a").text(b"\"");
            json.close_object();
            assert_eq!(json.end(), Err(fmt::Error));
        }
    }
}
