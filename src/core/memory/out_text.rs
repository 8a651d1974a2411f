//! Texts handed to C in a buffer of the caller, by the rules that all such functions of libuv share.

use std::cell::Cell;
use std::ffi::CStr;
use std::mem::MaybeUninit;

use libc::{c_char, size_t};

use crate::core::memory::lend_values::lend_any_cell;
use crate::core::memory::out::{OutBytes, lend_out_chars};
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
    // SAFETY: where neither is null, the program wrote to `size` how many bytes `buffer` has room for, and
    // reads both only after the call.
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

    /// There is nothing to write: sets the size to 0.
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

    /// Writes bytes that are no text, without a NUL but where there are none: nothing is a text, too. `ENOBUFS` as in
    /// [`OutText::write`].
    pub(crate) fn write_bytes(mut self, bytes: &[u8]) -> UvResult {
        if bytes.is_empty() {
            return self.write(bytes);
        }
        self.size.set(bytes.len());
        if self.buffer.put(0, bytes) { Ok(()) } else { Err(Errno::ENOBUFS) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr::null_mut;

    #[test]
    fn the_size_needed_counts_the_nul() {
        let mut buffer = [1; 4];
        let mut size = 3;
        let mut write = |size: &mut size_t| {
            // SAFETY: the buffer is at least as long as said.
            let result =
                unsafe { lend_out_text(buffer.as_mut_ptr(), size) }.and_then(|out| out.write(b"abc"));
            (result, buffer)
        };
        assert_eq!(write(&mut size), (Err(Errno::ENOBUFS), [1; 4]));
        assert_eq!(size, 4);
        assert_eq!(write(&mut size), (Ok(()), b"abc\0".map(|byte| byte as c_char)));
        assert_eq!(size, 3);
    }

    #[test]
    fn no_buffer_is_invalid() {
        let (mut buffer, mut none, mut some) = ([1; 4], 0, 4);
        let buffer = buffer.as_mut_ptr();
        for (buffer, size) in [(null_mut(), &raw mut some), (buffer, null_mut()), (buffer, &raw mut none)] {
            // SAFETY: the buffer is at least as long as said.
            assert_eq!(unsafe { lend_out_text(buffer, size) }.map(drop), Err(Errno::EINVAL));
        }
    }
}
