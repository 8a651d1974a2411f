//! JSON, written piece by piece into any text. It takes no memory, and little room: each piece is a call.
#![forbid(unsafe_code)]

use std::fmt::{self, Write};

use super::quoted::{Quoted, write_lossy};

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

    #[inline(never)]
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

    #[inline(never)]
    fn open(&mut self, bracket: &str) {
        self.separate();
        self.put(bracket);
        self.follows = false;
    }

    #[inline(never)]
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
    #[inline(never)]
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        self.separate();
        self.put("\"");
        self.put(name);
        self.put("\":");
        self.follows = false;
        self
    }

    /// A value that is JSON as it stands, such as a number.
    #[inline(never)]
    pub(crate) fn plain(&mut self, value: fmt::Arguments<'_>) {
        self.separate();
        if self.result.is_ok() {
            self.result = self.out.write_fmt(value);
        }
        self.follows = true;
    }

    #[inline(never)]
    pub(crate) fn number(&mut self, value: u64) {
        self.plain(format_args!("{value}"));
    }

    #[inline(never)]
    pub(crate) fn truth(&mut self, value: bool) {
        self.plain(format_args!("{value}"));
    }

    #[inline(never)]
    pub(crate) fn null(&mut self) {
        self.plain(format_args!("null"));
    }

    #[inline(never)]
    pub(crate) fn number_or_null(&mut self, value: Option<u64>) {
        match value {
            Some(value) => self.number(value),
            None => self.null(),
        }
    }

    /// A text. Bytes that are no UTF-8 become replacement characters.
    #[inline(never)]
    pub(crate) fn text(&mut self, text: &[u8]) {
        self.text_by(&|out| write_lossy(text, out));
    }

    #[inline(never)]
    pub(crate) fn text_or_null(&mut self, text: Option<&[u8]>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// A text that `write` writes.
    #[inline(never)]
    pub(crate) fn text_by(&mut self, write: &dyn Fn(&mut dyn Write) -> fmt::Result) {
        self.separate();
        self.put("\"");
        if self.result.is_ok() {
            self.result = write(&mut Quoted::json(self.out));
        }
        self.put("\"");
        self.follows = true;
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
        json.key("made").text_by(&|out| write!(out, "<\">\t{}", 7));
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
