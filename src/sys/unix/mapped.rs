//! Memory from the system itself, for what must not use the program's allocator.

use std::mem::MaybeUninit;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicPtr, Ordering::AcqRel, Ordering::Acquire};

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
}

/// The last one that was given back. To unmap what another processor has used costs that one an interrupt.
static SPARE: AtomicPtr<u8> = AtomicPtr::new(null_mut());

impl Stack {
    /// Bytes: whole pages, whatever their size.
    const SIZE: usize = 256 * 1024;

    /// None if the system has no memory.
    pub(crate) fn take() -> Option<Stack> {
        let guard = page_size();
        let spare = NonNull::new(SPARE.swap(null_mut(), Acquire));
        Some(Stack { at: spare.or_else(|| map(guard, Self::SIZE))?, guard })
    }

    pub(crate) fn memory(&mut self) -> &mut [MaybeUninit<u8>] {
        // SAFETY: behind the guard there are so many bytes, ours alone until this is dropped.
        unsafe { std::slice::from_raw_parts_mut(self.at.as_ptr().add(self.guard).cast(), Self::SIZE) }
    }

    /// Gives the system back what waits for the next one.
    pub(crate) fn drop_spare() {
        if let Some(at) = NonNull::new(SPARE.swap(null_mut(), Acquire)) {
            unmap(at);
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if let Some(before) = NonNull::new(SPARE.swap(self.at.as_ptr(), AcqRel)) {
            unmap(before);
        }
    }
}

fn unmap(stack: NonNull<u8>) {
    // SAFETY: a stack that was mapped, with its guard, and that nobody has.
    unsafe { libc::munmap(stack.as_ptr().cast(), page_size() + Stack::SIZE) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_can_be_written_to_both_ends() {
        let (mut one, mut other) = (Stack::take().expect("memory"), Stack::take().expect("memory"));
        for stack in [&mut one, &mut other] {
            let memory = stack.memory();
            assert_eq!(memory.len(), Stack::SIZE);
            memory.fill(MaybeUninit::new(1));
        }
    }
}
