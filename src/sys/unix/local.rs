//! Values that each thread has for itself.

use libc::{c_int, c_void, pthread_key_t};

use crate::sys::errno::{UvResult, check_returned};

/// A key that was made and not deleted. Not every C library looks.
#[derive(Clone, Copy)]
pub(crate) struct Key(pthread_key_t);

pub(crate) fn create() -> UvResult<pthread_key_t> {
    let mut key = 0;
    // SAFETY: the place is ours; no destructor.
    check_returned(unsafe { libc::pthread_key_create(&raw mut key, None) })?;
    Ok(key)
}

impl Key {
    /// # Safety
    /// The key was made by [`create`] and is not deleted as long as this is used.
    #[inline(always)]
    pub(crate) unsafe fn lent(key: pthread_key_t) -> Key {
        Key(key)
    }

    pub(crate) fn delete(self) -> c_int {
        // SAFETY: a key, which has no destructor that could run later.
        unsafe { libc::pthread_key_delete(self.0) }
    }

    #[inline(always)]
    pub(crate) fn get(self) -> *mut c_void {
        // SAFETY: a key.
        unsafe { libc::pthread_getspecific(self.0) }
    }

    #[inline(always)]
    pub(crate) fn set(self, value: *mut c_void) -> c_int {
        // SAFETY: a key; the value is not looked at.
        unsafe { libc::pthread_setspecific(self.0, value) }
    }
}
