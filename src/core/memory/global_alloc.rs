//! Forwards the standard library's allocations to the functions in force.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::mem::size_of;
use std::ptr::null_mut;

use crate::core::memory::alloc::{MALLOC_ALIGN, Place, calloc, free, malloc, realloc};

thread_local! {
    /// A block, with its size, for the next allocation of just that size; see `core::reserve`.
    static RESERVE: Cell<(*mut u8, usize)> = const { Cell::new((null_mut(), 0)) };
}

pub(crate) fn with_reserve<R, T>(place: Place<R>, make: impl FnOnce() -> T) -> T {
    RESERVE.set((place.address(), size_of::<R>()));
    let made = make();
    if RESERVE.replace((null_mut(), 0)).0.is_null() {
        std::mem::forget(place); // it was taken
    }
    made
}

struct Forward;

#[global_allocator]
static FORWARD: Forward = Forward;

// SAFETY: a block comes from malloc, or is cut, aligned, from a larger one whose address stands
// just before it.
unsafe impl GlobalAlloc for Forward {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= MALLOC_ALIGN {
            let (block, size) = RESERVE.get();
            if !block.is_null() && size == layout.size() {
                RESERVE.set((null_mut(), 0));
                return block;
            }
            return malloc(layout.size()).cast();
        }
        let slack = layout.align() + size_of::<usize>();
        let Some(size) = layout.size().checked_add(slack) else { return null_mut() };
        let base = malloc(size).cast::<u8>();
        if base.is_null() {
            return base;
        }
        // SAFETY: `slack` leaves room for the base's address and for the alignment after it.
        unsafe {
            let start = base.add(size_of::<usize>());
            let block = start.add(start.align_offset(layout.align()));
            block.cast::<*mut u8>().sub(1).write(base);
            block
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= MALLOC_ALIGN {
            return calloc(1, layout.size()).cast();
        }
        // SAFETY: the layout is our caller's; the block, if any, has its size.
        unsafe {
            let block = self.alloc(layout);
            if !block.is_null() {
                block.write_bytes(0, layout.size());
            }
            block
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: `block` came from `alloc` with this layout.
        unsafe {
            let plain = layout.align() <= MALLOC_ALIGN;
            let base = if plain { block } else { block.cast::<*mut u8>().sub(1).read() };
            free(base.cast());
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: `block` came from `alloc` with this layout; the copy stays inside both blocks.
        unsafe {
            if layout.align() <= MALLOC_ALIGN {
                return realloc(block.cast(), size).cast();
            }
            let Ok(wanted) = Layout::from_size_align(size, layout.align()) else { return null_mut() };
            let moved = self.alloc(wanted);
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}
