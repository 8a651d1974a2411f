//! Threads: libuv's "Threading and synchronization utilities", first part.

use std::ffi::CStr;
use std::mem::{MaybeUninit, transmute};

use libc::{c_char, c_int, c_void, pthread_attr_t, size_t};

use crate::abi::{
    UV_THREAD_HAS_STACK_SIZE, UV_THREAD_NO_FLAGS, UV_THREAD_PRIORITY_ABOVE_NORMAL,
    UV_THREAD_PRIORITY_BELOW_NORMAL, UV_THREAD_PRIORITY_HIGHEST, UV_THREAD_PRIORITY_LOWEST,
    UV_THREAD_PRIORITY_NORMAL, uv_thread_cb, uv_thread_options_t, uv_thread_t,
};
use crate::sys::abort::must;
use crate::sys::errno::{Errno, UvResult, check_returned, to_int, to_status};
use crate::sys::thread as sys;

mod local;

/// What a thread runs, as pthread wants it.
type Start = extern "C" fn(*mut c_void) -> *mut c_void;

/// # Safety
/// `tid` is writable; `entry` may be called with `arg` on another thread.
unsafe fn create(tid: *mut uv_thread_t, stack: usize, entry: uv_thread_cb, arg: *mut c_void) -> UvResult {
    let entry = entry.ok_or(Errno::EINVAL)?;
    let mut attr = MaybeUninit::<pthread_attr_t>::uninit();
    // SAFETY: `attr` is initialised first and destroyed last; the rest is the caller's promise. A function
    // without a result may stand for one whose result nobody reads (uv_thread_join asks for none): a frame
    // of ours below it would be in the way of pthread_exit, which unwinds.
    unsafe {
        check_returned(libc::pthread_attr_init(attr.as_mut_ptr()))?;
        must("uv_thread_create: bad stack size", libc::pthread_attr_setstacksize(attr.as_mut_ptr(), stack));
        let start = transmute::<unsafe extern "C" fn(*mut c_void), Start>(entry);
        let result = libc::pthread_create(tid, attr.as_ptr(), start, arg);
        libc::pthread_attr_destroy(attr.as_mut_ptr());
        check_returned(result)
    }
}

fn stack_size(options: &uv_thread_options_t) -> usize {
    if options.flags & UV_THREAD_HAS_STACK_SIZE != 0 && options.stack_size != 0 {
        sys::stack_size_for(options.stack_size)
    } else {
        sys::default_stack_size()
    }
}

/// # Safety
/// `mask` is writable for `size` bytes and the thread has not ended.
unsafe fn affinity(thread: uv_thread_t, mask: *mut c_char, size: size_t) -> UvResult {
    if size < sys::CPU_MAX {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the caller's promise; the mask has room for every processor of the set.
    unsafe {
        let cpus = sys::affinity(thread)?;
        for cpu in 0..sys::CPU_MAX {
            mask.add(cpu).write(libc::CPU_ISSET(cpu, &cpus).into());
        }
    }
    Ok(())
}

/// # Safety
/// `mask` is readable for `size` bytes, `old` is null or writable for as many, and the thread has
/// not ended.
unsafe fn set_affinity(thread: uv_thread_t, mask: *const c_char, old: *mut c_char, size: size_t) -> UvResult {
    if size < sys::CPU_MAX {
        return Err(Errno::EINVAL);
    }
    let mut cpus = sys::no_cpus();
    // SAFETY: the caller's promise; the masks hold every processor of the set.
    unsafe {
        if !old.is_null() {
            affinity(thread, old, size)?;
        }
        for cpu in (0..sys::CPU_MAX).filter(|cpu| *mask.add(*cpu) != 0) {
            libc::CPU_SET(cpu, &mut cpus);
        }
        sys::set_affinity(thread, &cpus)
    }
}

/// # Safety
/// The thread has not ended.
unsafe fn priority(thread: uv_thread_t) -> UvResult<c_int> {
    // SAFETY: the caller's promise.
    let (policy, param) = unsafe { sys::scheduling(thread) }?;
    // Under the default policy all priorities are 0 and the nice value decides.
    if policy == libc::SCHED_OTHER && sys::is_self(thread) { sys::nice(0) } else { Ok(param.sched_priority) }
}

/// # Safety
/// The thread has not ended.
unsafe fn set_priority(thread: uv_thread_t, priority: c_int) -> UvResult {
    if !(UV_THREAD_PRIORITY_LOWEST..=UV_THREAD_PRIORITY_HIGHEST).contains(&priority) {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the caller's promise.
    let (policy, mut param) = unsafe { sys::scheduling(thread) }?;
    if policy == libc::SCHED_OTHER && sys::is_self(thread) {
        return sys::set_nice(0, -2 * priority);
    }
    let wanted = priority_within(sys::priority_range(policy)?, priority);
    if param.sched_priority == wanted {
        return Ok(());
    }
    param.sched_priority = wanted;
    // SAFETY: the caller's promise.
    unsafe { sys::set_scheduling(thread, policy, &param) }
}

/// A priority of ours on the scale of a scheduling policy.
fn priority_within((min, max): (c_int, c_int), priority: c_int) -> c_int {
    let range = max - min;
    match priority {
        UV_THREAD_PRIORITY_HIGHEST => max,
        UV_THREAD_PRIORITY_ABOVE_NORMAL => min + range * 3 / 4,
        UV_THREAD_PRIORITY_NORMAL => min + range / 2,
        UV_THREAD_PRIORITY_BELOW_NORMAL => min + range / 4,
        _ => min,
    }
}

/// # Safety
/// `buf` is writable for `size` bytes and the thread has not ended.
unsafe fn name(thread: uv_thread_t, buf: *mut c_char, size: size_t) -> UvResult {
    let Some(room) = size.checked_sub(1).filter(|_| !buf.is_null()) else {
        return Err(Errno::EINVAL);
    };
    // SAFETY: the caller's promise; the text and its NUL stay within `size`.
    unsafe {
        let name = sys::name(thread)?;
        let text = sys::until_nul(&name);
        let len = text.len().min(room);
        buf.copy_from_nonoverlapping(text.as_ptr().cast(), len);
        buf.add(len).write(0);
    }
    Ok(())
}

/// Starts a thread that runs `entry(arg)`, with the default stack size.
///
/// Returns 0 or the error of `pthread_create`. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_create>.
///
/// # Safety
/// `tid` is writable; `entry` may be called with `arg` on another thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_create(
    tid: *mut uv_thread_t,
    entry: uv_thread_cb,
    arg: *mut c_void,
) -> c_int {
    let options = uv_thread_options_t { flags: UV_THREAD_NO_FLAGS, stack_size: 0 };
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { create(tid, stack_size(&options), entry, arg) })
}

/// Starts a thread with options; a stack size is rounded up to whole pages, 0 means the default.
///
/// Returns 0 or the error of `pthread_create`. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_create_ex>.
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
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { create(tid, stack_size(&*params), entry, arg) })
}

/// Lets a thread release its resources when it ends; it must not be joined any more. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_detach>.
///
/// # Safety
/// `tid` names a thread that was neither joined nor detached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_detach(tid: *mut uv_thread_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(check_returned(unsafe { libc::pthread_detach(*tid) }))
}

/// Waits for the end of a thread. Returns 0 or the error of `pthread_join`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_join>.
///
/// # Safety
/// `tid` names a thread that was neither joined nor detached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_join(tid: *mut uv_thread_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(check_returned(unsafe { libc::pthread_join(*tid, std::ptr::null_mut()) }))
}

/// The calling thread. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_self>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_thread_self() -> uv_thread_t {
    // SAFETY: no arguments to get wrong.
    unsafe { libc::pthread_self() }
}

/// Not 0 if both name the same thread. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_equal>.
///
/// # Safety
/// Both are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_equal(t1: *const uv_thread_t, t2: *const uv_thread_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { libc::pthread_equal(*t1, *t2) }
}

/// Names the calling thread; on Linux a name is cut to 15 bytes.
///
/// Returns 0, or `UV_EINVAL` without a name. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_setname>.
///
/// # Safety
/// `name` is null or a NUL-terminated text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_setname(name: *const c_char) -> c_int {
    if name.is_null() {
        return Errno::EINVAL.code();
    }
    // SAFETY: the caller's promise.
    to_status(sys::set_own_name(unsafe { CStr::from_ptr(name) }.to_bytes()))
}

/// Writes a thread's name, cut to `size` bytes with its NUL.
///
/// Returns 0, or `UV_EINVAL` without a buffer. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_getname>.
///
/// # Safety
/// `tid` names a thread that has not ended; `name` is null or writable for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_getname(tid: *mut uv_thread_t, buf: *mut c_char, size: size_t) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { name(*tid, buf, size) })
}

/// Lets a thread run on the processors whose byte in `cpumask` is not 0; `oldmask`, if given,
/// receives what was before.
///
/// Returns 0, `UV_EINVAL` if the mask is shorter than `uv_cpumask_size` says or names no processor that
/// exists. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_setaffinity>.
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
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { set_affinity(*tid, cpumask, oldmask, mask_size) })
}

/// Writes 1 for each processor that a thread may run on, 0 for the others.
///
/// Returns 0, or `UV_EINVAL` if the mask is shorter than `uv_cpumask_size` says. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_getaffinity>.
///
/// # Safety
/// `tid` names a thread that has not ended; `cpumask` is writable for `mask_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_getaffinity(
    tid: *mut uv_thread_t,
    cpumask: *mut c_char,
    mask_size: size_t,
) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { affinity(*tid, cpumask, mask_size) })
}

/// The processor that the calling thread runs on, or an error. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_getcpu>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_thread_getcpu() -> c_int {
    to_int(sys::current_cpu())
}

/// Sets a thread's priority to one of the `UV_THREAD_PRIORITY_*`: within the range of its scheduling
/// policy, or, for the calling thread under Linux's default policy, its nice value.
///
/// Returns 0, `UV_EINVAL` for another priority, or the system's refusal. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_setpriority>.
///
/// # Safety
/// The thread has not ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_setpriority(tid: uv_thread_t, priority: c_int) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { set_priority(tid, priority) })
}

/// Reads a thread's priority, or, for the calling thread under Linux's default policy, its nice value.
///
/// Returns 0, or `UV_EINVAL` without a place for it. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/threading.html#c.uv_thread_getpriority>.
///
/// # Safety
/// The thread has not ended; `priority` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_thread_getpriority(tid: uv_thread_t, result: *mut c_int) -> c_int {
    if result.is_null() {
        return Errno::EINVAL.code();
    }
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { priority(tid).map(|value| result.write(value)) })
}
