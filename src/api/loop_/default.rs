//! The default loop.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::life;
use crate::abi::uv_loop_t;

struct DefaultLoop(UnsafeCell<MaybeUninit<uv_loop_t>>);

// SAFETY: only handed out as a pointer; libuv asks programs to use the default loop from one thread.
unsafe impl Sync for DefaultLoop {}

static DEFAULT_LOOP: DefaultLoop = DefaultLoop(UnsafeCell::new(MaybeUninit::zeroed()));
/// The default loop while it is initialised.
static DEFAULT: AtomicPtr<uv_loop_t> = AtomicPtr::new(null_mut());

pub(super) fn default_loop() -> *mut uv_loop_t {
    let made = DEFAULT.load(Ordering::Acquire);
    if !made.is_null() {
        return made;
    }
    let loop_ = DEFAULT_LOOP.0.get().cast::<uv_loop_t>();
    // SAFETY: static memory of a loop's size.
    if life::init(unsafe { &*loop_ }).is_err() {
        return null_mut();
    }
    DEFAULT.store(loop_, Ordering::Release);
    loop_
}

/// Whether it is this one.
pub(super) fn is_default(loop_: *const uv_loop_t) -> bool {
    std::ptr::eq(loop_, DEFAULT.load(Ordering::Acquire))
}

/// The loop was closed: the next call for the default loop makes it anew.
pub(super) fn forget(loop_: *mut uv_loop_t) {
    let _ = DEFAULT.compare_exchange(loop_, null_mut(), Ordering::AcqRel, Ordering::Relaxed);
}
