//! What stands in a timer while it is in a heap: a key and three links, in words that are the library's.

use std::ptr::{NonNull, from_ref, null_mut};

use crate::abi::uv_timer_t;

/// The timeout above, the order of the start below: keys compare as numbers.
pub(crate) type Key = u128;

pub(crate) fn key(timeout: u64, order: u64) -> Key {
    (Key::from(timeout) << 64) | Key::from(order)
}

pub(crate) fn timeout_of(key: Key) -> u64 {
    (key >> 64) as u64
}

/// A timer of a heap, or none.
#[derive(Clone, Copy)]
pub(crate) struct Link(Option<NonNull<uv_timer_t>>);

impl Link {
    pub(crate) const NONE: Link = Link(None);

    #[inline(always)]
    pub(crate) fn of(timer: Option<&uv_timer_t>) -> Link {
        Link(timer.map(NonNull::from))
    }

    #[inline(always)]
    pub(crate) fn timer<'a>(self) -> Option<&'a uv_timer_t> {
        // SAFETY: links are made of timers that a queue holds, and lead only to such: when a timer is due, stopped or
        // closed it leaves its queue, and with it every link to it goes, before its memory is the program's again.
        self.0.map(|timer| unsafe { timer.as_ref() })
    }

    #[inline(always)]
    pub(crate) fn is_some(self) -> bool {
        self.0.is_some()
    }

    #[inline(always)]
    pub(crate) fn is_to(self, timer: &uv_timer_t) -> bool {
        self.0.is_some_and(|to| std::ptr::eq(to.as_ptr(), timer))
    }
}

macro_rules! links {
    ($($(#[$doc:meta])* $name:ident $set_name:ident $word:literal;)*) => { impl uv_timer_t { $(
        $(#[$doc])*
        #[inline(always)]
        pub(super) fn $name<'a>(&self) -> Option<&'a uv_timer_t> {
            Link(NonNull::new(self.node.words()[$word].get().cast())).timer()
        }

        #[inline(always)]
        pub(super) fn $set_name(&self, to: Option<&uv_timer_t>) {
            let to = to.map_or(null_mut(), |timer| from_ref(timer).cast_mut());
            self.node.words()[$word].set(to.cast());
        }
    )* } };
}

links! {
    /// The first one of those below.
    child set_child 0;
    /// The next one below the same one.
    next set_next 1;
    /// The one before this; of a first child the one above.
    previous set_previous 2;
}

impl uv_timer_t {
    /// The key under which it stands in the heap.
    #[inline(always)]
    pub(crate) fn filed_key(&self) -> Key {
        Key::from_ne_bytes(self.u.bytes().get())
    }

    #[inline(always)]
    pub(crate) fn file_under(&self, key: Key) {
        self.u.bytes().set(key.to_ne_bytes());
    }

    /// The key that it should have.
    #[inline(always)]
    pub(crate) fn true_key(&self) -> Key {
        key(self.timeout.get(), self.start_id.get())
    }
}
