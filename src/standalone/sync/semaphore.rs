//! Semaphores.

use libc::{c_int, c_uint};

use crate::abi::uv_sem_t;
use crate::sys::abort::{fatal, must};
use crate::sys::errno::{Errno, check, retry, to_status};

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
