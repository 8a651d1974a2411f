//! The arguments of this process, where the system put them.

use std::ffi::CStr;
use std::ptr::NonNull;

use libc::c_char;

/// The array that `main` got.
pub(crate) struct Arguments {
    array: *const *mut c_char,
    count: usize,
}

impl Arguments {
    /// # Safety
    /// `array` points to `count` texts, at least one, in memory that stays as long as the process and
    /// that nobody else writes to any more.
    pub(crate) unsafe fn lent(array: *const *mut c_char, count: usize) -> Arguments {
        Arguments { array, count }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    fn pointers(&self) -> impl Iterator<Item = *mut c_char> {
        // SAFETY: within the array, by `lent`'s contract.
        (0..self.count).map(|i| unsafe { *self.array.add(i) })
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &CStr> {
        // SAFETY: texts that nobody changes, by `lent`'s contract.
        self.pointers().map(|text| unsafe { CStr::from_ptr(text) })
    }

    /// The memory of the first one and of those that follow it without a gap. The system puts them one
    /// behind the other; a program may pass others.
    pub(crate) fn into_memory(self) -> Option<ArgumentMemory> {
        let start = NonNull::new(self.pointers().next()?)?;
        let mut len = 0;
        for (at, text) in self.pointers().zip(self.texts()) {
            if at == start.as_ptr().wrapping_add(len) {
                len += text.count_bytes() + 1;
            }
        }
        Some(ArgumentMemory { start: start.cast(), len })
    }
}

/// Memory where the system shows the title of the process. Nobody else uses it.
pub(crate) struct ArgumentMemory {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: it stays as long as the process, and who has this is the only one to use it.
unsafe impl Send for ArgumentMemory {}

impl ArgumentMemory {
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: so many bytes, which were the texts, are there for good and only ours: `into_memory`.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: so many bytes are there for good, and `self`, borrowed as mutable, is the only way to
        // them.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}
