//! Locks: libuv's "Threading and synchronization utilities", second part. The types are pthread's own.
//!
//! Wrong use that pthread reports aborts, as in libuv: these functions have no way to tell of it.

use std::mem::MaybeUninit;
use std::ptr::null;

use libc::{c_int, c_uint, pthread_condattr_t, pthread_mutexattr_t};

use crate::abi::{uv_barrier_t, uv_cond_t, uv_mutex_t, uv_rwlock_t, uv_sem_t};
use crate::core::clock;
use crate::sys::abort::{fatal, must};
use crate::sys::clock::to_timespec;
use crate::sys::errno::{Errno, UvResult, check, check_returned, retry, to_status};

/// What plain locks are: builds for debugging abort on misuse, where others pay for no checks.
const PLAIN: Option<c_int> = if cfg!(debug_assertions) { Some(libc::PTHREAD_MUTEX_ERRORCHECK) } else { None };

/// # Safety
/// `mutex` is writable and not in use.
unsafe fn mutex_init(mutex: *mut uv_mutex_t, kind: Option<c_int>) -> UvResult {
    let Some(kind) = kind else {
        // SAFETY: the caller's promise.
        return check_returned(unsafe { libc::pthread_mutex_init(mutex, null()) });
    };
    let mut attr = MaybeUninit::<pthread_mutexattr_t>::uninit();
    // SAFETY: `attr` is initialised first and destroyed last; `mutex` is the caller's promise.
    unsafe {
        check_returned(libc::pthread_mutexattr_init(attr.as_mut_ptr()))?;
        must("uv_mutex_init: unknown kind", libc::pthread_mutexattr_settype(attr.as_mut_ptr(), kind));
        let result = libc::pthread_mutex_init(mutex, attr.as_ptr());
        libc::pthread_mutexattr_destroy(attr.as_mut_ptr());
        check_returned(result)
    }
}

/// # Safety
/// `cond` is writable and not in use.
unsafe fn cond_init(cond: *mut uv_cond_t) -> UvResult {
    let mut attr = MaybeUninit::<pthread_condattr_t>::uninit();
    // SAFETY: `attr` is initialised first and destroyed last; `cond` is the caller's promise.
    unsafe {
        check_returned(libc::pthread_condattr_init(attr.as_mut_ptr()))?;
        let mut result = libc::pthread_condattr_setclock(attr.as_mut_ptr(), libc::CLOCK_MONOTONIC);
        if result == 0 {
            result = libc::pthread_cond_init(cond, attr.as_ptr());
        }
        libc::pthread_condattr_destroy(attr.as_mut_ptr());
        check_returned(result)
    }
}

/// The status of an attempt to lock without waiting.
fn attempt(what: &str, result: c_int) -> c_int {
    match result {
        0 => 0,
        // A recursive lock that was taken too often is not free either.
        libc::EBUSY | libc::EAGAIN => Errno::EBUSY.code(),
        _ => fatal(what),
    }
}

/// Makes a lock. Returns 0 or the error of `pthread_mutex_init`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_mutex_init>.
///
/// # Safety
/// `handle` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_mutex_init(handle: *mut uv_mutex_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(unsafe { mutex_init(handle, PLAIN) })
}

/// Makes a lock that its owner may take again. Returns 0 or the error of `pthread_mutex_init`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_mutex_init_recursive>.
///
/// # Safety
/// `handle` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_mutex_init_recursive(handle: *mut uv_mutex_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(unsafe { mutex_init(handle, Some(libc::PTHREAD_MUTEX_RECURSIVE)) })
}

/// Ends a lock. Aborts if it is taken. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_mutex_destroy>.
///
/// # Safety
/// `handle` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_mutex_destroy(handle: *mut uv_mutex_t) {
    // SAFETY: the caller's promise.
    must("uv_mutex_destroy: the lock is taken", unsafe { libc::pthread_mutex_destroy(handle) });
}

/// Takes a lock, waiting for it. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_mutex_lock>.
///
/// # Safety
/// `handle` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_mutex_lock(handle: *mut uv_mutex_t) {
    // SAFETY: the caller's promise.
    must("uv_mutex_lock: wrong use", unsafe { libc::pthread_mutex_lock(handle) });
}

/// Takes a lock if it is free: returns 0, or `UV_EBUSY`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_mutex_trylock>.
///
/// # Safety
/// `handle` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_mutex_trylock(handle: *mut uv_mutex_t) -> c_int {
    // SAFETY: the caller's promise.
    attempt("uv_mutex_trylock: wrong use", unsafe { libc::pthread_mutex_trylock(handle) })
}

/// Releases a lock. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_mutex_unlock>.
///
/// # Safety
/// `handle` was initialised and not destroyed; the calling thread holds it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_mutex_unlock(handle: *mut uv_mutex_t) {
    // SAFETY: the caller's promise.
    must("uv_mutex_unlock: wrong use", unsafe { libc::pthread_mutex_unlock(handle) });
}

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

/// Makes a semaphore that lets `value` waits pass. Returns 0, or `UV_EINVAL` if the value is too large. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_sem_init>.
///
/// # Safety
/// `sem` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_sem_init(sem: *mut uv_sem_t, value: c_uint) -> c_int {
    // SAFETY: the caller's promise.
    to_status(unsafe { check(libc::sem_init(sem, 0, value)).map(|_| ()) })
}

/// Ends a semaphore. Aborts if it is not one. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_sem_destroy>.
///
/// # Safety
/// `sem` was initialised and not destroyed and nobody waits for it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_sem_destroy(sem: *mut uv_sem_t) {
    // SAFETY: the caller's promise.
    must("uv_sem_destroy: not a semaphore", unsafe { libc::sem_destroy(sem) });
}

/// Lets one more wait pass. Aborts if the count would overflow. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_sem_post>.
///
/// # Safety
/// `sem` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_sem_post(sem: *mut uv_sem_t) {
    // SAFETY: the caller's promise.
    must("uv_sem_post: the count overflows", unsafe { libc::sem_post(sem) });
}

/// Waits until the count is above 0 and takes one; signals do not end the wait. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_sem_wait>.
///
/// # Safety
/// `sem` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_sem_wait(sem: *mut uv_sem_t) {
    // SAFETY: the caller's promise.
    if retry(|| check(unsafe { libc::sem_wait(sem) })).is_err() {
        fatal("uv_sem_wait: not a semaphore");
    }
}

/// Takes one if the count is above 0: returns 0, or `UV_EAGAIN`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_sem_trywait>.
///
/// # Safety
/// `sem` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_sem_trywait(sem: *mut uv_sem_t) -> c_int {
    // SAFETY: the caller's promise.
    match retry(|| check(unsafe { libc::sem_trywait(sem) })) {
        Ok(_) => 0,
        Err(Errno::EAGAIN) => Errno::EAGAIN.code(),
        Err(_) => fatal("uv_sem_trywait: not a semaphore"),
    }
}

/// Makes a condition, whose timed waits go by the monotonic clock. Returns 0 or pthread's error. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_init>.
///
/// # Safety
/// `cond` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_init(cond: *mut uv_cond_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(unsafe { cond_init(cond) })
}

/// Ends a condition. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_destroy>.
///
/// # Safety
/// `cond` was initialised and not destroyed and nobody waits for it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_destroy(cond: *mut uv_cond_t) {
    // SAFETY: the caller's promise.
    must("uv_cond_destroy: wrong use", unsafe { libc::pthread_cond_destroy(cond) });
}

/// Wakes one waiter, if there is any. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_signal>.
///
/// # Safety
/// `cond` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_signal(cond: *mut uv_cond_t) {
    // SAFETY: the caller's promise.
    must("uv_cond_signal: wrong use", unsafe { libc::pthread_cond_signal(cond) });
}

/// Wakes all waiters. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_broadcast>.
///
/// # Safety
/// `cond` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_broadcast(cond: *mut uv_cond_t) {
    // SAFETY: the caller's promise.
    must("uv_cond_broadcast: wrong use", unsafe { libc::pthread_cond_broadcast(cond) });
}

/// Releases the lock, waits for a wake-up and takes the lock again; it may also wake for no reason.
/// Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_wait>.
///
/// # Safety
/// Both were initialised and not destroyed; the calling thread holds `mutex`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_wait(cond: *mut uv_cond_t, mutex: *mut uv_mutex_t) {
    // SAFETY: the caller's promise.
    must("uv_cond_wait: wrong use", unsafe { libc::pthread_cond_wait(cond, mutex) });
}

/// The same for at most `timeout` nanoseconds: returns 0, or `UV_ETIMEDOUT`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_cond_timedwait>.
///
/// # Safety
/// Both were initialised and not destroyed; the calling thread holds `mutex`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cond_timedwait(
    cond: *mut uv_cond_t,
    mutex: *mut uv_mutex_t,
    timeout: u64,
) -> c_int {
    let end = to_timespec(clock::hrtime().saturating_add(timeout));
    // SAFETY: the caller's promise; `end` is ours.
    match unsafe { libc::pthread_cond_timedwait(cond, mutex, &raw const end) } {
        0 => 0,
        libc::ETIMEDOUT => Errno::ETIMEDOUT.code(),
        _ => fatal("uv_cond_timedwait: wrong use"),
    }
}

/// Makes a barrier for `count` threads. Returns 0, or `UV_EINVAL` if there are none. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_barrier_init>.
///
/// # Safety
/// `barrier` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_barrier_init(barrier: *mut uv_barrier_t, count: c_uint) -> c_int {
    // SAFETY: the caller's promise.
    to_status(unsafe { check_returned(libc::pthread_barrier_init(barrier, null(), count)) })
}

/// Waits until all threads wait: returns 1 to one of them, which may destroy the barrier, and 0 to the
/// others. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_barrier_wait>.
///
/// # Safety
/// `barrier` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_barrier_wait(barrier: *mut uv_barrier_t) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { libc::pthread_barrier_wait(barrier) } {
        0 => 0,
        libc::PTHREAD_BARRIER_SERIAL_THREAD => 1,
        _ => fatal("uv_barrier_wait: wrong use"),
    }
}

/// Ends a barrier, once the threads that passed it have left. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_barrier_destroy>.
///
/// # Safety
/// `barrier` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_barrier_destroy(barrier: *mut uv_barrier_t) {
    // SAFETY: the caller's promise.
    must("uv_barrier_destroy: wrong use", unsafe { libc::pthread_barrier_destroy(barrier) });
}
