//! Pieces of memory, collected for one vectored call.

use std::io::IoSlice;
use std::mem::MaybeUninit;

/// Up to `N` pieces; memory that is not used is not touched.
pub(crate) struct PieceList<'a, const N: usize> {
    places: [MaybeUninit<IoSlice<'a>>; N],
    count: usize,
}

impl<'a, const N: usize> PieceList<'a, N> {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        PieceList { places: [const { MaybeUninit::uninit() }; N], count: 0 }
    }

    /// Appends; false if it is full.
    #[inline(always)]
    pub(crate) fn push(&mut self, piece: IoSlice<'a>) -> bool {
        let Some(place) = self.places.get_mut(self.count) else { return false };
        place.write(piece);
        self.count += 1;
        true
    }

    #[inline(always)]
    pub(crate) fn list(&self) -> &[IoSlice<'a>] {
        // SAFETY: `push` wrote so many.
        unsafe { &*(&raw const self.places[..self.count] as *const [IoSlice<'a>]) }
    }
}
