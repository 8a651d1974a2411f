//! Memory: everything the library allocates comes from the functions of `uv_replace_allocator`.
//!
//! Where libuv answers `UV_ENOMEM`, memory is taken with [`malloc`], [`new`] or [`try_push`], which
//! report a failure. What the standard library and our dependencies allocate reaches the same
//! functions through the global allocator.

use std::ffi::c_void;
use std::mem::{ManuallyDrop, align_of, size_of, transmute};
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

use crate::sys::errno::{self, Errno, UvResult};

pub(crate) type MallocFn = unsafe extern "C" fn(usize) -> *mut c_void;
pub(crate) type ReallocFn = unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void;
pub(crate) type CallocFn = unsafe extern "C" fn(usize, usize) -> *mut c_void;
pub(crate) type FreeFn = unsafe extern "C" fn(*mut c_void);

/// The functions in force, one slot each; null stands for the C library's own.
static MALLOC: AtomicPtr<()> = AtomicPtr::new(null_mut());
static REALLOC: AtomicPtr<()> = AtomicPtr::new(null_mut());
static CALLOC: AtomicPtr<()> = AtomicPtr::new(null_mut());
static FREE: AtomicPtr<()> = AtomicPtr::new(null_mut());

/// What `malloc` guarantees on the supported systems.
pub(crate) const MALLOC_ALIGN: usize = 2 * size_of::<usize>();

/// `size` bytes, or null.
pub(crate) fn malloc(size: usize) -> *mut c_void {
    let slot = MALLOC.load(Relaxed);
    // SAFETY: a slot that is not null holds a function of this very type, stored by `replace`.
    unsafe { if slot.is_null() { libc::malloc(size) } else { transmute::<*mut (), MallocFn>(slot)(size) } }
}

/// `count` times `size` zeroed bytes, or null.
pub(crate) fn calloc(count: usize, size: usize) -> *mut c_void {
    let slot = CALLOC.load(Relaxed);
    // SAFETY: a slot that is not null holds a function of this very type, stored by `replace`.
    unsafe {
        if slot.is_null() {
            libc::calloc(count, size)
        } else {
            transmute::<*mut (), CallocFn>(slot)(count, size)
        }
    }
}

/// Moves `block` to one of `size` bytes; null leaves the old one as it was.
///
/// # Safety
/// `block` is null or came from this module and was not freed.
#[cfg(feature = "c-allocator")]
pub(crate) unsafe fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    let slot = REALLOC.load(Relaxed);
    // SAFETY: a slot that is not null holds a function of this very type, stored by `replace`; the block
    // came from the same allocator, as `uv_replace_allocator` demands, and was not freed.
    unsafe {
        if slot.is_null() {
            libc::realloc(block, size)
        } else {
            transmute::<*mut (), ReallocFn>(slot)(block, size)
        }
    }
}

/// Gives a block back and leaves errno alone.
///
/// # Safety
/// `block` is null or came from this module and is not used again.
#[inline(never)]
pub(crate) unsafe fn free(block: *mut c_void) {
    let slot = FREE.load(Relaxed);
    // SAFETY: a slot that is not null holds a function of this very type, stored by `replace`; the block
    // came from the same allocator, as `uv_replace_allocator` demands, and is not used again.
    errno::preserved_at_once(|| unsafe {
        if slot.is_null() {
            libc::free(block);
        } else {
            transmute::<*mut (), FreeFn>(slot)(block);
        }
    });
}

/// `value` in memory of its own, to be given back with [`delete`].
#[inline(always)]
pub(crate) fn new<T>(value: T) -> UvResult<*mut T> {
    Ok(Place::take()?.fill(value))
}

/// Memory for a `T` that is still to be made: what is long is best made where it stays.
pub(crate) struct Place<T>(NonNull<T>);

impl<T> Place<T> {
    #[inline(always)]
    pub(crate) fn take() -> UvResult<Place<T>> {
        const { assert!(align_of::<T>() <= MALLOC_ALIGN && size_of::<T>() > 0) };
        NonNull::new(malloc(size_of::<T>()).cast()).map(Place).ok_or(Errno::ENOMEM)
    }

    #[cfg(feature = "c-allocator")]
    pub(crate) fn address(&self) -> *mut u8 {
        self.0.as_ptr().cast()
    }

    /// `value`, to be given back with [`delete`].
    #[inline(always)]
    pub(crate) fn fill(self, value: T) -> *mut T {
        let block = ManuallyDrop::new(self).0.as_ptr();
        // SAFETY: `take` found it, large and aligned enough for a `T`, and nobody else has it.
        unsafe { block.write(value) };
        block
    }
}

impl<T> Drop for Place<T> {
    fn drop(&mut self) {
        // SAFETY: `take` found it, and it was not filled: nobody has it.
        unsafe { free(self.0.as_ptr().cast()) };
    }
}

/// Drops and frees what [`new`] made.
///
/// # Safety
/// `block` came from [`new`] and is not used again.
pub(crate) unsafe fn delete<T>(block: *mut T) {
    // SAFETY: `new` wrote a whole `T` there, and nobody looks at it any more.
    unsafe {
        block.drop_in_place();
        free(block.cast());
    }
}

/// Appends without aborting: a failed allocation becomes `UV_ENOMEM`.
#[inline(always)]
pub(crate) fn try_push<T>(items: &mut Vec<T>, item: T) -> UvResult {
    items.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
    items.push(item); // there is room now
    Ok(())
}

/// Takes these functions from now on.
///
/// # Safety
/// They keep the contracts of their C namesakes for as long as the library is in use, and no block of
/// memory that others gave comes to them.
pub(crate) unsafe fn replace(malloc: MallocFn, realloc: ReallocFn, calloc: CallocFn, free: FreeFn) {
    MALLOC.store(malloc as *mut (), Relaxed);
    REALLOC.store(realloc as *mut (), Relaxed);
    CALLOC.store(calloc as *mut (), Relaxed);
    FREE.store(free as *mut (), Relaxed);
}
