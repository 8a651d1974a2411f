//! Where C wants a result: places and memory that are written and never read.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use libc::{c_char, c_void, size_t};

/// A place of the program's for one value, for the length of a call.
pub(crate) struct Out<'a, T>(NonNull<T>, PhantomData<&'a mut T>);

/// The place that `at` points to.
///
/// # Safety
/// `at` is writable and aligned for the length of the call.
#[inline]
pub(crate) unsafe fn lend_out<'a, T>(at: *mut T) -> Out<'a, T> {
    // SAFETY: what is writable is not at null.
    Out(unsafe { NonNull::new_unchecked(at) }, PhantomData)
}

/// [`lend_out`] for a pointer that may be null.
///
/// # Safety
/// As for [`lend_out`], unless it is null.
#[inline]
pub(crate) unsafe fn lend_any_out<'a, T>(at: *mut T) -> Option<Out<'a, T>> {
    NonNull::new(at).map(|at| Out(at, PhantomData))
}

impl<T: Copy> Out<'_, T> {
    #[inline]
    pub(crate) fn set(&self, value: T) {
        // SAFETY: who lent the place vouches for it until the call returns, which `self` does not
        // outlive. `T` has nothing to drop, so it does not matter what stood there.
        unsafe { self.0.write(value) };
    }
}

/// Memory of the program's for bytes, for the length of a call.
pub(crate) struct OutBytes<'a> {
    at: NonNull<u8>,
    len: usize,
    lent: PhantomData<&'a mut [u8]>,
}

/// The memory of `len` bytes that `at` points to, or nothing for null.
///
/// # Safety
/// `at` is null or writable for `len` bytes for the length of the call, and no other argument's memory
/// that is read after this is written.
#[inline]
pub(crate) unsafe fn lend_out_bytes<'a>(at: *mut c_void, len: size_t) -> Option<OutBytes<'a>> {
    NonNull::new(at.cast()).map(|at| OutBytes { at, len, lent: PhantomData })
}

/// The same for a text.
///
/// # Safety
/// As for [`lend_out_bytes`].
#[inline]
pub(crate) unsafe fn lend_out_chars<'a>(at: *mut c_char, len: size_t) -> Option<OutBytes<'a>> {
    // SAFETY: the program has room for `len` characters, which are bytes, or says null; no argument that is
    // read later lies in it.
    unsafe { lend_out_bytes(at.cast(), len) }
}

impl<'a> OutBytes<'a> {
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The memory as it is. A length beyond what memory can have, as in "as long as it takes", is cut.
    #[inline]
    pub(crate) fn memory(&mut self) -> &mut [MaybeUninit<u8>] {
        let len = self.len.min(isize::MAX as usize);
        // SAFETY: `lend_out_bytes`' caller vouches for it, and `self` is the only way to it.
        unsafe { std::slice::from_raw_parts_mut(self.at.as_ptr().cast(), len) }
    }

    /// The same for as long as the call lasts.
    #[inline]
    pub(crate) fn into_memory(self) -> &'a mut [MaybeUninit<u8>] {
        let len = self.len.min(isize::MAX as usize);
        // SAFETY: `lend_out_bytes`' caller vouches for it until the call returns; `self`, which was the
        // only way to it, is gone.
        unsafe { std::slice::from_raw_parts_mut(self.at.as_ptr().cast(), len) }
    }

    /// Writes bytes from `at` on; nothing, and false, if they do not fit.
    #[inline]
    pub(crate) fn put(&mut self, at: usize, bytes: &[u8]) -> bool {
        let fits = self.len.checked_sub(at).is_some_and(|room| bytes.len() <= room);
        if fits {
            // SAFETY: within the memory that `lend_out_bytes`' caller vouches for.
            unsafe { self.at.add(at).copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
        }
        fits
    }

    /// Writes a text and a NUL; nothing, and false, if they do not fit.
    pub(crate) fn text(&mut self, text: &[u8]) -> bool {
        text.len() < self.len && self.put(0, text) && self.put(text.len(), &[0])
    }

    /// Writes a text, cut to what fits, and a NUL; nothing if not even that fits.
    pub(crate) fn cut_text(&mut self, text: &[u8]) {
        if let Some(room) = self.len.checked_sub(1) {
            self.text(&text[..text.len().min(room)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(len: usize, write: impl FnOnce(&mut OutBytes)) -> [u8; 6] {
        let mut memory = [7_u8; 6];
        // SAFETY: the memory is at least as long as said, and not used in any other way meanwhile.
        write(&mut unsafe { lend_out_bytes(memory.as_mut_ptr().cast(), len) }.unwrap());
        memory
    }

    #[test]
    fn what_does_not_fit_leaves_the_memory_alone() {
        assert_eq!(written(3, |out| assert!(!out.text(b"abc"))), [7; 6]);
        assert_eq!(written(0, |out| assert!(!out.text(b""))), [7; 6]);
        assert_eq!(written(4, |out| assert!(out.text(b"abc"))), *b"abc\0\x07\x07");
        assert_eq!(written(4, |out| assert!(!out.put(2, b"abc"))), [7; 6]);
        assert_eq!(written(4, |out| assert!(!out.put(5, b""))), [7; 6]);
    }

    #[test]
    fn texts_are_cut_with_room_for_a_nul() {
        assert_eq!(written(3, |out| out.cut_text(b"abcd")), *b"ab\0\x07\x07\x07");
        assert_eq!(written(0, |out| out.cut_text(b"abcd")), [7; 6]);
    }
}
