//! Datagrams that were received, and then nobody wanted any more: they wait, in a word of their handle,
//! for the next one to ask.

use std::ptr::null_mut;

use libc::c_uint;

use crate::abi::uv_udp_t;
use crate::core::memory::alloc;
use crate::sys::net_address::OwnAddress;

/// A datagram as it was received.
pub(crate) struct KeptDatagram {
    pub(crate) bytes: Vec<u8>,
    /// Who sent it, or no address.
    pub(crate) sender: OwnAddress,
    /// The flags for its receive callback.
    pub(crate) flags: c_uint,
}

/// In the order of their coming: as many at most as one buffer held.
pub(crate) type Kept = Vec<KeptDatagram>;

const WORD: usize = 2;

impl uv_udp_t {
    /// For the handle's init: whatever the memory held is forgotten.
    pub(crate) fn clear_kept(&self) {
        self.u.words()[WORD].set(null_mut());
    }

    #[inline(always)]
    pub(crate) fn has_kept(&self) -> bool {
        !self.u.words()[WORD].get().is_null()
    }

    /// Keeps these in place of what was kept before. Without memory they are lost.
    pub(crate) fn keep(&self, kept: Kept) {
        drop(self.take_kept());
        if kept.is_empty() {
            return;
        }
        if let Ok(place) = alloc::new(kept) {
            self.u.words()[WORD].set(place.cast());
        }
    }

    pub(crate) fn take_kept(&self) -> Kept {
        let place = self.u.words()[WORD].replace(null_mut()).cast::<Kept>();
        if place.is_null() {
            return Kept::new();
        }
        // SAFETY: `keep` made it with `alloc::new`, and only this file uses the word, which is null now.
        unsafe {
            let kept = std::mem::take(&mut *place);
            alloc::delete(place);
            kept
        }
    }
}
