//! Texts of the library's own, in memory that may be handed to C.

use std::ffi::CStr;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::{NonNull, null_mut};

use libc::c_char;

use crate::abi::{ConstTextSlot, TextSlot};
use crate::core::memory::alloc;
use crate::core::memory::out::{OutBytes, lend_out_bytes};
use crate::sys::errno::{Errno, UvResult};

/// A C string in a block of its own, which goes with it.
pub(crate) struct Text(NonNull<c_char>);

// SAFETY: the block belongs to nobody else.
unsafe impl Send for Text {}

impl Text {
    /// A copy of these bytes; C sees what stands before the first NUL.
    pub(crate) fn copy(bytes: &[u8]) -> UvResult<Text> {
        let block = NonNull::new(alloc::malloc(bytes.len() + 1).cast::<u8>()).ok_or(Errno::ENOMEM)?;
        // SAFETY: fresh memory with room for the bytes and a NUL.
        unsafe {
            block.as_ptr().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            block.as_ptr().add(bytes.len()).write(0);
        }
        Ok(Text(block.cast()))
    }

    /// A text of `len` bytes, which `fill` writes.
    pub(crate) fn filled(len: usize, fill: impl FnOnce(&mut OutBytes)) -> UvResult<Text> {
        let size = len.checked_add(1).ok_or(Errno::ENOMEM)?;
        let block = NonNull::new(alloc::calloc(1, size).cast::<u8>()).ok_or(Errno::ENOMEM)?;
        // SAFETY: fresh memory of that size, which ends with a NUL whatever `fill` writes.
        unsafe {
            if let Some(mut room) = lend_out_bytes(block.as_ptr().cast(), size) {
                fill(&mut room);
            }
            block.add(len).write(0);
        }
        Ok(Text(block.cast()))
    }

    /// The block by itself: to be freed with [`alloc::free`], or to be a [`Text`] again.
    pub(crate) fn into_raw(self) -> *mut c_char {
        ManuallyDrop::new(self).0.as_ptr()
    }

    /// What [`Text::into_raw`] gave, if it is not null.
    ///
    /// # Safety
    /// It gave it, and nobody else owns the block.
    pub(crate) unsafe fn from_raw(text: *mut c_char) -> Option<Text> {
        NonNull::new(text).map(Text)
    }
}

impl Deref for Text {
    type Target = CStr;

    fn deref(&self) -> &CStr {
        // SAFETY: the block ends with a NUL and lives as long as `self`.
        unsafe { CStr::from_ptr(self.0.as_ptr()) }
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        // SAFETY: the block came from `alloc`, and `self` was its only owner.
        unsafe { alloc::free(self.0.as_ptr().cast()) };
    }
}

macro_rules! keeps {
    ($($slot:ident)*) => { $(
        #[allow(dead_code, reason = "the same for all slots")]
        impl $slot {
            /// Keeps `text`; what stood here before is freed.
            pub(crate) fn put(&self, text: Text) {
                // SAFETY: the slot becomes the only owner; what it had came the same way.
                drop(unsafe { Text::from_raw(self.replace(text.into_raw())) });
            }

            pub(crate) fn take(&self) -> Option<Text> {
                // SAFETY: only `put` fills a slot, and this empties it.
                unsafe { Text::from_raw(self.replace(null_mut())) }
            }

            /// Calls `used` with the text, which stays as long as that takes: it may not reach the slot.
            pub(crate) fn with<T>(&self, used: impl FnOnce(Option<&CStr>) -> T) -> T {
                let text = self.take();
                let result = used(text.as_deref());
                if let Some(text) = text {
                    self.put(text);
                }
                result
            }
        }
    )* };
}

keeps!(TextSlot ConstTextSlot);

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn slots_keep_texts_until_they_are_taken() {
        let slot: TextSlot = crate::abi::zeroed();
        assert!(slot.is_empty() && slot.take().is_none());
        slot.put(Text::copy(b"one").unwrap());
        slot.put(Text::copy(b"two").unwrap());
        assert_eq!(slot.with(|text| text.map(CStr::to_owned)).unwrap().as_c_str(), c"two");
        assert_eq!(&*slot.take().unwrap(), c"two");
        let seen = Cell::new(false);
        slot.with(|text| seen.set(text.is_none()));
        assert!(seen.get() && slot.is_empty());
    }
}
