//! The pool's locks where ThreadSanitizer is to see them: the standard library's are used compiled without it.
//! The same names and signatures, by parking_lot, which is compiled with this library.
//! (Its table of waiting threads does not survive a fork, which is why this is for the sanitizer alone.)

#![forbid(unsafe_code)]

use std::convert::Infallible;

pub(super) use parking_lot::MutexGuard;
use parking_lot::{Condvar as Seen, Mutex as SeenMutex};

pub(super) struct Mutex<T>(SeenMutex<T>);
pub(super) struct Condvar(Seen);

/// No lock is poisoned where panics end the process.
pub(super) struct PoisonError(Infallible);

impl PoisonError {
    pub(super) fn into_inner<T>(self) -> T {
        match self.0 {}
    }
}

type Locked<'a, T> = Result<MutexGuard<'a, T>, PoisonError>;

impl<T> Mutex<T> {
    pub(super) const fn new(value: T) -> Mutex<T> {
        Mutex(SeenMutex::new(value))
    }

    pub(super) fn lock(&self) -> Locked<'_, T> {
        Ok(self.0.lock())
    }
}

impl Condvar {
    pub(super) const fn new() -> Condvar {
        Condvar(Seen::new())
    }

    pub(super) fn wait<'a, T>(&self, mut guard: MutexGuard<'a, T>) -> Locked<'a, T> {
        self.0.wait(&mut guard);
        Ok(guard)
    }

    pub(super) fn notify_one(&self) {
        self.0.notify_one();
    }

    pub(super) fn notify_all(&self) {
        self.0.notify_all();
    }
}
