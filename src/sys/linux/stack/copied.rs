//! A copy of the upper part of a stack.

#![forbid(unsafe_code)]

use crate::sys::own_memory;
use crate::sys::pages::Pages;
use crate::sys::symbols;

pub(super) const WORD: usize = size_of::<usize>();
/// How much is copied at most.
const MOST: usize = 64 << 10;

pub(super) struct Copied {
    start: usize,
    bytes: Pages,
}

impl Copied {
    /// From `sp` up to where the stack's memory ends.
    pub(super) fn take(sp: usize) -> Option<Copied> {
        if sp % align_of::<u32>() != 0 {
            return None;
        }
        let len = symbols::end_of_memory(sp)?.checked_sub(sp)?.min(MOST);
        let mut bytes = Pages::new(MOST);
        let room = bytes.spare(len).ok()?.get_mut(..len)?;
        let len = own_memory::read(sp, room).ok()?;
        bytes.filled(len);
        Some(Copied { start: sp, bytes })
    }

    /// As if it had been there.
    #[cfg(test)]
    pub(super) fn made_up(start: usize, words: &[usize]) -> Copied {
        let mut bytes = Pages::new(MOST);
        words.iter().for_each(|word| bytes.extend(&word.to_ne_bytes()).unwrap());
        Copied { start, bytes }
    }

    pub(super) fn word(&self, at: usize) -> Option<usize> {
        let from = at.checked_sub(self.start)?;
        let bytes = self.bytes.as_slice().get(from..from.checked_add(WORD)?)?;
        Some(usize::from_ne_bytes(bytes.try_into().ok()?))
    }

    /// Whether frames may be there that were called by those below.
    pub(super) fn has(&self, at: usize) -> bool {
        self.word(at).is_some()
    }

    /// The places of words from `from` on, and what they hold.
    pub(super) fn words(&self, from: usize) -> impl Iterator<Item = (usize, usize)> {
        (from..).step_by(WORD).map_while(|at| Some((at, self.word(at)?)))
    }
}
