//! What there is for one function (an FDE), and what it shares with others (its CIE).

use crate::sys::own_memory;
use crate::sys::stack::table::program::{Factors, Program};
use crate::sys::stack::table::reader::Reader;
use crate::sys::stack::table::{Row, read};

/// The longest one that is read.
const LONGEST: usize = 4096;
/// The longest one that others share.
const LONGEST_SHARED: usize = 256;

pub(super) struct Entry {
    room: [u8; LONGEST],
    len: usize,
    address: usize,
    shared: Shared,
    /// The function.
    start: usize,
}

struct Shared {
    room: [u8; LONGEST_SHARED],
    len: usize,
    address: usize,
}

/// What the shared part says.
struct Terms<'a> {
    factors: Factors,
    /// How addresses are written.
    pointers: u8,
    has_more: bool,
    first: Reader<'a>,
}

impl Entry {
    /// The one there, if it is for the function around `of`.
    pub(super) fn read(address: usize, of: usize) -> Option<Entry> {
        let mut room = [0; LONGEST];
        let len = body(address, &mut room)?;
        let place = address.checked_add(4)?;
        let mut reader = Reader::new(room.get(..len)?, place);
        let back = usize::try_from(reader.word()?).ok()?;
        let shared = Shared::read(place.checked_sub(back)?)?;
        let pointers = shared.terms()?.pointers;
        let start = reader.pointer(pointers)?;
        let size = reader.pointer(pointers & 0x0f)?;
        (of.checked_sub(start)? < size).then_some(Entry { room, len, address: place, shared, start })
    }

    /// What holds at the instruction at `at`.
    pub(super) fn row(&self, at: usize) -> Option<Row> {
        let terms = self.shared.terms()?;
        let mut reader = Reader::new(self.room.get(..self.len)?, self.address);
        reader.word()?;
        reader.pointer(terms.pointers)?;
        reader.pointer(terms.pointers & 0x0f)?;
        if terms.has_more {
            let len = usize::try_from(reader.unsigned()?).ok()?;
            reader.take(len)?;
        }
        let mut program = Program::new(self.start, terms.factors);
        program.run(terms.first, at)?;
        program.has_begun();
        program.run(reader, at)?;
        Some(program.row())
    }
}

impl Shared {
    fn read(address: usize) -> Option<Shared> {
        let mut room = [0; LONGEST_SHARED];
        let len = body(address, &mut room)?;
        Some(Shared { room, len, address: address.checked_add(4)? })
    }

    fn terms(&self) -> Option<Terms<'_>> {
        let mut reader = Reader::new(self.room.get(..self.len)?, self.address);
        if reader.word()? != 0 {
            return None;
        }
        let version = reader.byte()?;
        let letters = reader.text()?;
        let code = reader.unsigned()?;
        let data = reader.signed()?;
        let link = match version {
            1 => u64::from(reader.byte()?),
            3 => reader.unsigned()?,
            _ => return None,
        };
        let mut pointers = 0;
        let has_more = letters.first() == Some(&b'z');
        if has_more {
            let len = usize::try_from(reader.unsigned()?).ok()?;
            let mut more = reader.part(len)?;
            for letter in letters.iter().skip(1) {
                match letter {
                    b'R' => pointers = more.byte()?,
                    b'L' => drop(more.byte()?),
                    b'P' => {
                        // Whether it is the address, or that of a place that has it, does not matter.
                        let how = more.byte()? & 0x7f;
                        more.pointer(how)?;
                    }
                    // A signal's frame is left by a calculation; a signed address is known as such.
                    b'S' | b'B' => {}
                    _ => return None,
                }
            }
        } else if !letters.is_empty() {
            return None;
        }
        let factors = Factors { code: usize::try_from(code).ok()?, data: isize::try_from(data).ok()?, link };
        Some(Terms { factors, pointers, has_more, first: reader })
    }
}

/// Reads what follows the length there. Returns how long it is.
fn body(address: usize, room: &mut [u8]) -> Option<usize> {
    let mut len = [0; 4];
    read(address, &mut len)?;
    let len = usize::try_from(u32::from_ne_bytes(len)).ok()?;
    let whole = room.get_mut(..len)?;
    (own_memory::read(address.checked_add(4)?, whole).ok()? == len && len > 0).then_some(len)
}
