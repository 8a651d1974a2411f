//! Answers that were given before. One holds for as long as the mapping is the one that it was given for.

use std::str;

use crate::sys::clock;
use crate::sys::fork_lock::ForkLock;
use crate::sys::symbols::maps::{self, Id, Mapping};
use crate::sys::symbols::place::Place;

/// The answers of this process. Whoever finds somebody at them does without.
pub(super) static KEPT: ForkLock<Kept> = ForkLock::new(Kept::new());

const ANSWERS: usize = 512;
const MAPPINGS: usize = 512;
const FUNCTION_MAX: usize = 96;
const MODULE_MAX: usize = 40;

/// For how long it is supposed that nothing was mapped or unmapped.
const FRESH_NS: u64 = 1_000_000_000;

/// All zeros at first, so that it takes no memory before it is used.
pub(super) struct Kept {
    answers: [Answer; ANSWERS],
    /// The mappings of code, in their order, as of `read_at`.
    mappings: [Id; MAPPINGS],
    count: usize,
    read_at: u64,
}

#[derive(Clone, Copy)]
struct Answer {
    address: usize,
    offset: usize,
    in_module: usize,
    mapping: Id,
    function: Short<FUNCTION_MAX>,
    module: Short<MODULE_MAX>,
}

#[derive(Clone, Copy)]
struct Short<const ROOM: usize> {
    len: u8,
    bytes: [u8; ROOM],
}

impl<const ROOM: usize> Short<ROOM> {
    const EMPTY: Short<ROOM> = Short { len: 0, bytes: [0; ROOM] };

    fn of(text: &str) -> Option<Short<ROOM>> {
        let mut short = Short { len: u8::try_from(text.len()).ok()?, bytes: [0; ROOM] };
        short.bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(short)
    }

    fn as_str(&self) -> &str {
        str::from_utf8(self.bytes.get(..usize::from(self.len)).unwrap_or_default()).unwrap_or_default()
    }
}

impl Kept {
    const fn new() -> Kept {
        let none = Answer {
            address: 0,
            offset: 0,
            in_module: 0,
            mapping: Id::NONE,
            function: Short::EMPTY,
            module: Short::EMPTY,
        };
        Kept { answers: [none; ANSWERS], mappings: [Id::NONE; MAPPINGS], count: 0, read_at: 0 }
    }

    pub(super) fn find(&mut self, address: usize) -> Option<Place<'_>> {
        let index = index_of(address);
        let is_known = self.answers.get(index).is_some_and(|answer| answer.address == address);
        let mapping = if is_known { self.mapping_of(address)? } else { return None };
        let answer = self.answers.get(index).filter(|answer| answer.mapping == mapping)?;
        let (function, module) = (answer.function.as_str(), answer.module.as_str());
        Some(Place { function, module, offset: answer.offset, in_module: answer.in_module, address })
    }

    pub(super) fn keep(&mut self, mapping: &Mapping<'_>, place: &Place<'_>) {
        let (Some(function), Some(module)) = (Short::of(place.function), Short::of(place.module)) else {
            return;
        };
        if let Some(answer) = self.answers.get_mut(index_of(place.address)) {
            let Place { address, offset, in_module, .. } = *place;
            *answer = Answer { address, offset, in_module, mapping: mapping.id, function, module };
        }
    }

    fn mapping_of(&mut self, address: usize) -> Option<Id> {
        let now = clock::last_tick_ns();
        if self.read_at == 0 || now.saturating_sub(self.read_at) > FRESH_NS {
            self.read_at = now.max(1);
            self.count = 0;
            maps::each(&mut |mapping| {
                let place = self.mappings.get_mut(self.count);
                let has_room = place.is_some();
                if let Some(place) = place {
                    *place = mapping.id;
                    self.count += 1;
                }
                has_room
            });
        }
        let known = self.mappings.get(..self.count)?;
        let after = known.partition_point(|mapping| mapping.start <= address);
        known.get(after.checked_sub(1)?).copied().filter(|mapping| address < mapping.end)
    }
}

/// Functions begin at multiples of 16, so their lowest bits tell little.
fn index_of(address: usize) -> usize {
    (address ^ address >> 4 ^ address >> 13) % ANSWERS
}
