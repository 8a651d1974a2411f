//! Lists of requests, which own what they link.

use std::ptr::NonNull;

use crate::core::memory::lend::Held;
use crate::core::memory::queue::{List, Owning};

/// Lists of requests own what they link: each link stands for the one token of its request. A token is
/// only ever made again of what the list itself says is in it, and taken out.
impl<'a, L: Owning> List<'a, L> {
    #[inline(always)]
    pub(crate) fn push_held(self, request: Held<L::Item>) {
        self.append(&request);
        request.into_raw();
    }

    /// As [`List::push_held`]; the request may still be looked at.
    #[inline(always)]
    pub(crate) fn push_held_at(self, request: Held<L::Item>) -> &'a L::Item {
        self.append(&request);
        // SAFETY: it stays where it is, until its callback.
        unsafe { request.into_raw().as_ref() }
    }

    /// The token of an item of this list, which leaves it.
    #[inline(always)]
    fn take(self, item: &L::Item) -> Held<L::Item> {
        Self::unlink(item);
        // SAFETY: `push_held` ended the token when it put the item here, and it is here no more.
        unsafe { Held::from_raw(NonNull::from(item)) }
    }

    #[inline(always)]
    pub(crate) fn pop_held(self) -> Option<Held<L::Item>> {
        self.first().map(|first| self.take(first))
    }

    /// Takes out the request that came last.
    pub(crate) fn pop_last_held(self) -> Option<Held<L::Item>> {
        self.last().map(|last| self.take(last))
    }

    /// Takes out the request, if there is just one.
    #[inline(always)]
    pub(crate) fn pop_single(self) -> Option<Held<L::Item>> {
        let only = self.first().filter(|_| self.is_single())?;
        self.forget_items();
        // SAFETY: `push_held` ended the token when it put the item here; the list, which held nothing else,
        // is empty now.
        Some(unsafe { Held::from_raw(NonNull::from(only)) })
    }

    /// Takes a request out of the list in which it stands; if that is gone, there is nothing to take it out of.
    ///
    /// # Safety
    /// It stands, or stood, in one of this link.
    pub(crate) unsafe fn take_out(request: &L::Item, is_linked: bool) -> Held<L::Item> {
        if is_linked {
            Self::unlink(request);
        }
        // SAFETY: it stood in a list of this link, into which only `push_held` puts items, and it ended the
        // token; it stands in none now.
        unsafe { Held::from_raw(NonNull::from(request)) }
    }

    /// Takes out that request, if it is in this list.
    pub(crate) fn find_held(self, request: &L::Item) -> Option<Held<L::Item>> {
        self.iter().find(|item| std::ptr::eq(*item, request)).map(|item| self.take(item))
    }
}
