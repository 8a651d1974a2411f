//! Memory for C's structures.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr::NonNull;

use crate::sys::{Fresh, Opaque};

/// More than any field of C's asks for.
const ALIGNMENT: usize = 16;

/// The memory of one structure, at the size that the library gives it.
pub struct Memory<T: Opaque> {
    address: NonNull<T>,
    layout: Layout,
}

impl<T: Opaque> Memory<T> {
    pub fn new() -> Self {
        // A library that does not know the structure says a size of -1, which is no layout.
        let layout =
            Layout::from_size_align(T::size().max(1), ALIGNMENT).expect("libuv knows this structure");
        // SAFETY: the layout is not empty.
        let address = unsafe { alloc_zeroed(layout) };
        let Some(address) = NonNull::new(address) else { handle_alloc_error(layout) };
        Memory { address: address.cast(), layout }
    }

    /// For the one call that initialises the structure or begins to use it.
    pub(super) fn fresh(&self) -> Fresh<'_, T> {
        // SAFETY: allocated in `new` at the structure's size, and used here once.
        unsafe { Fresh::new(self.address) }
    }

    /// The structure, which has been initialised.
    pub(super) fn get(&self) -> &T {
        // SAFETY: an opaque type has no bytes, so all that is asked of the address is that it is aligned and not null.
        unsafe { self.address.as_ref() }
    }
}

impl<T: Opaque> Drop for Memory<T> {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout. C has given it back: who owns this says how that is known.
        unsafe { dealloc(self.address.as_ptr().cast(), self.layout) };
    }
}
