//! Locks for one thread at a time.

use std::mem::MaybeUninit;
use std::ptr::null;

use libc::{c_int, pthread_mutexattr_t};

use crate::abi::uv_mutex_t;
use crate::standalone::sync::attempt;
use crate::sys::abort::must;
use crate::sys::errno::{UvResult, check_returned, to_status};

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
