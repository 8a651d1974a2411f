//! A lock that signal handlers may try: held for a few instructions or one system call, and never waited
//! for in a handler. No allocation, no panics.

use std::cell::UnsafeCell;
use std::hint::spin_loop;
use std::process::id;
use std::sync::atomic::{AtomicU32, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

/// `holder` is the process whose thread has the lock, or 0: after a fork, a lock that another thread held
/// is one of the parent's, and nobody's in the child.
pub(crate) struct SpinLock<T> {
    holder: AtomicU32,
    value: UnsafeCell<T>,
}

// SAFETY: the value is only touched by the thread that holds the lock.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T: Default> SpinLock<T> {
    pub(crate) const fn new(value: T) -> SpinLock<T> {
        SpinLock { holder: AtomicU32::new(0), value: UnsafeCell::new(value) }
    }

    /// Does `act`, which calls nothing that takes the lock, unless another one has it.
    pub(crate) fn try_with<R>(&self, act: impl FnOnce(&mut T) -> R) -> Option<R> {
        let this = id();
        let taken = self.holder.compare_exchange(0, this, Acquire, Relaxed);
        let is_left = match taken {
            Ok(_) => false,
            Err(holder) if holder == this => return None,
            // A fork came in between: what that thread was doing to the value is not known.
            Err(holder) => self.holder.compare_exchange(holder, this, Acquire, Relaxed).map(|_| true).ok()?,
        };
        // SAFETY: we hold the lock, and `act` does not come back here.
        let value = unsafe { &mut *self.value.get() };
        if is_left {
            // SAFETY: a half-written value is not dropped.
            unsafe { std::ptr::write(value, T::default()) };
        }
        let result = act(value);
        self.holder.store(0, Release);
        Some(result)
    }

    /// Does `act` once the lock is free.
    pub(crate) fn with<R>(&self, mut act: impl FnMut(&mut T) -> R) -> R {
        loop {
            if let Some(result) = self.try_with(&mut act) {
                return result;
            }
            spin_loop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_nobody_after_a_fork() {
        let lock = SpinLock::new(1);
        assert_eq!(lock.try_with(|_| lock.try_with(|_| ())), Some(None));
        lock.with(|value| *value = 2);
        assert_eq!(lock.try_with(|value| *value), Some(2));
        lock.holder.store(id() + 1, Relaxed); // the parent's
        assert_eq!(lock.try_with(|value| *value), Some(0));
        assert_eq!(lock.holder.load(Relaxed), 0);
    }
}
