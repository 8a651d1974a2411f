//! This process and others: numbers, priorities, resources used.

use libc::{c_int, rusage, timeval};

use crate::abi::{UV_PRIORITY_HIGHEST, UV_PRIORITY_LOW, uv_pid_t, uv_rusage_t, uv_timeval_t};
use crate::sys::errno::{Errno, UvResult, check, to_status};
use crate::sys::thread;

fn used(who: c_int) -> UvResult<uv_rusage_t> {
    // SAFETY: the type is made of integers, for which zero is a value, and writable.
    let used: rusage = unsafe {
        let mut used = std::mem::zeroed();
        check(libc::getrusage(who, &raw mut used))?;
        used
    };
    let time = |time: timeval| uv_timeval_t { tv_sec: time.tv_sec, tv_usec: time.tv_usec };
    Ok(uv_rusage_t {
        ru_utime: time(used.ru_utime),
        ru_stime: time(used.ru_stime),
        ru_maxrss: used.ru_maxrss as u64,
        ru_ixrss: used.ru_ixrss as u64,
        ru_idrss: used.ru_idrss as u64,
        ru_isrss: used.ru_isrss as u64,
        ru_minflt: used.ru_minflt as u64,
        ru_majflt: used.ru_majflt as u64,
        ru_nswap: used.ru_nswap as u64,
        ru_inblock: used.ru_inblock as u64,
        ru_oublock: used.ru_oublock as u64,
        ru_msgsnd: used.ru_msgsnd as u64,
        ru_msgrcv: used.ru_msgrcv as u64,
        ru_nsignals: used.ru_nsignals as u64,
        ru_nvcsw: used.ru_nvcsw as u64,
        ru_nivcsw: used.ru_nivcsw as u64,
    })
}

fn set_priority(pid: uv_pid_t, priority: c_int) -> UvResult {
    if (UV_PRIORITY_HIGHEST..=UV_PRIORITY_LOW).contains(&priority) {
        thread::set_nice(pid, priority)
    } else {
        Err(Errno::EINVAL)
    }
}

/// The number of this process. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_getpid>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_os_getpid() -> uv_pid_t {
    // SAFETY: no arguments to get wrong.
    unsafe { libc::getpid() }
}

/// The number of the parent process. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_getppid>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_os_getppid() -> uv_pid_t {
    // SAFETY: no arguments to get wrong.
    unsafe { libc::getppid() }
}

/// Reads the priority of a process, -20 (high) to 19 (low); 0 is the calling one.
///
/// Returns 0, `UV_EINVAL` without a place for it, or the system's error, such as `UV_ESRCH`. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_getpriority>.
///
/// # Safety
/// `priority` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_getpriority(pid: uv_pid_t, priority: *mut c_int) -> c_int {
    if priority.is_null() {
        return Errno::EINVAL.code();
    }
    // SAFETY: not null, so writable by the caller's promise.
    to_status(thread::nice(pid).map(|nice| unsafe { priority.write(nice) }))
}

/// Sets the priority of a process, -20 (high) to 19 (low); 0 is the calling one.
///
/// Returns 0, `UV_EINVAL` outside of that range, or the system's refusal, such as `UV_EACCES`. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_setpriority>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_os_setpriority(pid: uv_pid_t, priority: c_int) -> c_int {
    to_status(set_priority(pid, priority))
}

/// The resources that this process has used. Returns 0 or the system's error. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_getrusage>.
///
/// # Safety
/// `rusage` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_getrusage(rusage: *mut uv_rusage_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(used(libc::RUSAGE_SELF).map(|used| unsafe { rusage.write(used) }))
}

/// The resources that the calling thread has used. Returns 0 or the system's error. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_getrusage_thread>.
///
/// # Safety
/// `rusage` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_getrusage_thread(rusage: *mut uv_rusage_t) -> c_int {
    // SAFETY: the caller's promise.
    to_status(used(libc::RUSAGE_THREAD).map(|used| unsafe { rusage.write(used) }))
}
