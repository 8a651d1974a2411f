//! The program's memory: what it lends us, and when it gets it back.
//!
//! Handles, requests and loops are the program's. It lends a handle from its init function to its
//! close callback, a request from the call that starts it to its callback, a loop from uv_loop_init
//! to uv_loop_close. In between nobody frees them, whatever callbacks do in the meantime; so a
//! reference is good for as long as the library holds what it points to. Two things are unsafe, and
//! nothing in between: to take a pointer of the program's for what it should be ([`lend`], [`hold`]),
//! and to give memory back ([`give_back`](crate::core::memory::give_back), [`closing`](crate::core::turn::closing)), after which nothing of
//! it may be touched.

use crate::abi::*;
pub(crate) use crate::abi::{Held, hold};
pub(crate) use crate::core::memory::lend_values::*;

/// What the program points to, for the time of a call.
///
/// # Safety
/// `at` points to memory of that type: in an init function writable, otherwise initialised and not
/// closed. On the loop's thread, unless the function says that any thread may call it.
#[inline(always)]
pub(crate) unsafe fn lend<'a, T: Lent>(at: *const T) -> &'a T {
    // SAFETY: the program keeps a handle until its close callback, a request until its own, anything else
    // for the call. All of `T` is cells: others may write to it while this lasts.
    unsafe { &*at }
}

/// [`lend`] for a pointer that may be null.
///
/// # Safety
/// As for [`lend`], unless it is null.
#[inline(always)]
pub(crate) unsafe fn lend_any<'a, T: Lent>(at: *const T) -> Option<&'a T> {
    // SAFETY: what is not null, the program keeps until its callback, or for the call. All of `T` is cells:
    // others may write to it while this lasts.
    unsafe { at.as_ref() }
}

/// [`hold`] for a pointer that may be null.
///
/// # Safety
/// As for [`hold`], unless it is null.
#[inline(always)]
pub(crate) unsafe fn hold_any<T: Lent>(request: *mut T) -> Option<Held<T>> {
    // SAFETY: a request that is not null is not under way, and the program leaves it in place until its
    // callback.
    (!request.is_null()).then(|| unsafe { hold(request) })
}
