//! Locks for one thread at a time.

use libc::c_int;

use crate::abi::uv_mutex_t;
use crate::core::memory::lend::lend;
use crate::standalone::sync::mutex;
use crate::sys::errno::to_status;
use crate::sys::locks::Mutex;

/// Makes a lock. Returns 0 or the error of `pthread_mutex_init`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_mutex_init>, since 1.0.
///
/// # Safety
/// `handle` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_mutex_init(handle: *mut uv_mutex_t) -> c_int {
    // SAFETY: memory for a lock that nobody uses yet, as documented.
    to_status(mutex::init(unsafe { lend(Mutex::at(handle)) }, mutex::PLAIN))
}

/// Makes a lock that its owner may take again. Returns 0 or the error of `pthread_mutex_init`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_mutex_init_recursive>, since 1.15.
///
/// # Safety
/// `handle` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_mutex_init_recursive(handle: *mut uv_mutex_t) -> c_int {
    // SAFETY: memory for a lock that nobody uses yet, as documented.
    to_status(mutex::init(unsafe { lend(Mutex::at(handle)) }, mutex::RECURSIVE))
}

/// Ends a lock. Aborts if it is taken. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_mutex_destroy>, since 1.0.
///
/// # Safety
/// `handle` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_mutex_destroy(handle: *mut uv_mutex_t) {
    // SAFETY: a lock that was initialised and not destroyed, as documented.
    mutex::destroy(unsafe { lend(Mutex::at(handle)) });
}

/// Takes a lock, waiting for it. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_mutex_lock>, since 1.0.
///
/// # Safety
/// `handle` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_mutex_lock(handle: *mut uv_mutex_t) {
    // SAFETY: a lock that was initialised and not destroyed, as documented.
    mutex::lock(unsafe { lend(Mutex::at(handle)) });
}

/// Takes a lock if it is free. Returns 0, or `UV_EBUSY`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_mutex_trylock>, since 1.0.
///
/// # Safety
/// `handle` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_mutex_trylock(handle: *mut uv_mutex_t) -> c_int {
    // SAFETY: a lock that was initialised and not destroyed, as documented.
    to_status(mutex::try_lock(unsafe { lend(Mutex::at(handle)) }))
}

/// Releases a lock. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_mutex_unlock>, since 1.0.
///
/// # Safety
/// `handle` was initialised and not destroyed; the calling thread holds it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_mutex_unlock(handle: *mut uv_mutex_t) {
    // SAFETY: a lock that was initialised and not destroyed, as documented.
    mutex::unlock(unsafe { lend(Mutex::at(handle)) });
}
