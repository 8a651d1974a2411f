//! The threads of the pool, and which of them have left it.

#![forbid(unsafe_code)]

use std::cell::Cell;

use crate::sys::worker_thread::Thread;

pub(super) const MAX_SIZE: usize = 1024;

pub(super) struct Members {
    threads: [Cell<Option<Thread>>; MAX_SIZE],
    count: Cell<usize>,
    /// They stand in front.
    left: Cell<usize>,
}

impl Members {
    pub(super) const fn new() -> Members {
        Members { threads: [const { Cell::new(None) }; MAX_SIZE], count: Cell::new(0), left: Cell::new(0) }
    }

    pub(super) fn count(&self) -> usize {
        self.count.get()
    }

    pub(super) fn left(&self) -> usize {
        self.left.get()
    }

    pub(super) fn add(&self, thread: Thread) {
        if let Some(place) = self.threads.get(self.count.get()) {
            place.set(Some(thread));
            self.count.set(self.count.get() + 1);
        }
    }

    /// The calling thread's place among those that have not left.
    fn own(&self) -> Option<&Cell<Option<Thread>>> {
        let members = self.threads.iter().take(self.count.get()).skip(self.left.get());
        members.into_iter().find(|place| {
            let thread = place.take();
            let is_own = thread.as_ref().is_some_and(Thread::is_current);
            place.set(thread);
            is_own
        })
    }

    pub(super) fn has_own(&self) -> bool {
        self.own().is_some()
    }

    /// The calling thread is about to end.
    pub(super) fn mark_own_as_left(&self) {
        let left = self.left.get();
        if let (Some(own), Some(place)) = (self.own(), self.threads.get(left)) {
            own.swap(place);
            self.left.set(left + 1);
        }
    }

    /// One of those that have left.
    pub(super) fn take_left(&self) -> Option<Thread> {
        let left = self.left.get().checked_sub(1)?;
        let count = self.count.get().checked_sub(1)?;
        let (place, last) = (self.threads.get(left)?, self.threads.get(count)?);
        let thread = place.take();
        place.set(last.take());
        self.left.set(left);
        self.count.set(count);
        thread
    }

    /// What is left of the pool is not waited for any more.
    pub(super) fn forget(&self) {
        self.count.set(0);
        self.left.set(0);
    }
}
