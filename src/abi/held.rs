//! Requests that the program has lent us: a token while we have them, and fields to keep it in.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use super::kinds::Lent;

/// A request that the program has lent us for an operation. There is one of these for it, so whoever
/// has it, or the list or field that keeps it, is the only one to end the request; the callback
/// consumes it. Dropped, the request was not begun.
#[repr(transparent)]
pub struct Held<T>(NonNull<T>);

/// The request that the program starts.
///
/// # Safety
/// `request` points to memory of that type, which is not under way and stays until its callback.
#[inline(always)]
pub(crate) unsafe fn hold<T: Lent>(request: *mut T) -> Held<T> {
    // SAFETY: where there is a request, the pointer to it is not null.
    Held(unsafe { NonNull::new_unchecked(request) })
}

// SAFETY: who has it is the only one to use the request, as with a `Box`; what the program does with
// its own fields meanwhile is the program's to order.
unsafe impl<T> Send for Held<T> {}

impl<T> Held<T> {
    /// The token that [`Held::into_raw`] took apart.
    ///
    /// # Safety
    /// It did, and no other token was made of the pointer since.
    #[inline(always)]
    pub(crate) unsafe fn from_raw(request: NonNull<T>) -> Held<T> {
        Held(request)
    }

    /// Ends the token; the pointer is the way to the request.
    #[inline(always)]
    pub(crate) fn into_raw(self) -> NonNull<T> {
        self.0
    }

    /// For comparisons, and for callbacks that leave the request with us.
    #[inline(always)]
    pub(crate) fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }
}

impl<T> Deref for Held<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the program has lent it until its callback, which consumes this token.
        unsafe { self.0.as_ref() }
    }
}

/// Where a handle keeps a request that is under way: null in C's eyes while there is none.
#[repr(transparent)]
pub struct Slot<T>(Cell<Option<NonNull<T>>>, PhantomData<Held<T>>);

impl<T> Slot<T> {
    /// For a handle's init: whatever the memory held is forgotten.
    #[inline(always)]
    pub(crate) fn clear(&self) {
        self.0.set(None);
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.get().is_none()
    }

    /// Keeps the request. The slot is empty: a request that stood here would be lost.
    #[inline(always)]
    pub(crate) fn put(&self, request: Held<T>) {
        self.0.set(Some(request.into_raw()));
    }

    #[inline(always)]
    pub(crate) fn take(&self) -> Option<Held<T>> {
        // SAFETY: only `put` fills a slot, with a token that it ends, and this empties it.
        self.0.take().map(|request| unsafe { Held::from_raw(request) })
    }
}
