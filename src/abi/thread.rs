//! Threads and locks: the types of pthread under libuv's names.

use libc::{
    c_int, c_uint, c_void, pthread_barrier_t, pthread_cond_t, pthread_key_t, pthread_mutex_t,
    pthread_rwlock_t, pthread_t, sem_t, size_t,
};

use super::{PTHREAD_ONCE_INIT, pthread_once_t};

pub type uv_thread_t = pthread_t;
pub type uv_once_t = pthread_once_t;
pub type uv_mutex_t = pthread_mutex_t;
pub type uv_rwlock_t = pthread_rwlock_t;
pub type uv_sem_t = sem_t;
pub type uv_cond_t = pthread_cond_t;
pub type uv_key_t = pthread_key_t;
pub type uv_barrier_t = pthread_barrier_t;

/// The initial value of a `uv_once_t`.
pub const UV_ONCE_INIT: uv_once_t = PTHREAD_ONCE_INIT;

// Priorities of threads.
c_enum! {
    anonymous c_int {
        UV_THREAD_PRIORITY_HIGHEST = 2,
        UV_THREAD_PRIORITY_ABOVE_NORMAL = 1,
        UV_THREAD_PRIORITY_NORMAL = 0,
        UV_THREAD_PRIORITY_BELOW_NORMAL = -1,
        UV_THREAD_PRIORITY_LOWEST = -2,
    }
}

c_enum! {
    /// Which members of `uv_thread_options_t` are set.
    typedef uv_thread_create_flags: c_uint {
        UV_THREAD_NO_FLAGS = 0,
        UV_THREAD_HAS_STACK_SIZE = 1,
    }
}

/// What a thread runs.
pub type uv_thread_cb = Option<unsafe extern "C" fn(arg: *mut c_void)>;

/// How `uv_thread_create_ex` makes a thread.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_thread_options_s {
    pub flags: c_uint,
    pub stack_size: size_t,
}

pub type uv_thread_options_t = uv_thread_options_s;
