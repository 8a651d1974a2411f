//! Values that each thread has for itself, and what is done only once.

use std::mem::transmute;

use libc::{c_int, c_void};

use crate::abi::{uv_key_t, uv_once_t};
use crate::core::memory::lend::lend;
use crate::core::memory::out::lend_out;
use crate::standalone::thread::local;
use crate::sys::errno::to_status;
use crate::sys::local::Key;
use crate::sys::locks::Once;

/// Makes a key whose value each thread has for itself, NULL at first. Any thread.
///
/// Returns 0 or the error of `pthread_key_create`.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_key_create>, since 1.0.
///
/// # Safety
/// `key` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_key_create(key: *mut uv_key_t) -> c_int {
    // SAFETY: writable, as documented.
    to_status(local::create(unsafe { lend_out(key) }))
}

/// Deletes a key; what its values point to is left alone. Aborts for a bad key. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_key_delete>, since 1.0.
///
/// # Safety
/// `key` is readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_key_delete(key: *mut uv_key_t) {
    // SAFETY: a key that uv_key_create made and nobody deleted, as documented.
    local::delete(unsafe { Key::lent(*key) });
}

/// The calling thread's value of a key. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_key_get>, since 1.0.
///
/// # Safety
/// `key` was made by [`uv_key_create`] and not deleted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_key_get(key: *mut uv_key_t) -> *mut c_void {
    // SAFETY: a key that uv_key_create made and nobody deleted, as documented.
    local::get(unsafe { Key::lent(*key) })
}

/// Sets the calling thread's value of a key. Aborts if that fails. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_key_set>, since 1.0.
///
/// # Safety
/// `key` was made by [`uv_key_create`] and not deleted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_key_set(key: *mut uv_key_t, value: *mut c_void) {
    // SAFETY: a key that uv_key_create made and nobody deleted, as documented.
    local::set(unsafe { Key::lent(*key) }, value);
}

/// Runs `callback` in the first call with this guard; the others wait for its end. Aborts without a
/// callback. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_once>, since 1.0.
///
/// # Safety
/// `guard` began as `UV_ONCE_INIT`; `callback` may be called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_once(guard: *mut uv_once_t, callback: Option<unsafe extern "C" fn()>) {
    // SAFETY: the guard began as UV_ONCE_INIT and the callback may be called, as documented. The types of
    // a function differ only in who vouches for the call.
    let (guard, callback) = unsafe {
        let vouched = |callback| transmute::<unsafe extern "C" fn(), extern "C" fn()>(callback);
        (lend(Once::at(guard)), callback.map(vouched))
    };
    local::once(guard, callback);
}
