//! Locks for one writer or many readers.

use crate::standalone::sync::attempt::attempt;
use crate::sys::abort::must;
use crate::sys::errno::UvResult;
use crate::sys::locks::RwLock;

pub(crate) fn init(lock: &RwLock) -> UvResult {
    lock.init()
}

pub(crate) fn destroy(lock: &RwLock) {
    must("uv_rwlock_destroy: the lock is taken", lock.destroy());
}

#[inline]
pub(crate) fn read(lock: &RwLock) {
    must("uv_rwlock_rdlock: wrong use", lock.read());
}

#[inline]
pub(crate) fn try_read(lock: &RwLock) -> UvResult {
    attempt("uv_rwlock_tryrdlock: wrong use", lock.try_read())
}

#[inline]
pub(crate) fn end_read(lock: &RwLock) {
    must("uv_rwlock_rdunlock: wrong use", lock.unlock());
}

#[inline]
pub(crate) fn write(lock: &RwLock) {
    must("uv_rwlock_wrlock: wrong use", lock.write());
}

#[inline]
pub(crate) fn try_write(lock: &RwLock) -> UvResult {
    attempt("uv_rwlock_trywrlock: wrong use", lock.try_write())
}

#[inline]
pub(crate) fn end_write(lock: &RwLock) {
    must("uv_rwlock_wrunlock: wrong use", lock.unlock());
}
