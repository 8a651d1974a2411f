//! Values that each thread has for itself, and what is done only once.

use std::mem::transmute;

use libc::{c_int, c_void};

use crate::abi::{uv_key_t, uv_once_t};
use crate::sys::abort::{fatal, must};
use crate::sys::errno::{check_returned, to_status};

/// Makes a key whose value each thread has for itself, NULL at first. Any thread.
///
/// Returns 0 or the error of `pthread_key_create`.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_key_create>.
///
/// # Safety
/// `key` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_key_create(key: *mut uv_key_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(check_returned(unsafe { libc::pthread_key_create(key, None) }))
}

/// Deletes a key; what its values point to is left alone. Aborts for a bad key. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_key_delete>.
///
/// # Safety
/// `key` is readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_key_delete(key: *mut uv_key_t) {
    // SAFETY: the caller's promise; pthread checks the key.
    must("uv_key_delete: not a key", unsafe { libc::pthread_key_delete(*key) });
}

/// The calling thread's value of a key. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_key_get>.
///
/// # Safety
/// `key` was made by [`uv_key_create`] and not deleted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_key_get(key: *mut uv_key_t) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { libc::pthread_getspecific(*key) }
}

/// Sets the calling thread's value of a key. Aborts if that fails. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_key_set>.
///
/// # Safety
/// `key` was made by [`uv_key_create`] and not deleted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_key_set(key: *mut uv_key_t, value: *mut c_void) {
    // SAFETY: the caller's promise; pthread checks the key.
    must("uv_key_set: not a key, or no memory", unsafe { libc::pthread_setspecific(*key, value) });
}

/// Runs `callback` in the first call with this guard; the others wait for its end. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_once>.
///
/// # Safety
/// `guard` began as `UV_ONCE_INIT`; `callback` may be called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_once(guard: *mut uv_once_t, callback: Option<unsafe extern "C" fn()>) {
    let Some(callback) = callback else { fatal("uv_once: no callback") };
    // SAFETY: the caller's promise; the two types differ only in who vouches for the call.
    let result =
        unsafe { libc::pthread_once(guard, transmute::<unsafe extern "C" fn(), extern "C" fn()>(callback)) };
    must("uv_once: not a guard", result);
}
