//! A lock that a fork cannot leave taken for ever in the child.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicI32, Ordering};

use crate::sys::brief_lock::Patience;
use crate::sys::identity;

/// A value that one thread uses at a time. The lock knows the process of its holder: one that stayed
/// behind in the parent of a fork holds nothing in the child, which finds the value as it was at that
/// moment, or forgets it.
pub(crate) struct ForkLock<T> {
    holder: Holder,
    value: UnsafeCell<T>,
    /// What is done to a value that a holder has left behind. None for nothing: a large value of zeros takes no
    /// room in the library's file then.
    renew: Option<fn(&mut T)>,
}

/// The process of the thread that has the value; 0 while nobody has.
struct Holder(AtomicI32);

impl Holder {
    /// Waits until this thread is the holder; returns what [`take`](Holder::take) does.
    #[inline(never)]
    fn take_in_turn(&self) -> i32 {
        let (own, mut patience) = (identity::process(), Patience::new());
        loop {
            if let Some(seen) = self.take(own) {
                return seen;
            }
            patience.wait();
        }
    }

    /// Makes this thread the holder, unless another one of this process is. Returns who was, in another
    /// process, or 0.
    fn take(&self, own: i32) -> Option<i32> {
        let mut seen = 0;
        while let Err(other) = self.0.compare_exchange(seen, own, Ordering::Acquire, Ordering::Relaxed) {
            if other == own {
                return None;
            }
            seen = other;
        }
        Some(seen)
    }

    fn leave(&self) {
        self.0.store(0, Ordering::Release);
    }
}

// SAFETY: one thread at a time has the value, in each process.
unsafe impl<T: Send> Sync for ForkLock<T> {}

impl<T> ForkLock<T> {
    pub(crate) const fn new(value: T) -> ForkLock<T> {
        ForkLock { holder: Holder(AtomicI32::new(0)), value: UnsafeCell::new(value), renew: None }
    }

    /// One whose value may be half-written where a fork came in between: it is the default one then.
    pub(crate) const fn forgetting(value: T) -> ForkLock<T>
    where
        T: Copy + Default,
    {
        ForkLock { renew: Some(|value| *value = T::default()), ..ForkLock::new(value) }
    }

    /// Runs `used`, which must not come back here but by [`try_with`](ForkLock::try_with).
    pub(crate) fn with<R>(&self, used: impl FnOnce(&mut T) -> R) -> R {
        self.use_and_leave(self.holder.take_in_turn(), used)
    }

    /// The same, unless a thread of this process has the value. For signal handlers.
    pub(crate) fn try_with<R>(&self, used: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.holder.take(identity::process()).map(|seen| self.use_and_leave(seen, used))
    }

    /// After [`take`](Holder::take).
    fn use_and_leave<R>(&self, seen: i32, used: impl FnOnce(&mut T) -> R) -> R {
        // SAFETY: this thread is the holder now, and `used` does not get here.
        let value = unsafe { &mut *self.value.get() };
        if seen != 0 {
            if let Some(renew) = self.renew {
                renew(value);
            }
        }
        let result = used(value);
        self.holder.leave();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_at_a_time() {
        static COUNT: ForkLock<u64> = ForkLock::new(0);
        let threads: Vec<_> = (0..4)
            .map(|_| std::thread::spawn(|| (0..1000).for_each(|_| COUNT.with(|count| *count += 1))))
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(COUNT.with(|count| *count), 4000);
    }

    #[test]
    fn a_holder_in_another_process_holds_nothing_here() {
        let lock = ForkLock::new(1);
        lock.holder.0.store(identity::parent().max(1), Ordering::Relaxed);
        assert_eq!(lock.with(|value| *value), 1);
        let lock = ForkLock::forgetting(1);
        assert_eq!(lock.try_with(|value| *value), Some(1));
        lock.holder.0.store(identity::parent().max(1), Ordering::Relaxed);
        assert_eq!(lock.try_with(|value| *value), Some(0));
        assert_eq!(lock.holder.0.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn nobody_waits_who_tries() {
        let lock = ForkLock::new(1);
        assert_eq!(lock.with(|_| lock.try_with(|value| *value)), None);
        assert_eq!(lock.try_with(|value| *value), Some(1));
    }
}
