//! Locks for one thread at a time.

use libc::c_int;

use crate::standalone::sync::attempt::attempt;
use crate::sys::abort::must;
use crate::sys::errno::UvResult;
use crate::sys::locks::Mutex;

/// What plain locks are: builds for debugging abort on misuse, where others pay for no checks.
pub(crate) const PLAIN: Option<c_int> =
    if cfg!(debug_assertions) { Some(libc::PTHREAD_MUTEX_ERRORCHECK) } else { None };

/// Locks that their owner may take again.
pub(crate) const RECURSIVE: Option<c_int> = Some(libc::PTHREAD_MUTEX_RECURSIVE);

pub(crate) fn init(mutex: &Mutex, kind: Option<c_int>) -> UvResult {
    mutex.init(kind)
}

pub(crate) fn destroy(mutex: &Mutex) {
    must("uv_mutex_destroy: the lock is taken", mutex.destroy());
}

#[inline]
pub(crate) fn lock(mutex: &Mutex) {
    must("uv_mutex_lock: wrong use", mutex.lock());
}

#[inline]
pub(crate) fn try_lock(mutex: &Mutex) -> UvResult {
    attempt("uv_mutex_trylock: wrong use", mutex.try_lock())
}

#[inline]
pub(crate) fn unlock(mutex: &Mutex) {
    must("uv_mutex_unlock: wrong use", mutex.unlock());
}
