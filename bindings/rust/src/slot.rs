//! A place for a callback of the program's.
#![forbid(unsafe_code)]

use std::cell::Cell;

/// The callback is taken out while it runs, so what it does to its own handle finds nothing that is in use: it may put
/// another one here, or none, and is then dropped when it returns.
pub struct Slot<F: ?Sized>(Cell<Content<F>>);

enum Content<F: ?Sized> {
    Empty,
    Ready(Box<F>),
    /// It runs, and comes back unless the place is used otherwise.
    Running,
}

impl<F: ?Sized> Slot<F> {
    pub fn new(callback: Box<F>) -> Self {
        Slot(Cell::new(Content::Ready(callback)))
    }

    pub fn set(&self, callback: Box<F>) {
        drop(self.0.replace(Content::Ready(callback)));
    }

    pub fn clear(&self) {
        drop(self.0.replace(Content::Empty));
    }

    /// Calls the callback, if there is one that does not run already.
    pub fn call(&self, call: impl FnOnce(&mut F)) {
        match self.0.replace(Content::Running) {
            Content::Ready(callback) => call(&mut *Running { slot: self, callback: Some(callback) }),
            other => self.0.set(other),
        }
    }
}

impl<F: ?Sized> Default for Slot<F> {
    fn default() -> Self {
        Slot(Cell::new(Content::Empty))
    }
}

/// Puts the callback back, even if it panics.
struct Running<'a, F: ?Sized> {
    slot: &'a Slot<F>,
    callback: Option<Box<F>>,
}

impl<F: ?Sized> std::ops::Deref for Running<'_, F> {
    type Target = F;

    fn deref(&self) -> &F {
        self.callback.as_deref().expect("taken by drop alone")
    }
}

impl<F: ?Sized> std::ops::DerefMut for Running<'_, F> {
    fn deref_mut(&mut self) -> &mut F {
        self.callback.as_deref_mut().expect("taken by drop alone")
    }
}

impl<F: ?Sized> Drop for Running<'_, F> {
    fn drop(&mut self) {
        match self.slot.0.replace(Content::Empty) {
            Content::Running => self.slot.0.set(self.callback.take().map_or(Content::Empty, Content::Ready)),
            other => self.slot.0.set(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    type Callback = Slot<dyn FnMut()>;

    #[test]
    fn a_callback_can_be_called_again() {
        let count = Rc::new(Cell::new(0));
        let slot = Callback::default();
        slot.set(Box::new({
            let count = count.clone();
            move || count.set(count.get() + 1)
        }));
        slot.call(|f| f());
        slot.call(|f| f());
        assert_eq!(count.get(), 2);
    }

    #[test]
    fn a_running_callback_is_not_called_and_not_dropped() {
        let slot = Rc::new(Callback::default());
        let alive = Rc::new(());
        slot.set(Box::new({
            let (slot, alive) = (slot.clone(), alive.clone());
            move || {
                slot.call(|_| panic!("it runs"));
                slot.clear();
                assert_eq!(Rc::strong_count(&alive), 2);
            }
        }));
        slot.call(|f| f());
        assert_eq!(Rc::strong_count(&alive), 1);
    }

    #[test]
    fn a_callback_can_be_replaced_by_itself() {
        let slot = Rc::new(Callback::default());
        let called = Rc::new(Cell::new(false));
        slot.set(Box::new({
            let (slot, called) = (slot.clone(), called.clone());
            move || {
                let called = called.clone();
                slot.set(Box::new(move || called.set(true)));
            }
        }));
        slot.call(|f| f());
        slot.call(|f| f());
        assert!(called.get());
    }

    #[test]
    fn a_callback_that_panics_is_kept() {
        let slot = Callback::default();
        let mut calls = 0;
        slot.set(Box::new(move || {
            calls += 1;
            assert!(calls > 1, "the first call");
        }));
        let first = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| slot.call(|f| f())));
        assert!(first.is_err());
        slot.call(|f| f());
    }
}
