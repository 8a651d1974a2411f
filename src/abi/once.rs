//! The guard of `pthread_once`.

#[cfg(target_os = "android")]
pub(crate) use bionic::{PTHREAD_ONCE_INIT, pthread_once_t};
#[cfg(not(target_os = "android"))]
pub(crate) use libc::{PTHREAD_ONCE_INIT, pthread_once_t};

/// What the `libc` crate does not say of Android's C library.
#[cfg(target_os = "android")]
mod bionic {
    pub(crate) use libc::c_int as pthread_once_t;
    pub(crate) const PTHREAD_ONCE_INIT: pthread_once_t = 0;
}
