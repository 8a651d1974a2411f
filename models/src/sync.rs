//! Loom's types where the library uses the standard library's. Each step on one of them may be the last of its
//! thread: that is how a fork leaves things ([`crate::kernel::until_fork`]).

use std::ops::{Deref, DerefMut};
use std::sync::LockResult;

use crate::kernel;

pub(crate) use loom::hint;
pub(crate) use loom::thread::yield_now;
pub(crate) use std::sync::PoisonError;

pub(crate) mod atomic {
    use super::kernel;
    pub(crate) use loom::sync::atomic::{Ordering, fence};

    macro_rules! atomics {
        ($($name:ident<$($parameter:ident)?>($value:ty): $($op:ident)*;)*) => { $(
            pub(crate) struct $name$(<$parameter>)?(loom::sync::atomic::$name$(<$parameter>)?);

            impl$(<$parameter>)? $name$(<$parameter>)? {
                pub(crate) fn new(value: $value) -> Self {
                    Self(loom::sync::atomic::$name::new(value))
                }

                pub(crate) fn load(&self, order: Ordering) -> $value {
                    kernel::step();
                    self.0.load(order)
                }

                pub(crate) fn store(&self, value: $value, order: Ordering) {
                    if kernel::step() {
                        self.0.store(value, order);
                    }
                }

                pub(crate) fn swap(&self, value: $value, order: Ordering) -> $value {
                    if kernel::step() { self.0.swap(value, order) } else { self.0.load(Ordering::Relaxed) }
                }

                pub(crate) fn compare_exchange_weak(
                    &self,
                    from: $value,
                    to: $value,
                    order: Ordering,
                    failing: Ordering,
                ) -> Result<$value, $value> {
                    self.compare_exchange(from, to, order, failing) // as loom's does
                }

                pub(crate) fn compare_exchange(
                    &self,
                    from: $value,
                    to: $value,
                    order: Ordering,
                    failing: Ordering,
                ) -> Result<$value, $value> {
                    if kernel::step() { self.0.compare_exchange(from, to, order, failing) } else { Ok(from) }
                }

                $(pub(crate) fn $op(&self, value: $value, order: Ordering) -> $value {
                    if kernel::step() { self.0.$op(value, order) } else { self.0.load(Ordering::Relaxed) }
                })*
            }
        )* };
    }

    atomics! {
        AtomicBool<>(bool): fetch_and fetch_or;
        AtomicU8<>(u8): fetch_and fetch_or;
        AtomicU32<>(u32): fetch_and fetch_or fetch_add fetch_sub;
        AtomicU64<>(u64): fetch_and fetch_or fetch_add fetch_sub;
        AtomicUsize<>(usize): fetch_and fetch_or fetch_add fetch_sub;
        AtomicPtr<T>(*mut T):;
    }

    impl<T> AtomicPtr<T> {
        /// The memory goes: whatever touches it later, or may do so at the same time, is told by loom.
        pub(crate) fn free(&mut self) {
            self.0.with_mut(|_| {});
        }
    }

    impl AtomicU32 {
        /// As for a pointer.
        pub(crate) fn free(&mut self) {
            self.0.with_mut(|_| {});
        }

        /// # Safety
        /// `place` is that of an `AtomicU32`: see `abi::Word`.
        pub(crate) unsafe fn from_ptr<'a>(place: *mut u32) -> &'a AtomicU32 {
            // SAFETY: as the caller says.
            unsafe { &*place.cast() }
        }
    }
}

pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

pub(crate) struct MutexGuard<'a, T>(Option<loom::sync::MutexGuard<'a, T>>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Mutex<T> {
        Mutex(loom::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        kernel::step();
        Ok(MutexGuard(Some(self.0.lock().unwrap())))
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().unwrap()
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().unwrap()
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        // A thread that is gone does not unlock.
        if kernel::is_gone() {
            std::mem::forget(self.0.take());
        }
    }
}

pub(crate) struct Condvar(loom::sync::Condvar);

impl Condvar {
    pub(crate) fn new() -> Condvar {
        Condvar(loom::sync::Condvar::new())
    }

    pub(crate) fn wait<'a, T>(&self, mut guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let held = guard.0.take().unwrap();
        Ok(MutexGuard(Some(self.0.wait(held).unwrap())))
    }

    pub(crate) fn notify_one(&self) {
        if kernel::step() {
            self.0.notify_one();
        }
    }

    pub(crate) fn notify_all(&self) {
        if kernel::step() {
            self.0.notify_all();
        }
    }
}

/// A plain one: what is in it changes in a fork's child alone.
pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    pub(crate) fn new(value: T) -> UnsafeCell<T> {
        UnsafeCell(std::cell::UnsafeCell::new(value))
    }

    pub(crate) fn get(&self) -> *mut T {
        self.0.get()
    }
}
