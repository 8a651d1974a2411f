//! A lock that a fork cannot leave taken for ever in the child.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicI32, Ordering};

use crate::sys::brief_lock::Patience;
use crate::sys::identity;

/// A value that one thread uses at a time. The lock knows the process of its holder: one that stayed
/// behind in the parent of a fork holds nothing in the child, which finds the value as it was at that
/// moment.
pub(crate) struct ForkLock<T> {
    /// 0 while nobody has the value.
    holder: AtomicI32,
    value: UnsafeCell<T>,
}

// SAFETY: one thread at a time has the value, in each process.
unsafe impl<T: Send> Sync for ForkLock<T> {}

impl<T> ForkLock<T> {
    pub(crate) const fn new(value: T) -> ForkLock<T> {
        ForkLock { holder: AtomicI32::new(0), value: UnsafeCell::new(value) }
    }

    /// Runs `used`, which must not come back here.
    pub(crate) fn with<R>(&self, used: impl FnOnce(&mut T) -> R) -> R {
        let own = identity::process();
        let (mut seen, mut patience) = (0, Patience::new());
        while let Err(other) = self.holder.compare_exchange(seen, own, Ordering::Acquire, Ordering::Relaxed) {
            if other == own {
                patience.wait();
                seen = 0;
            } else {
                seen = other;
            }
        }
        // SAFETY: this thread is the holder now.
        let result = used(unsafe { &mut *self.value.get() });
        self.holder.store(0, Ordering::Release);
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
        lock.holder.store(identity::parent().max(1), Ordering::Relaxed);
        assert_eq!(lock.with(|value| *value), 1);
    }
}
