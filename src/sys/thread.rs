//! Threads of the system: stack sizes, names, processors and priorities.

use std::ffi::CStr;

use libc::{c_int, cpu_set_t, pthread_t, rlimit, sched_param, size_t};

use crate::sys::errno::{Errno, UvResult, check, check_returned};

/// The longest name of a thread with its final NUL.
pub(crate) const NAME_MAX: usize = 16;

/// Processors that a `cpu_set_t` can name.
pub(crate) const CPU_MAX: usize = libc::CPU_SETSIZE as usize;

/// What a stack gets where no limit says otherwise: glibc's default on most processors.
const DEFAULT_STACK: usize = 2 << 20;

/// Below this a thread cannot take signals safely; musl's own minimum is smaller.
const MIN_STACK: usize = if libc::PTHREAD_STACK_MIN > 8192 { libc::PTHREAD_STACK_MIN } else { 8192 };

pub(crate) fn page_size() -> usize {
    // SAFETY: no arguments to get wrong.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

/// The stack size for threads that ask for none: the soft `RLIMIT_STACK`, in whole pages.
pub(crate) fn default_stack_size() -> usize {
    let mut limit = rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is ours and writable.
    let known = unsafe { libc::getrlimit(libc::RLIMIT_STACK, &raw mut limit) } == 0;
    if !known || limit.rlim_cur == libc::RLIM_INFINITY {
        return DEFAULT_STACK;
    }
    let soft = usize::try_from(limit.rlim_cur).unwrap_or(DEFAULT_STACK);
    let whole = soft - soft % page_size();
    if whole < MIN_STACK { DEFAULT_STACK } else { whole }
}

/// The stack size for a thread that asks for `wanted` bytes: whole pages, and enough to live on.
pub(crate) fn stack_size_for(wanted: usize) -> usize {
    wanted.checked_next_multiple_of(page_size()).unwrap_or(wanted).max(MIN_STACK)
}

/// Names the calling thread; a longer name is cut.
pub(crate) fn set_own_name(name: &[u8]) -> UvResult {
    let mut buf = [0_u8; NAME_MAX];
    let len = name.len().min(NAME_MAX - 1);
    buf[..len].copy_from_slice(&name[..len]);
    // SAFETY: the name is NUL-terminated and the thread is the calling one.
    check_returned(unsafe { libc::pthread_setname_np(libc::pthread_self(), buf.as_ptr().cast()) })
}

/// A thread's name, NUL-terminated.
///
/// # Safety
/// The thread has not ended.
pub(crate) unsafe fn name(thread: pthread_t) -> UvResult<[u8; NAME_MAX]> {
    let mut buf = [0_u8; NAME_MAX];
    // SAFETY: the buffer is as long as said; the thread is the caller's promise.
    check_returned(unsafe { libc::pthread_getname_np(thread, buf.as_mut_ptr().cast(), NAME_MAX) })?;
    Ok(buf)
}

/// A set of processors with nobody in it.
pub(crate) fn no_cpus() -> cpu_set_t {
    // SAFETY: the type is an array of integers, for which zero is a value.
    unsafe { std::mem::zeroed() }
}

/// The processors that a thread may run on.
///
/// # Safety
/// The thread has not ended.
pub(crate) unsafe fn affinity(thread: pthread_t) -> UvResult<cpu_set_t> {
    let mut cpus = no_cpus();
    // SAFETY: the set is as large as said; the thread is the caller's promise.
    check_returned(unsafe { libc::pthread_getaffinity_np(thread, size_of::<cpu_set_t>(), &raw mut cpus) })?;
    Ok(cpus)
}

/// Lets a thread run on these processors only.
///
/// # Safety
/// The thread has not ended.
pub(crate) unsafe fn set_affinity(thread: pthread_t, cpus: &cpu_set_t) -> UvResult {
    // SAFETY: the set is as large as said; the thread is the caller's promise.
    check_returned(unsafe { libc::pthread_setaffinity_np(thread, size_of::<cpu_set_t>() as size_t, cpus) })
}

/// How many processors the calling thread may run on, if the system says so.
pub(crate) fn usable_cpus() -> Option<usize> {
    let mut cpus = no_cpus();
    // SAFETY: the set is as large as said and initialised; 0 is the calling thread.
    let count = unsafe {
        check(libc::sched_getaffinity(0, size_of::<cpu_set_t>(), &raw mut cpus)).ok()?;
        libc::CPU_COUNT(&cpus)
    };
    usize::try_from(count).ok()
}

/// The processor that the calling thread runs on.
pub(crate) fn current_cpu() -> UvResult<c_int> {
    // SAFETY: no arguments to get wrong.
    check(unsafe { libc::sched_getcpu() })
}

/// A thread's scheduling policy and the priority under it.
///
/// # Safety
/// The thread has not ended.
pub(crate) unsafe fn scheduling(thread: pthread_t) -> UvResult<(c_int, sched_param)> {
    let mut policy = 0;
    // SAFETY: the type is made of integers, for which zero is a value; both places are ours; the
    // thread is the caller's promise.
    unsafe {
        let mut param: sched_param = std::mem::zeroed();
        check_returned(libc::pthread_getschedparam(thread, &raw mut policy, &raw mut param))?;
        Ok((policy, param))
    }
}

/// Sets the priority under a policy.
///
/// # Safety
/// The thread has not ended.
pub(crate) unsafe fn set_scheduling(thread: pthread_t, policy: c_int, param: &sched_param) -> UvResult {
    // SAFETY: the thread is the caller's promise.
    check_returned(unsafe { libc::pthread_setschedparam(thread, policy, param) })
}

/// The lowest and the highest priority of a policy.
pub(crate) fn priority_range(policy: c_int) -> UvResult<(c_int, c_int)> {
    // SAFETY: plain numbers; an unknown policy is an error.
    unsafe {
        Ok((check(libc::sched_get_priority_min(policy))?, check(libc::sched_get_priority_max(policy))?))
    }
}

/// Whether this is the calling thread.
pub(crate) fn is_self(thread: pthread_t) -> bool {
    // SAFETY: both are compared as numbers.
    unsafe { libc::pthread_equal(thread, libc::pthread_self()) != 0 }
}

/// The nice value of a process; 0 is the calling thread.
pub(crate) fn nice(pid: libc::pid_t) -> UvResult<c_int> {
    // SAFETY: errno is the calling thread's own; -1 is an answer too, so errno tells of a failure.
    unsafe {
        *libc::__errno_location() = 0;
        let nice = libc::getpriority(libc::PRIO_PROCESS, pid as libc::id_t);
        if nice == -1 && *libc::__errno_location() != 0 { Err(Errno::last()) } else { Ok(nice) }
    }
}

/// Sets the nice value of a process; 0 is the calling thread.
pub(crate) fn set_nice(pid: libc::pid_t, nice: c_int) -> UvResult {
    // SAFETY: plain numbers.
    check(unsafe { libc::setpriority(libc::PRIO_PROCESS, pid as libc::id_t, nice) }).map(|_| ())
}

/// The bytes of a name before its NUL.
pub(crate) fn until_nul(name: &[u8; NAME_MAX]) -> &[u8] {
    CStr::from_bytes_until_nul(name).map_or(&name[..], CStr::to_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stack_sizes_are_whole_pages_and_large_enough() {
        let page = page_size();
        for wanted in [1, 42, MIN_STACK - 42, MIN_STACK, 1_234_567, 8 << 20] {
            let size = stack_size_for(wanted);
            assert!(size >= wanted && size >= MIN_STACK && size.is_multiple_of(page), "{wanted} gave {size}");
        }
        assert!(default_stack_size() >= MIN_STACK);
    }

    #[test]
    fn names_are_cut_and_read_back() {
        set_own_name(b"a name that is too long").unwrap();
        // SAFETY: the calling thread has not ended.
        let name = unsafe { name(libc::pthread_self()) }.unwrap();
        assert_eq!(until_nul(&name), b"a name that is ");
    }
}
