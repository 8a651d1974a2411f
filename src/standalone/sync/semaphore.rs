//! Semaphores.

use libc::c_uint;

use crate::sys::abort::{fatal, must};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::locks::Semaphore;

pub(crate) fn init(semaphore: &Semaphore, value: c_uint) -> UvResult {
    semaphore.init(value)
}

pub(crate) fn destroy(semaphore: &Semaphore) {
    must("uv_sem_destroy: not a semaphore", semaphore.destroy());
}

#[inline]
pub(crate) fn post(semaphore: &Semaphore) {
    must("uv_sem_post: the count overflows", semaphore.post());
}

#[inline]
pub(crate) fn wait(semaphore: &Semaphore) {
    if semaphore.wait().is_err() {
        fatal("uv_sem_wait: not a semaphore");
    }
}

#[inline]
pub(crate) fn try_wait(semaphore: &Semaphore) -> UvResult {
    match semaphore.try_wait() {
        Ok(()) => Ok(()),
        Err(Errno::EAGAIN) => Err(Errno::EAGAIN),
        Err(_) => fatal("uv_sem_trywait: not a semaphore"),
    }
}
