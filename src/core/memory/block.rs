//! Arrays for C in one block, with the texts that their items point to behind them.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::{NonNull, null_mut};

use libc::{c_char, c_int};

use crate::core::memory::alloc;
use crate::core::memory::out::Out;
use crate::sys::errno::{Errno, UvResult};

/// A block being filled, zeroed at first. C frees what [`Block::into_raw`] gives.
pub(crate) struct Block<T: Copy> {
    at: NonNull<u8>,
    /// How many items there is room for, and how many there are.
    room: usize,
    count: usize,
    /// Where the next text goes, and the end of the block.
    next: usize,
    end: usize,
    items: PhantomData<T>,
}

// SAFETY: a block owns its memory, and does not use what its items point to.
unsafe impl<T: Copy> Send for Block<T> {}

impl<T: Copy> Block<T> {
    /// Room for so many items and for so many bytes of texts, with a NUL behind each.
    pub(crate) fn new(items: usize, texts: usize) -> UvResult<Block<T>> {
        let next = items.checked_mul(size_of::<T>()).ok_or(Errno::ENOMEM)?;
        let end = next.checked_add(texts).ok_or(Errno::ENOMEM)?;
        // An empty block is none to some allocators.
        let at = NonNull::new(alloc::calloc(1, end.max(1)).cast()).ok_or(Errno::ENOMEM)?;
        const { assert!(align_of::<T>() <= alloc::MALLOC_ALIGN) };
        Ok(Block { at, room: items, count: 0, next, end, items: PhantomData })
    }

    /// Adds an item. `ENOMEM` if there was not so much room asked for: what is counted may have changed
    /// meanwhile.
    pub(crate) fn push(&mut self, item: T) -> UvResult {
        if self.count == self.room {
            return Err(Errno::ENOMEM);
        }
        // SAFETY: within the items of our own block, which is aligned for them.
        unsafe { self.at.cast::<T>().add(self.count).write(item) };
        self.count += 1;
        Ok(())
    }

    /// Adds a text and a NUL, and says where it stands for as long as the block does. `ENOMEM` as in
    /// [`Block::push`].
    pub(crate) fn text(&mut self, text: &[u8]) -> UvResult<*mut c_char> {
        if self.end - self.next <= text.len() {
            return Err(Errno::ENOMEM);
        }
        // SAFETY: the text and a NUL are within the rest of our own block; the NUL is there already.
        let at = unsafe {
            let at = self.at.add(self.next);
            at.copy_from_nonoverlapping(NonNull::from(text).cast(), text.len());
            at
        };
        self.next += text.len() + 1;
        Ok(at.cast().as_ptr())
    }

    /// The array, which stays as long as this.
    pub(crate) fn array(&self) -> *mut T {
        self.at.cast().as_ptr()
    }

    /// The array and the number of its items.
    pub(crate) fn into_raw(self) -> (*mut T, c_int) {
        let block = ManuallyDrop::new(self);
        (block.array(), block.count as c_int)
    }
}

impl<T: Copy> Drop for Block<T> {
    fn drop(&mut self) {
        // SAFETY: the block came from `calloc` and nobody got it.
        unsafe { alloc::free(self.at.as_ptr().cast()) };
    }
}

/// Gives C an array; null and 0 if there is none.
pub(crate) fn give<T: Copy>(
    block: UvResult<Option<Block<T>>>,
    array: Out<*mut T>,
    count: Out<c_int>,
) -> UvResult {
    let (result, block) = match block {
        Ok(block) => (Ok(()), block),
        Err(error) => (Err(error), None),
    };
    let (at, items) = block.map_or((null_mut(), 0), Block::into_raw);
    array.set(at);
    count.set(items);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_takes_what_was_asked_for_and_no_more() {
        let mut block = Block::<*mut c_char>::new(2, 6).unwrap();
        let (one, two) = (block.text(b"ab").unwrap(), block.text(b"cd").unwrap());
        assert_eq!(two.addr() - one.addr(), 3);
        assert_eq!(block.text(b""), Err(Errno::ENOMEM));
        block.push(one).unwrap();
        block.push(two).unwrap();
        assert_eq!(block.push(two), Err(Errno::ENOMEM));
    }

    #[test]
    fn nothing_takes_no_room() {
        let mut block = Block::<u8>::new(0, 0).unwrap();
        assert_eq!(block.text(b""), Err(Errno::ENOMEM));
        assert_eq!(block.push(1), Err(Errno::ENOMEM));
    }
}
