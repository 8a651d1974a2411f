//! The locks of pthread, in memory of the program's.
//!
//! A reference to one of these means that its init function has succeeded and that it was not destroyed
//! since, but for `init` itself: who makes the reference vouches for it. Wrong use beyond that harms
//! nothing but the lock, and is answered with an errno as far as pthread notices.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr::null;

use libc::{
    c_int, c_uint, pthread_barrier_t, pthread_cond_t, pthread_condattr_t, pthread_mutex_t,
    pthread_mutexattr_t, pthread_rwlock_t, sem_t, timespec,
};

use crate::abi::{Lent, pthread_once_t};
use crate::sys::c_library;
use crate::sys::errno::{UvResult, check, check_returned, retry};

macro_rules! locks {
    ($($(#[$doc:meta])* $name:ident($own:ty) { $($method:ident: $call:ident,)* })*) => { $(
        $(#[$doc])*
        #[repr(transparent)]
        pub(crate) struct $name(UnsafeCell<$own>);

        // SAFETY: one cell of bytes, all of which are pthread's.
        unsafe impl Lent for $name {}

        impl $name {
            #[inline(always)]
            pub(crate) fn at(own: *mut $own) -> *const $name {
                own.cast_const().cast()
            }

            $(
                /// The errno of the function of pthread's that is named so.
                #[inline(always)]
                pub(crate) fn $method(&self) -> c_int {
                    // SAFETY: an initialised one, by what a reference means here.
                    unsafe { libc::$call(self.0.get()) }
                }
            )*
        }
    )* };
}

locks! {
    Mutex(pthread_mutex_t) {
        destroy: pthread_mutex_destroy,
        lock: pthread_mutex_lock,
        try_lock: pthread_mutex_trylock,
        unlock: pthread_mutex_unlock,
    }
    RwLock(pthread_rwlock_t) {
        destroy: pthread_rwlock_destroy,
        read: pthread_rwlock_rdlock,
        try_read: pthread_rwlock_tryrdlock,
        write: pthread_rwlock_wrlock,
        try_write: pthread_rwlock_trywrlock,
        unlock: pthread_rwlock_unlock,
    }
    Condition(pthread_cond_t) {
        destroy: pthread_cond_destroy,
        signal: pthread_cond_signal,
        broadcast: pthread_cond_broadcast,
    }
    Barrier(pthread_barrier_t) {
        destroy: pthread_barrier_destroy,
        wait: pthread_barrier_wait,
    }
    /// Its functions answer -1 and set errno.
    Semaphore(sem_t) {
        destroy: sem_destroy,
        post: sem_post,
    }
    Once(pthread_once_t) {}
}

impl Mutex {
    /// Makes a lock of that kind, or of the system's usual one.
    pub(crate) fn init(&self, kind: Option<c_int>) -> UvResult {
        let Some(kind) = kind else {
            // SAFETY: no lock yet, so nobody uses the memory; no attributes.
            return check_returned(unsafe { libc::pthread_mutex_init(self.0.get(), null()) });
        };
        let mut attr = MaybeUninit::<pthread_mutexattr_t>::uninit();
        // SAFETY: `attr` is initialised first and destroyed last; no lock yet, so nobody uses the memory.
        unsafe {
            check_returned(libc::pthread_mutexattr_init(attr.as_mut_ptr()))?;
            let mut result = libc::pthread_mutexattr_settype(attr.as_mut_ptr(), kind);
            if result == 0 {
                result = libc::pthread_mutex_init(self.0.get(), attr.as_ptr());
            }
            libc::pthread_mutexattr_destroy(attr.as_mut_ptr());
            check_returned(result)
        }
    }
}

impl RwLock {
    pub(crate) fn init(&self) -> UvResult {
        // SAFETY: no lock yet, so nobody uses the memory; no attributes.
        check_returned(unsafe { libc::pthread_rwlock_init(self.0.get(), null()) })
    }
}

impl Condition {
    /// Makes a condition whose timed waits go by the monotonic clock.
    pub(crate) fn init(&self) -> UvResult {
        let mut attr = MaybeUninit::<pthread_condattr_t>::uninit();
        // SAFETY: `attr` is initialised first and destroyed last; no condition yet, so nobody uses the memory.
        unsafe {
            check_returned(libc::pthread_condattr_init(attr.as_mut_ptr()))?;
            let mut result = libc::pthread_condattr_setclock(attr.as_mut_ptr(), libc::CLOCK_MONOTONIC);
            if result == 0 {
                result = libc::pthread_cond_init(self.0.get(), attr.as_ptr());
            }
            libc::pthread_condattr_destroy(attr.as_mut_ptr());
            check_returned(result)
        }
    }

    #[inline]
    pub(crate) fn wait(&self, mutex: &Mutex) -> c_int {
        // SAFETY: both are initialised, by what a reference means here.
        unsafe { libc::pthread_cond_wait(self.0.get(), mutex.0.get()) }
    }

    #[inline]
    pub(crate) fn wait_until(&self, mutex: &Mutex, end: &timespec) -> c_int {
        // SAFETY: both are initialised, by what a reference means here; `end` is only read.
        unsafe { libc::pthread_cond_timedwait(self.0.get(), mutex.0.get(), end) }
    }
}

impl Barrier {
    pub(crate) fn init(&self, count: c_uint) -> UvResult {
        // SAFETY: no barrier yet, so nobody uses the memory; no attributes.
        check_returned(unsafe { libc::pthread_barrier_init(self.0.get(), null(), count) })
    }
}

impl Semaphore {
    pub(crate) fn init(&self, value: c_uint) -> UvResult {
        // SAFETY: no semaphore yet, so nobody uses the memory.
        check(unsafe { libc::sem_init(self.0.get(), 0, value) }).map(drop)
    }

    /// Waits, however many signals arrive.
    #[inline]
    pub(crate) fn wait(&self) -> UvResult {
        // SAFETY: an initialised one, by what a reference means here.
        retry(|| check(unsafe { libc::sem_wait(self.0.get()) })).map(drop)
    }

    #[inline]
    pub(crate) fn try_wait(&self) -> UvResult {
        // SAFETY: an initialised one, by what a reference means here.
        retry(|| check(unsafe { libc::sem_trywait(self.0.get()) })).map(drop)
    }
}

impl Once {
    /// Calls `function` unless that was done; waits until whoever does it is ready.
    pub(crate) fn call(&self, function: extern "C" fn()) -> c_int {
        // SAFETY: the guard began as `PTHREAD_ONCE_INIT`, which is what a reference means here.
        unsafe { c_library::pthread_once(self.0.get(), function) }
    }
}
