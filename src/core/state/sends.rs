//! Async handles that were sent to: what other threads see of them.
//!
//! A handle's `pending` says whether a send is on its way (the flag) and how many senders are inside the
//! library (see [`visitors`]). The sender that sets the flag pushes the handle on the loop's stack, through
//! the first reserved word, and notifies the loop; all others have nothing to do. The second reserved word
//! holds the handle's number, since handles are called in the order of their making.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use libc::c_void;

use crate::abi::uv_async_t;
use crate::core::state::visitors;

pub(in crate::core) const PENDING: u32 = visitors::FLAG;

impl uv_async_t {
    pub(in crate::core) fn word(&self) -> &AtomicU32 {
        // SAFETY: all access to the field is through this, but for `init`, before others know the handle.
        unsafe { AtomicU32::from_ptr(self.pending.as_ptr().cast()) }
    }

    /// The link of the loop's stack: the sender's that sets the flag, then the loop's.
    fn below(&self) -> &Cell<*mut c_void> {
        &self.u.words()[0]
    }

    /// Written once, by [`init`].
    pub(crate) fn number(&self) -> usize {
        self.u.words()[1].get().addr()
    }
}

/// Nobody has sent to the handle yet.
pub(crate) fn init(handle: &uv_async_t, number: usize) {
    handle.pending.set(0);
    handle.u.words()[1].set(std::ptr::without_provenance_mut(number));
}

/// The loop's stack of handles with a send to deliver, newest first.
pub(crate) struct Sends(AtomicPtr<uv_async_t>);

impl Sends {
    pub(crate) const fn new() -> Sends {
        Sends(AtomicPtr::new(null_mut()))
    }

    #[inline(always)]
    pub(in crate::core) fn push(&self, handle: NonNull<uv_async_t>) {
        // SAFETY: a handle that is pending is not closed before it is off the stack.
        let below = unsafe { handle.as_ref() }.below();
        let mut top = self.0.load(Ordering::Relaxed);
        loop {
            below.set(top.cast());
            match self.0.compare_exchange_weak(top, handle.as_ptr(), Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => top = now,
            }
        }
    }

    /// Puts a handle back that was taken; it is on top then.
    pub(crate) fn put_back(&self, handle: &uv_async_t) -> Top {
        self.push(NonNull::from(handle));
        Top(std::ptr::from_ref(handle).cast_mut())
    }

    /// What is on top, to see whether something was sent since.
    #[inline(always)]
    pub(crate) fn top(&self) -> Top {
        Top(self.0.load(Ordering::Relaxed))
    }

    /// Takes all off, on the loop's thread.
    #[inline(always)]
    pub(crate) fn take(&self) -> Chain<'_> {
        Chain::at(self.0.swap(null_mut(), Ordering::Acquire))
    }
}

/// Only to be compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Top(*mut uv_async_t);

impl Top {
    pub(crate) const NONE: Top = Top(null_mut());
}

/// A chain of pending handles that are on no stack any more.
#[derive(Clone, Copy)]
pub(crate) struct Chain<'a>(Option<&'a uv_async_t>);

impl<'a> Chain<'a> {
    pub(crate) const EMPTY: Chain<'static> = Chain(None);

    /// The chain that begins with what was pushed on a stack.
    #[inline(always)]
    fn at(first: *mut uv_async_t) -> Chain<'a> {
        // SAFETY: null, or a pending handle: `shut` is called by this thread, and takes it out.
        Chain(unsafe { first.as_ref() })
    }

    /// A chain's end, from one of its handles on.
    pub(crate) fn of(first: Option<&'a uv_async_t>) -> Chain<'a> {
        Chain(first)
    }

    #[inline(always)]
    pub(crate) fn first(self) -> Option<&'a uv_async_t> {
        self.0
    }

    #[inline(always)]
    pub(crate) fn split(self) -> Option<(&'a uv_async_t, Chain<'a>)> {
        self.0.map(|first| (first, Chain::at(first.below().get().cast())))
    }

    /// Its handles, while it stays as it is.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'a uv_async_t> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let (handle, others) = rest.split()?;
            rest = others;
            Some(handle)
        })
    }

    #[inline(always)]
    pub(crate) fn with(self, first: &'a uv_async_t) -> Chain<'a> {
        let rest = self.0.map_or(null_mut(), |rest| std::ptr::from_ref(rest).cast_mut());
        first.below().set(rest.cast());
        Chain(Some(first))
    }
}

/// The handle is about to be told: what is sent from here on is told once more.
#[inline(always)]
pub(crate) fn begin(handle: &uv_async_t) {
    handle.word().fetch_and(!PENDING, Ordering::AcqRel);
}

/// In the child of a fork, where the senders are not. Whether a send was on its way: then the handle is to
/// be put on the stack again, where it may not have come.
pub(crate) fn forget_senders(handle: &uv_async_t) -> bool {
    let is_pending = handle.word().load(Ordering::Relaxed) & PENDING != 0;
    handle.word().store(if is_pending { PENDING } else { 0 }, Ordering::Relaxed);
    is_pending
}
