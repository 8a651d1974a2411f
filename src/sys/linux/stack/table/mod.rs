//! Where a function's caller is to be found, as its compiler has written it down: `.eh_frame`, by the index that
//! linkers make of it. What is unusual there counts as not known.

#![forbid(unsafe_code)]

mod entry;
mod program;
mod reader;

use crate::sys::own_memory;
use crate::sys::stack::table::entry::Entry;
use crate::sys::symbols;

/// What holds at one instruction of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Where the function begins.
    pub(super) start: usize,
    /// Where the caller's frame begins; if that is not said in terms of the two registers, none.
    pub(super) frame: Option<Base>,
    /// The caller's frame pointer.
    pub(super) fp: Saved,
    /// The return address.
    pub(super) link: Saved,
}

/// So far above one of two registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Sp(isize),
    Fp(isize),
}

/// Where a register of the caller's is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saved {
    /// In the register still.
    Kept,
    /// So far above where the caller's frame begins.
    At(isize),
    /// Nowhere, or where only a calculation leads.
    Lost,
}

/// What is said of the instruction at `address`.
pub(super) fn row(address: usize) -> Option<Row> {
    let index = symbols::exception_index(address)?;
    Entry::read(find(index, address)?, address)?.row(address)
}

/// The entry for the function at `address`, or for the last one before it.
fn find(index: usize, address: usize) -> Option<usize> {
    const HEADER: usize = 12;
    const PAIR: usize = 8;
    let mut header = [0; HEADER];
    read(index, &mut header)?;
    // Its version, and that all numbers are of four bytes, those in the index counted from its beginning.
    let [1, frames, 0x03, 0x3b, _, _, _, _, a, b, c, d] = header else { return None };
    if !matches!(frames & 15, 0x03 | 0x0b) {
        return None;
    }
    let pair = |number: usize| {
        let mut pair = [0; PAIR];
        read(index.checked_add(HEADER + number.checked_mul(PAIR)?)?, &mut pair)?;
        let (start, entry) = pair.split_first_chunk::<4>()?;
        let far = |bytes: [u8; 4]| index.wrapping_add_signed(i32::from_ne_bytes(bytes) as isize);
        Some((far(*start), far(entry.try_into().ok()?)))
    };
    let (mut low, mut high) = (0, usize::try_from(u32::from_ne_bytes([a, b, c, d])).ok()?);
    while low < high {
        let middle = low + (high - low) / 2;
        if pair(middle)?.0 <= address {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Some(pair(low.checked_sub(1)?)?.1)
}

/// Fills all of `bytes`.
fn read(address: usize, bytes: &mut [u8]) -> Option<()> {
    (own_memory::read(address, bytes).ok()? == bytes.len()).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(never)]
    fn a_function(number: &mut u32) {
        *number += 1;
    }

    #[test]
    fn a_function_is_known_with_its_beginning() {
        let start = a_function as fn(&mut u32) as usize;
        let row = row(start).unwrap();
        assert_eq!(row.start, start);
        if cfg!(target_arch = "x86_64") {
            // Nothing but the return address is on the stack.
            assert_eq!((row.frame, row.fp, row.link), (Some(Base::Sp(8)), Saved::Kept, Saved::At(-8)));
        }
    }

    #[test]
    fn nothing_is_known_of_other_memory() {
        let number = 0;
        assert_eq!(row(&raw const number as usize), None);
        assert_eq!(row(0), None);
        assert_eq!(row(usize::MAX), None);
        a_function(&mut { number });
    }
}
