//! The code of this process, as the mappings have it.

#![forbid(unsafe_code)]

use std::ops::Range;

use crate::sys::own_memory;
use crate::sys::pages::Mapped;
use crate::sys::stack::calls::{self, Call, LONGEST, STUB, Stub};
use crate::sys::stack::copied::WORD;
use crate::sys::symbols;

/// Mappings that are looked at; programs that make code have many.
const MOST: usize = 64 << 10;

pub(super) struct Code {
    /// In the order of their addresses.
    ranges: Mapped<(usize, usize)>,
}

impl Code {
    pub(super) fn read() -> Option<Code> {
        let mut ranges = Mapped::new(MOST);
        symbols::each_code(&mut |range| ranges.push((range.start, range.end)).is_ok());
        (ranges.len() > 0).then_some(Code { ranges })
    }

    /// The mapping of the code at `address`.
    pub(super) fn around(&self, address: usize) -> Option<Range<usize>> {
        let ranges = self.ranges.as_slice();
        let after = ranges.partition_point(|(start, _)| *start <= address);
        let (start, end) = *ranges.get(after.checked_sub(1)?)?;
        (address < end).then_some(start..end)
    }

    /// The call that would return to `address`, if there is one.
    pub(super) fn call_before(&self, address: usize) -> Option<Call> {
        self.around(address.checked_sub(1)?)?;
        let mut code = [0; LONGEST];
        let read = own_memory::read(address.checked_sub(LONGEST)?, &mut code).ok()?;
        if read == LONGEST { calls::ending(&code, address) } else { None }
    }

    /// Whether a call has led to the function that begins at `start`. None where that cannot be told.
    pub(super) fn leads_to(call: Call, start: Option<usize>) -> Option<bool> {
        let start = start?;
        match call {
            Call::ByPointer => None,
            Call::From(place) => Some(Code::word_at(place) == Some(start)),
            Call::To(target) if target == start => Some(true),
            Call::To(target) => match Code::stub_at(target) {
                Some(Stub::At(place)) => Some(Code::word_at(place) == Some(start)),
                Some(Stub::Somewhere) => None,
                None => Some(false),
            },
        }
    }

    fn stub_at(address: usize) -> Option<Stub> {
        let mut code = [0; STUB];
        let read = own_memory::read(address, &mut code).ok()?;
        if read == STUB { calls::stub(&code, address) } else { None }
    }

    fn word_at(address: usize) -> Option<usize> {
        let mut bytes = [0; WORD];
        let read = own_memory::read(address, &mut bytes).ok()?;
        (read == WORD).then_some(usize::from_ne_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_from_other_memory() {
        let code = Code::read().unwrap();
        let own = code_is_told_from_other_memory as fn() as usize;
        assert!(code.around(own).unwrap().contains(&own));
        assert_eq!(code.around(&raw const own as usize), None);
        assert_eq!(code.around(0), None);
        assert_eq!(code.around(usize::MAX), None);
        assert_eq!(code.call_before(0), None);
        assert_eq!(code.call_before(&raw const own as usize), None);
    }
}
