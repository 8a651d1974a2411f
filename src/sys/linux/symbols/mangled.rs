//! Names as compilers write them, and as people do.

use std::fmt;
use std::str;

/// Text in memory of a fixed size: what there is no room for is left out.
pub(super) struct Text<'a> {
    room: &'a mut [u8],
    len: usize,
}

impl<'a> Text<'a> {
    pub(super) fn new(room: &'a mut [u8]) -> Text<'a> {
        Text { room, len: 0 }
    }

    pub(super) fn as_str(&self) -> &str {
        str::from_utf8(self.room.get(..self.len).unwrap_or_default()).unwrap_or_default()
    }

    fn into_str(self) -> &'a str {
        let room: &'a [u8] = self.room;
        str::from_utf8(room.get(..self.len).unwrap_or_default()).unwrap_or_default()
    }
}

impl fmt::Write for Text<'_> {
    #[inline(never)]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len.checked_add(text.len()).ok_or(fmt::Error)?;
        let place = self.room.get_mut(self.len..end).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// The name as a person would write it, in `room`; what cannot be told from text is a question mark.
pub(super) fn readable<'a>(name: &[u8], room: &'a mut [u8]) -> &'a str {
    let mut text = Text::new(room);
    for byte in name {
        let shown = if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '?' };
        if fmt::Write::write_char(&mut text, shown).is_err() {
            break;
        }
    }
    text.into_str()
}
