//! Locks for one writer or many readers.

use std::ptr::null;

use libc::c_int;

use crate::abi::uv_rwlock_t;
use crate::standalone::sync::attempt;
use crate::sys::abort::must;
use crate::sys::errno::{check_returned, to_status};

/// Makes a lock for one writer or many readers. Returns 0 or the error of `pthread_rwlock_init`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_init>.
///
/// # Safety
/// `rwlock` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_init(rwlock: *mut uv_rwlock_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(unsafe { check_returned(libc::pthread_rwlock_init(rwlock, null())) })
}

/// Ends a lock. Aborts if it is taken. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_destroy>.
///
/// # Safety
/// `rwlock` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_destroy(rwlock: *mut uv_rwlock_t) {
    // SAFETY: the caller's promise.
    must("uv_rwlock_destroy: the lock is taken", unsafe { libc::pthread_rwlock_destroy(rwlock) });
}

/// Takes the lock for reading, waiting for it. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_rdlock>.
///
/// # Safety
/// `rwlock` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_rdlock(rwlock: *mut uv_rwlock_t) {
    // SAFETY: the caller's promise.
    must("uv_rwlock_rdlock: wrong use", unsafe { libc::pthread_rwlock_rdlock(rwlock) });
}

/// Takes the lock for reading if no writer has it: returns 0, or `UV_EBUSY`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_tryrdlock>.
///
/// # Safety
/// `rwlock` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_tryrdlock(rwlock: *mut uv_rwlock_t) -> c_int {
    // SAFETY: the caller's promise.
    attempt("uv_rwlock_tryrdlock: wrong use", unsafe { libc::pthread_rwlock_tryrdlock(rwlock) })
}

/// Releases the lock after reading. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_rdunlock>.
///
/// # Safety
/// `rwlock` was initialised and not destroyed; the calling thread holds it for reading.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_rdunlock(rwlock: *mut uv_rwlock_t) {
    // SAFETY: the caller's promise.
    must("uv_rwlock_rdunlock: wrong use", unsafe { libc::pthread_rwlock_unlock(rwlock) });
}

/// Takes the lock for writing, waiting for it. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_wrlock>.
///
/// # Safety
/// `rwlock` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_wrlock(rwlock: *mut uv_rwlock_t) {
    // SAFETY: the caller's promise.
    must("uv_rwlock_wrlock: wrong use", unsafe { libc::pthread_rwlock_wrlock(rwlock) });
}

/// Takes the lock for writing if nobody has it: returns 0, or `UV_EBUSY`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_trywrlock>.
///
/// # Safety
/// `rwlock` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_trywrlock(rwlock: *mut uv_rwlock_t) -> c_int {
    // SAFETY: the caller's promise.
    attempt("uv_rwlock_trywrlock: wrong use", unsafe { libc::pthread_rwlock_trywrlock(rwlock) })
}

/// Releases the lock after writing. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_wrunlock>.
///
/// # Safety
/// `rwlock` was initialised and not destroyed; the calling thread holds it for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_wrunlock(rwlock: *mut uv_rwlock_t) {
    // SAFETY: the caller's promise.
    must("uv_rwlock_wrunlock: wrong use", unsafe { libc::pthread_rwlock_unlock(rwlock) });
}
