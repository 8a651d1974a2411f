//! What the timer queue is made of: who has which slot, and keys in groups of a cache line.

use std::ptr::without_provenance_mut;

use crate::abi::uv_timer_t;

/// Timeout, then order, then slot, from the highest bits to the lowest: keys compare as numbers.
pub(crate) type Key = u128;

/// The four children of a node: one cache line. The children of the node at place `p` are group
/// `p + 1`; the root stands in the last lane of group 0.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Group(pub(crate) [Key; 4]);

/// All keys of these groups, one after the other.
pub(crate) fn keys_of(groups: &mut [Group]) -> &mut [Key] {
    const { assert!(size_of::<Group>() == 4 * size_of::<Key>()) };
    // SAFETY: a group is four keys without padding, as was just asserted; the slice borrows the groups.
    unsafe { std::slice::from_raw_parts_mut(groups.as_mut_ptr().cast(), groups.len() * 4) }
}

/// The handle that claimed a slot; in a free one the next free one, as an index plus 1.
#[derive(Clone, Copy)]
pub(crate) struct Slot(*mut uv_timer_t);

impl Slot {
    pub(crate) fn of(timer: &uv_timer_t) -> Slot {
        Slot(std::ptr::from_ref(timer).cast_mut())
    }

    pub(crate) fn free(next: usize) -> Slot {
        Slot(without_provenance_mut(next))
    }

    /// The next free slot, in a free one.
    pub(crate) fn next(self) -> usize {
        self.0.addr()
    }

    /// For comparisons and hints.
    #[inline(always)]
    pub(crate) fn as_ptr(self) -> *mut uv_timer_t {
        self.0
    }

    /// The timer, in a slot for which there is a key in the heap.
    #[inline(always)]
    pub(crate) fn timer<'a>(self) -> &'a uv_timer_t {
        // SAFETY: keys are filed for claimed slots, and the queue's `release` takes the key with the
        // slot: before the close callback, until which the timer stays.
        unsafe { &*self.0 }
    }
}
