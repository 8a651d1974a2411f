//! Memory of exactly the size that is asked for, so that AddressSanitizer sees the first byte too much.

use std::alloc::{Layout, alloc, dealloc};
use std::ffi::c_char;

/// What fresh memory is filled with: the library has to set what it reads.
pub const FILL: u8 = 0xA5;

/// So many items of `T`, filled with [`FILL`].
pub struct Exact<T> {
    start: *mut T,
    len: usize,
}

impl<T> Exact<T> {
    fn layout(len: usize) -> Layout {
        Layout::array::<T>(len.max(1)).expect("a small size")
    }
}

impl<T: Copy> Exact<T> {
    pub fn filled(len: usize) -> Exact<T> {
        let layout = Self::layout(len);
        // SAFETY: of one byte at least.
        let start = unsafe { alloc(layout) }.cast::<T>();
        assert!(!start.is_null());
        // SAFETY: that much was given.
        unsafe { start.cast::<u8>().write_bytes(FILL, len * size_of::<T>()) };
        // What stands for nothing is the end of an item: the sanitizer knows no allocation of 0.
        Exact { start: if len == 0 { start.wrapping_add(1) } else { start }, len }
    }

    pub fn of(items: &[T]) -> Exact<T> {
        let this: Exact<T> = Exact::filled(items.len());
        // SAFETY: both are of that length, and the new one is nobody else's.
        unsafe { this.start.copy_from_nonoverlapping(items.as_ptr(), items.len()) };
        this
    }

    pub fn as_ptr(&self) -> *mut T {
        self.start
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes, whatever the library left there.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: filled when it was made.
        unsafe { std::slice::from_raw_parts(self.start.cast(), self.len * size_of::<T>()) }
    }
}

impl<T> Drop for Exact<T> {
    fn drop(&mut self) {
        let start = if self.len == 0 { self.start.wrapping_sub(1) } else { self.start };
        // SAFETY: as it was made by `filled`.
        unsafe { dealloc(start.cast(), Self::layout(self.len)) };
    }
}

/// A text of exactly these bytes up to the first NUL, and a NUL.
pub fn text(bytes: &[u8]) -> Exact<c_char> {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let chars: Vec<c_char> = bytes[..end].iter().map(|byte| *byte as c_char).chain([0]).collect();
    Exact::of(&chars)
}
