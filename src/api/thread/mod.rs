//! Threads: libuv's "Threading and synchronization utilities", first part.

use libc::{c_char, c_int, c_void, size_t};

use crate::abi::{uv_thread_cb, uv_thread_options_t, uv_thread_t};
use crate::core::memory::lend::{lend_any_text, lend_bytes, lend_cell};
use crate::core::memory::out::{lend_any_out, lend_out_chars};
use crate::standalone::thread::{affinity, names, priority, threads};
use crate::sys::errno::{to_int, to_status};
use crate::sys::thread::{self, Joinable, Start, Thread};

mod local;

/// Starts a thread that runs `entry(arg)`, with the default stack size.
///
/// Returns 0 or the error of `pthread_create`. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_create>, since 1.0.
///
/// # Safety
/// `tid` is writable; `entry` may be called with `arg` on another thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_create(
    tid: *mut uv_thread_t,
    entry: uv_thread_cb,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: a place for the thread's number, and a function for another thread, as documented.
    let (tid, start) = unsafe { (lend_cell(tid), entry.map(|entry| Start::new(entry, arg))) };
    to_status(threads::create(tid, None, start))
}

/// Starts a thread with options; a stack size is rounded up to whole pages, 0 means the default.
///
/// Returns 0 or the error of `pthread_create`. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_create_ex>, since 1.26.
///
/// # Safety
/// As for [`uv_thread_create`]; `params` is readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_create_ex(
    tid: *mut uv_thread_t,
    params: *const uv_thread_options_t,
    entry: uv_thread_cb,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: options, a place for the thread's number, and a function for another thread, as documented.
    let (tid, options, start) =
        unsafe { (lend_cell(tid), *params, entry.map(|entry| Start::new(entry, arg))) };
    to_status(threads::create(tid, Some(&options), start))
}

/// Lets a thread release its resources when it ends; it must not be joined any more. Returns 0 or the error
/// of `pthread_detach`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_detach>, since 1.50.
///
/// # Safety
/// `tid` names a thread that was neither joined nor detached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_detach(tid: *mut uv_thread_t) -> c_int {
    // SAFETY: a thread that was neither joined nor detached, as documented.
    to_status(unsafe { Joinable::lent(*tid) }.detach())
}

/// Waits for the end of a thread. Returns 0 or the error of `pthread_join`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_join>, since 1.0.
///
/// # Safety
/// `tid` names a thread that was neither joined nor detached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_join(tid: *mut uv_thread_t) -> c_int {
    // SAFETY: a thread that was neither joined nor detached, as documented.
    to_status(unsafe { Joinable::lent(*tid) }.join())
}

/// The calling thread. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_self>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_thread_self() -> uv_thread_t {
    thread::own()
}

/// Not 0 if both name the same thread. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_equal>, since 1.0.
///
/// # Safety
/// Both are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_equal(t1: *const uv_thread_t, t2: *const uv_thread_t) -> c_int {
    // SAFETY: both are readable, as documented.
    c_int::from(unsafe { thread::is_same(*t1, *t2) })
}

/// Names the calling thread; on Linux a name is cut to 15 bytes.
///
/// Returns 0, or `UV_EINVAL` without a name. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_setname>, since 1.50.
///
/// # Safety
/// `name` is null or a NUL-terminated text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_setname(name: *const c_char) -> c_int {
    // SAFETY: null or a text, as documented.
    to_status(names::set_own(unsafe { lend_any_text(name) }))
}

/// Writes a thread's name, cut to `size` bytes with its NUL.
///
/// Returns 0, or `UV_EINVAL` without a buffer. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_getname>, since 1.50.
///
/// # Safety
/// `tid` names a thread that has not ended; `name` is null or writable for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_getname(tid: *mut uv_thread_t, buf: *mut c_char, size: size_t) -> c_int {
    // SAFETY: a thread that has not ended, and null or memory of that size, as documented.
    to_status(unsafe { names::get(Thread::lent(*tid), lend_out_chars(buf, size)) })
}

/// Lets a thread run on the processors whose byte in `cpumask` is not 0; `oldmask`, if given,
/// receives what was before.
///
/// Returns 0, `UV_EINVAL` if the mask is shorter than `uv_cpumask_size` says or names no processor that
/// exists. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_setaffinity>, since 1.45.
///
/// # Safety
/// `tid` names a thread that has not ended; the masks are `mask_size` bytes long; `oldmask` may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_setaffinity(
    tid: *mut uv_thread_t,
    cpumask: *mut c_char,
    oldmask: *mut c_char,
    mask_size: size_t,
) -> c_int {
    // SAFETY: a thread that has not ended, and masks of that size, of which the old one may be null, as documented.
    let (thread, cpus, old) = unsafe {
        let cpus = affinity::read_mask(lend_bytes(cpumask.cast(), mask_size));
        (Thread::lent(*tid), cpus, lend_out_chars(oldmask, mask_size))
    };
    to_status(cpus.and_then(|cpus| affinity::set(thread, &cpus, old)))
}

/// Writes 1 for each processor that a thread may run on, 0 for the others.
///
/// Returns 0, or `UV_EINVAL` if the mask is shorter than `uv_cpumask_size` says. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_getaffinity>, since 1.45.
///
/// # Safety
/// `tid` names a thread that has not ended; `cpumask` is writable for `mask_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_getaffinity(
    tid: *mut uv_thread_t,
    cpumask: *mut c_char,
    mask_size: size_t,
) -> c_int {
    // SAFETY: a thread that has not ended, and a mask of that size, as documented.
    to_status(unsafe { affinity::get(Thread::lent(*tid), lend_out_chars(cpumask, mask_size)) })
}

/// The processor that the calling thread runs on. Returns its number or the error of `sched_getcpu`. Any
/// thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_getcpu>, since 1.45.
#[unsafe(no_mangle)]
pub extern "C" fn uv_thread_getcpu() -> c_int {
    to_int(thread::current_cpu())
}

/// Sets a thread's priority to one of the `UV_THREAD_PRIORITY_*`: within the range of its scheduling
/// policy, or, for the calling thread under Linux's default policy, its nice value.
///
/// Returns 0, `UV_EINVAL` for another priority, or the system's refusal. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_setpriority>, since 1.48.
///
/// # Safety
/// The thread has not ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_setpriority(tid: uv_thread_t, priority: c_int) -> c_int {
    // SAFETY: a thread that has not ended, as documented.
    to_status(priority::set(unsafe { Thread::lent(tid) }, priority))
}

/// Reads a thread's priority, or, for the calling thread under Linux's default policy, its nice value.
///
/// Returns 0, or `UV_EINVAL` without a place for it. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_getpriority>, since 1.48.
///
/// # Safety
/// The thread has not ended; `priority` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_getpriority(tid: uv_thread_t, result: *mut c_int) -> c_int {
    // SAFETY: a thread that has not ended, and null or writable, as documented.
    to_status(unsafe { priority::get(Thread::lent(tid), lend_any_out(result)) })
}
