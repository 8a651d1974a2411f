//! Memory: everything the library allocates comes from the functions of `uv_replace_allocator`.
//!
//! Where libuv answers `UV_ENOMEM`, memory is taken with [`malloc`], [`new`] or [`try_push`], which
//! report a failure. What the standard library and our dependencies allocate reaches the same
//! functions through the global allocator.

use std::ffi::c_void;
use std::mem::{align_of, size_of, transmute};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

use crate::abi::{uv_calloc_func, uv_free_func, uv_malloc_func, uv_realloc_func};
use crate::sys::errno::{Errno, UvResult, to_status};
use libc::c_int;

type MallocFn = unsafe extern "C" fn(usize) -> *mut c_void;
type ReallocFn = unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void;
type CallocFn = unsafe extern "C" fn(usize, usize) -> *mut c_void;
type FreeFn = unsafe extern "C" fn(*mut c_void);

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
    // SAFETY: as in `malloc`.
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
pub(crate) unsafe fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    let slot = REALLOC.load(Relaxed);
    // SAFETY: as in `malloc`; `block` is the caller's promise.
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
pub(crate) unsafe fn free(block: *mut c_void) {
    let slot = FREE.load(Relaxed);
    // SAFETY: as in `malloc`; `block` is the caller's promise. errno is the calling thread's own.
    unsafe {
        let saved = *libc::__errno_location();
        if slot.is_null() {
            libc::free(block);
        } else {
            transmute::<*mut (), FreeFn>(slot)(block);
        }
        *libc::__errno_location() = saved;
    }
}

/// `value` in memory of its own, to be given back with [`delete`].
pub(crate) fn new<T>(value: T) -> UvResult<*mut T> {
    const { assert!(align_of::<T>() <= MALLOC_ALIGN && size_of::<T>() > 0) };
    let block = malloc(size_of::<T>()).cast::<T>();
    if block.is_null() {
        return Err(Errno::ENOMEM);
    }
    // SAFETY: fresh memory, large and aligned enough for a `T`.
    unsafe { block.write(value) };
    Ok(block)
}

/// Drops and frees what [`new`] made.
///
/// # Safety
/// `block` came from [`new`] and is not used again.
pub(crate) unsafe fn delete<T>(block: *mut T) {
    // SAFETY: the caller's promise.
    unsafe {
        block.drop_in_place();
        free(block.cast());
    }
}

/// Appends without aborting: a failed allocation becomes `UV_ENOMEM`.
pub(crate) fn try_push<T>(items: &mut Vec<T>, item: T) -> UvResult {
    items.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
    items.push(item); // there is room now
    Ok(())
}

/// Runs `make`, whose one allocation of `size` bytes cannot fail: it is taken beforehand.
///
/// For what others' code allocates without a way to report a failure.
#[cfg(feature = "c-allocator")]
pub(crate) fn reserved<T>(size: usize, make: impl FnOnce() -> T) -> UvResult<T> {
    let block = malloc(size);
    if block.is_null() {
        return Err(Errno::ENOMEM);
    }
    let made = global::with_reserve(block.cast(), size, make);
    Ok(made)
}

#[cfg(not(feature = "c-allocator"))]
pub(crate) fn reserved<T>(_size: usize, make: impl FnOnce() -> T) -> UvResult<T> {
    Ok(make())
}

/// Forwards the standard library's allocations to the functions in force.
#[cfg(feature = "c-allocator")]
mod global {
    use super::{MALLOC_ALIGN, calloc, free, malloc, realloc};
    use std::alloc::{GlobalAlloc, Layout};
    use std::cell::Cell;
    use std::mem::size_of;
    use std::ptr::null_mut;

    thread_local! {
        /// A block, with its size, for the next allocation of just that size; see `reserved`.
        static RESERVE: Cell<(*mut u8, usize)> = const { Cell::new((null_mut(), 0)) };
    }

    pub(super) fn with_reserve<T>(block: *mut u8, size: usize, make: impl FnOnce() -> T) -> T {
        RESERVE.set((block, size));
        let made = make();
        let (unused, _) = RESERVE.replace((null_mut(), 0));
        // SAFETY: null if it was taken; otherwise still the block that nobody else has.
        unsafe { free(unused.cast()) };
        made
    }

    struct Forward;

    #[global_allocator]
    static FORWARD: Forward = Forward;

    // SAFETY: a block comes from malloc, or is cut, aligned, from a larger one whose address stands
    // just before it.
    unsafe impl GlobalAlloc for Forward {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            if layout.align() <= MALLOC_ALIGN {
                let (block, size) = RESERVE.get();
                if !block.is_null() && size == layout.size() {
                    RESERVE.set((null_mut(), 0));
                    return block;
                }
                return malloc(layout.size()).cast();
            }
            let slack = layout.align() + size_of::<usize>();
            let Some(size) = layout.size().checked_add(slack) else { return null_mut() };
            let base = malloc(size).cast::<u8>();
            if base.is_null() {
                return base;
            }
            // SAFETY: `slack` leaves room for the base's address and for the alignment after it.
            unsafe {
                let start = base.add(size_of::<usize>());
                let block = start.add(start.align_offset(layout.align()));
                block.cast::<*mut u8>().sub(1).write(base);
                block
            }
        }

        unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
            if layout.align() <= MALLOC_ALIGN {
                return calloc(1, layout.size()).cast();
            }
            // SAFETY: the layout is our caller's; the block, if any, has its size.
            unsafe {
                let block = self.alloc(layout);
                if !block.is_null() {
                    block.write_bytes(0, layout.size());
                }
                block
            }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: `block` came from `alloc` with this layout.
            unsafe {
                let plain = layout.align() <= MALLOC_ALIGN;
                let base = if plain { block } else { block.cast::<*mut u8>().sub(1).read() };
                free(base.cast());
            }
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            // SAFETY: `block` came from `alloc` with this layout; the copy stays inside both blocks.
            unsafe {
                if layout.align() <= MALLOC_ALIGN {
                    return realloc(block.cast(), size).cast();
                }
                let Ok(wanted) = Layout::from_size_align(size, layout.align()) else { return null_mut() };
                let moved = self.alloc(wanted);
                if !moved.is_null() {
                    moved.copy_from_nonoverlapping(block, layout.size().min(size));
                    self.dealloc(block, layout);
                }
                moved
            }
        }
    }
}

fn replace(
    malloc: uv_malloc_func,
    realloc: uv_realloc_func,
    calloc: uv_calloc_func,
    free: uv_free_func,
) -> UvResult {
    let (Some(malloc), Some(realloc), Some(calloc), Some(free)) = (malloc, realloc, calloc, free) else {
        return Err(Errno::EINVAL);
    };
    MALLOC.store(malloc as *mut (), Relaxed);
    REALLOC.store(realloc as *mut (), Relaxed);
    CALLOC.store(calloc as *mut (), Relaxed);
    FREE.store(free as *mut (), Relaxed);
    Ok(())
}

/// Replaces the functions that the library allocates with.
///
/// All four must be given (`UV_EINVAL` otherwise) and be thread-safe. Call it before any other
/// function of the library, or after `uv_library_shutdown`: memory must not be freed by another
/// allocator than it came from.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_replace_allocator>.
///
/// # Safety
/// The functions keep the contracts of their C namesakes for as long as the library is in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_replace_allocator(
    malloc_func: uv_malloc_func,
    realloc_func: uv_realloc_func,
    calloc_func: uv_calloc_func,
    free_func: uv_free_func,
) -> c_int {
    to_status(replace(malloc_func, realloc_func, calloc_func, free_func))
}
