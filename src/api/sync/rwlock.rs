//! Locks for one writer or many readers.

use libc::c_int;

use crate::abi::uv_rwlock_t;
use crate::core::memory::lend::lend;
use crate::standalone::sync::rwlock;
use crate::sys::errno::to_status;
use crate::sys::locks::RwLock;

/// Makes a lock for one writer or many readers. Returns 0 or the error of `pthread_rwlock_init`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_init>, since 1.0.
///
/// # Safety
/// `rwlock` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_init(rwlock: *mut uv_rwlock_t) -> c_int {
    // SAFETY: memory for a lock that nobody uses yet, as documented.
    to_status(rwlock::init(unsafe { lend(RwLock::at(rwlock)) }))
}

/// Ends a lock. Aborts if the C library says that it is taken (glibc does not look). Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_destroy>, since 1.0.
///
/// # Safety
/// `rwlock` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_destroy(rwlock: *mut uv_rwlock_t) {
    // SAFETY: a lock that was initialised and not destroyed, as documented.
    rwlock::destroy(unsafe { lend(RwLock::at(rwlock)) });
}

/// Takes the lock for reading, waiting for it. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_rdlock>, since 1.0.
///
/// # Safety
/// `rwlock` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_rdlock(rwlock: *mut uv_rwlock_t) {
    // SAFETY: a lock that was initialised and not destroyed, as documented.
    rwlock::read(unsafe { lend(RwLock::at(rwlock)) });
}

/// Takes the lock for reading if no writer has it. Returns 0, or `UV_EBUSY`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_tryrdlock>, since 1.0.
///
/// # Safety
/// `rwlock` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_tryrdlock(rwlock: *mut uv_rwlock_t) -> c_int {
    // SAFETY: a lock that was initialised and not destroyed, as documented.
    to_status(rwlock::try_read(unsafe { lend(RwLock::at(rwlock)) }))
}

/// Releases the lock after reading. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_rdunlock>, since 1.0.
///
/// # Safety
/// `rwlock` was initialised and not destroyed; the calling thread holds it for reading.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_rdunlock(rwlock: *mut uv_rwlock_t) {
    // SAFETY: a lock that was initialised and not destroyed, as documented.
    rwlock::end_read(unsafe { lend(RwLock::at(rwlock)) });
}

/// Takes the lock for writing, waiting for it. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_wrlock>, since 1.0.
///
/// # Safety
/// `rwlock` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_wrlock(rwlock: *mut uv_rwlock_t) {
    // SAFETY: a lock that was initialised and not destroyed, as documented.
    rwlock::write(unsafe { lend(RwLock::at(rwlock)) });
}

/// Takes the lock for writing if nobody has it. Returns 0, or `UV_EBUSY`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_trywrlock>, since 1.0.
///
/// # Safety
/// `rwlock` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_trywrlock(rwlock: *mut uv_rwlock_t) -> c_int {
    // SAFETY: a lock that was initialised and not destroyed, as documented.
    to_status(rwlock::try_write(unsafe { lend(RwLock::at(rwlock)) }))
}

/// Releases the lock after writing. Aborts on a misuse that pthread detects. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_rwlock_wrunlock>, since 1.0.
///
/// # Safety
/// `rwlock` was initialised and not destroyed; the calling thread holds it for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_rwlock_wrunlock(rwlock: *mut uv_rwlock_t) {
    // SAFETY: a lock that was initialised and not destroyed, as documented.
    rwlock::end_write(unsafe { lend(RwLock::at(rwlock)) });
}
