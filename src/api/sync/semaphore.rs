//! Semaphores.

use libc::{c_int, c_uint};

use crate::abi::uv_sem_t;
use crate::core::memory::lend::lend;
use crate::standalone::sync::semaphore;
use crate::sys::errno::to_status;
use crate::sys::locks::Semaphore;

/// Makes a semaphore that lets `value` waits pass. Returns 0, or `UV_EINVAL` if the value is too large. Any
/// thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_sem_init>, since 1.0.
///
/// # Safety
/// `sem` is writable and not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_sem_init(sem: *mut uv_sem_t, value: c_uint) -> c_int {
    // SAFETY: memory for a semaphore that nobody uses yet, as documented.
    to_status(semaphore::init(unsafe { lend(Semaphore::at(sem)) }, value))
}

/// Ends a semaphore. Aborts if the C library says that it is none (glibc does not look). Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_sem_destroy>, since 1.0.
///
/// # Safety
/// `sem` was initialised and not destroyed and nobody waits for it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_sem_destroy(sem: *mut uv_sem_t) {
    // SAFETY: a semaphore that was initialised and not destroyed, as documented.
    semaphore::destroy(unsafe { lend(Semaphore::at(sem)) });
}

/// Lets one more wait pass. Aborts if the count would overflow. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_sem_post>, since 1.0.
///
/// # Safety
/// `sem` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_sem_post(sem: *mut uv_sem_t) {
    // SAFETY: a semaphore that was initialised and not destroyed, as documented.
    semaphore::post(unsafe { lend(Semaphore::at(sem)) });
}

/// Waits until the count is above 0 and takes one; signals do not end the wait. Aborts if it is
/// not a semaphore. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_sem_wait>, since 1.0.
///
/// # Safety
/// `sem` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_sem_wait(sem: *mut uv_sem_t) {
    // SAFETY: a semaphore that was initialised and not destroyed, as documented.
    semaphore::wait(unsafe { lend(Semaphore::at(sem)) });
}

/// Takes one if the count is above 0. Returns 0, or `UV_EAGAIN`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_sem_trywait>, since 1.0.
///
/// # Safety
/// `sem` was initialised and not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_sem_trywait(sem: *mut uv_sem_t) -> c_int {
    // SAFETY: a semaphore that was initialised and not destroyed, as documented.
    to_status(semaphore::try_wait(unsafe { lend(Semaphore::at(sem)) }))
}
