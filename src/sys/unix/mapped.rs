//! Memory from the system itself, for what must not use the program's allocator.

use std::mem::MaybeUninit;
use std::ptr::{NonNull, null_mut};

use crate::sys::thread::page_size;

/// A type that may begin as zeros.
///
/// # Safety
/// All zeros are a value of it.
pub(crate) unsafe trait FromZeros {}

/// New memory of zeros, in whole pages, of which the first ones may be a guard: they cannot be used.
fn map(guard: usize, size: usize) -> Option<NonNull<u8>> {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: private memory, at no place in particular. Should the second call fail, there is no guard.
    unsafe {
        let at = libc::mmap(null_mut(), guard + size, access, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0);
        if at == libc::MAP_FAILED {
            return None;
        }
        if guard != 0 {
            libc::mprotect(at, guard, libc::PROT_NONE);
        }
        NonNull::new(at.cast())
    }
}

/// Memory for one `T`, which stays for the life of the process. None if the system has none.
pub(crate) fn forever<T: FromZeros + Sync>() -> Option<&'static T> {
    const { assert!(align_of::<T>() <= 4096) };
    // SAFETY: mapped just now, as large as a `T`, of zeros, which are one; nobody unmaps it.
    map(0, size_of::<T>()).map(|at| unsafe { at.cast().as_ref() })
}

/// A stack for a while. Below it lies a page that cannot be written: who takes more ends there, with nothing spoilt.
pub(crate) struct Stack {
    at: NonNull<u8>,
    guard: usize,
    size: usize,
}

impl Stack {
    /// So many bytes, a multiple of any page's size. None if the system has no memory.
    pub(crate) fn new(size: usize) -> Option<Stack> {
        let guard = page_size();
        let at = map(guard, size)?;
        Some(Stack { at, guard, size })
    }

    pub(crate) fn memory(&mut self) -> &mut [MaybeUninit<u8>] {
        // SAFETY: behind the guard there are `size` bytes, ours alone until this is dropped.
        unsafe { std::slice::from_raw_parts_mut(self.at.as_ptr().add(self.guard).cast(), self.size) }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: mapped by `new`, and lent no more.
        unsafe { libc::munmap(self.at.as_ptr().cast(), self.guard + self.size) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_can_be_written_to_both_ends() {
        let mut stack = Stack::new(64 * 1024).expect("memory");
        let memory = stack.memory();
        assert_eq!(memory.len(), 64 * 1024);
        memory.fill(MaybeUninit::new(1));
    }
}
