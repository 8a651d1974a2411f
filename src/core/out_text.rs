//! Texts handed to C in a buffer of the caller, by the rules that all such functions of libuv share.

use std::cell::Cell;
use std::ffi::CStr;
use std::mem::MaybeUninit;

use libc::{c_char, size_t};

use crate::core::lend_values::lend_any_cell;
use crate::core::out::{OutBytes, lend_out_chars};
use crate::sys::errno::{Errno, UvResult};

/// A buffer of the program's for a text, with the place where its size stands and the text's will.
pub(crate) struct OutText<'a> {
    buffer: OutBytes<'a>,
    size: &'a Cell<size_t>,
}

/// The buffer; `EINVAL` if there is none, or one of no bytes.
///
/// # Safety
/// `size` is null, or readable and writable; `buffer` is null or writable for `*size` bytes, for the
/// length of the call.
pub(crate) unsafe fn lend_out_text<'a>(buffer: *mut c_char, size: *mut size_t) -> UvResult<OutText<'a>> {
    // SAFETY: as asked of our caller.
    unsafe {
        let size = lend_any_cell(size).ok_or(Errno::EINVAL)?;
        let buffer = lend_out_chars(buffer, size.get()).ok_or(Errno::EINVAL)?;
        if size.get() == 0 { Err(Errno::EINVAL) } else { Ok(OutText { buffer, size }) }
    }
}

impl OutText<'_> {
    /// Writes `text` and a NUL and sets the size to the length without it.
    ///
    /// `ENOBUFS` if they do not fit: then the size becomes what is needed, with the NUL, and the buffer
    /// is left alone.
    pub(crate) fn write(mut self, text: &[u8]) -> UvResult {
        if self.buffer.text(text) {
            self.size.set(text.len());
            Ok(())
        } else {
            self.size.set(text.len() + 1);
            Err(Errno::ENOBUFS)
        }
    }

    /// There is no text: sets the size to 0.
    pub(crate) fn write_none(self) {
        self.size.set(0);
    }

    /// Whether [`OutText::write`] would find room.
    pub(crate) fn fits(&self, text: &[u8]) -> bool {
        text.len() < self.buffer.len()
    }

    /// The same as [`OutText::write`] for a text that ends with a NUL.
    pub(crate) fn write_text(self, text: &CStr) -> UvResult {
        self.write(text.to_bytes())
    }

    /// Writes bytes that are no text, without a NUL; `ENOBUFS` as in [`OutText::write`].
    pub(crate) fn write_bytes(mut self, bytes: &[u8]) -> UvResult {
        self.size.set(bytes.len());
        if self.buffer.put(0, bytes) { Ok(()) } else { Err(Errno::ENOBUFS) }
    }

    /// Says that there is nothing.
    pub(crate) fn write_nothing(self) {
        self.size.set(0);
    }

    /// The buffer, at least one byte, for what a system call writes there itself.
    pub(crate) fn memory(&mut self) -> &mut [MaybeUninit<u8>] {
        self.buffer.memory()
    }

    /// Ends a text of `len` bytes that stands in the buffer already.
    pub(crate) fn end(mut self, len: usize) {
        if self.buffer.put(len, &[0]) {
            self.size.set(len);
        }
    }
}

/// The bytes that a caller's buffer has; `EINVAL` if there is no buffer or it has none.
///
/// # Safety
/// `size` is null or readable.
pub(crate) unsafe fn room(buffer: *const c_char, size: *const size_t) -> UvResult<usize> {
    if buffer.is_null() || size.is_null() {
        return Err(Errno::EINVAL);
    }
    // SAFETY: not null, so readable by the caller's promise.
    match unsafe { *size } {
        0 => Err(Errno::EINVAL),
        room => Ok(room),
    }
}

/// Writes `text` and a NUL and sets `*size` to the length without it.
///
/// `ENOBUFS` if they do not fit: then `*size` becomes what is needed, with the NUL, and the buffer is
/// left alone. `EINVAL` if there is no buffer.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes.
pub(crate) unsafe fn write(text: &[u8], buffer: *mut c_char, size: *mut size_t) -> UvResult {
    // SAFETY: the caller's promise; the text and its NUL stay within the room.
    unsafe {
        if text.len() >= room(buffer, size)? {
            *size = text.len() + 1;
            return Err(Errno::ENOBUFS);
        }
        buffer.copy_from_nonoverlapping(text.as_ptr().cast(), text.len());
        buffer.add(text.len()).write(0);
        *size = text.len();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr::null_mut;

    #[test]
    fn the_size_needed_counts_the_nul() {
        let mut buffer = [1; 4];
        let mut size = 3;
        // SAFETY: the buffer is at least as long as said.
        unsafe {
            assert_eq!(write(b"abc", buffer.as_mut_ptr(), &raw mut size), Err(Errno::ENOBUFS));
            assert_eq!((size, buffer), (4, [1; 4]));
            assert_eq!(write(b"abc", buffer.as_mut_ptr(), &raw mut size), Ok(()));
            assert_eq!((size, buffer[3]), (3, 0));
        }
    }

    #[test]
    fn no_buffer_is_invalid() {
        let (mut buffer, mut none, mut some) = ([1; 4], 0, 4);
        // SAFETY: the buffer is at least as long as said.
        unsafe {
            assert_eq!(write(b"", null_mut(), &raw mut some), Err(Errno::EINVAL));
            assert_eq!(write(b"", buffer.as_mut_ptr(), null_mut()), Err(Errno::EINVAL));
            assert_eq!(write(b"", buffer.as_mut_ptr(), &raw mut none), Err(Errno::EINVAL));
        }
    }
}
