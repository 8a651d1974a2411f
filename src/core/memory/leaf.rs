//! State that is changed in short steps.

use std::cell::UnsafeCell;

/// State of one loop that only its thread uses, and only in steps that come back without having
/// called anything that could use it as well. Debug builds check that.
pub(crate) struct Leaf<T> {
    value: UnsafeCell<T>,
    #[cfg(debug_assertions)]
    busy: std::cell::Cell<bool>,
}

impl<T> Leaf<T> {
    pub(crate) const fn new(value: T) -> Leaf<T> {
        Leaf {
            value: UnsafeCell::new(value),
            #[cfg(debug_assertions)]
            busy: std::cell::Cell::new(false),
        }
    }

    #[inline(always)]
    pub(crate) fn with<R>(&self, step: impl FnOnce(&mut T) -> R) -> R {
        #[cfg(debug_assertions)]
        assert!(!self.busy.replace(true), "a step within a step");
        // SAFETY: on one thread, and no step is within another.
        let result = step(unsafe { &mut *self.value.get() });
        #[cfg(debug_assertions)]
        self.busy.set(false);
        result
    }

    /// In the child of a fork: the thread that was in a step, and held nothing that would matter, is not here.
    pub(crate) fn forget_step(&self) {
        #[cfg(debug_assertions)]
        self.busy.set(false);
    }

    /// A step that only reads. It may be within another one's reading, but not within a change.
    #[inline(always)]
    pub(crate) fn look<R>(&self, step: impl FnOnce(&T) -> R) -> R {
        // SAFETY: on one thread, and a step that changes the value calls nothing that looks at it. (A program
        // that asks for a loop's timeout from elsewhere reads what may be halfway; nothing follows from it.)
        step(unsafe { &*self.value.get() })
    }
}
