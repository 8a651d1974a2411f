//! This process and others: numbers, priorities, resources used.

use libc::c_int;

use crate::abi::{uv_pid_t, uv_rusage_t};
use crate::core::memory::out::{lend_any_out, lend_out};
use crate::standalone::os::process;
use crate::sys::errno::to_status;
use crate::sys::identity;

/// The number of this process. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_getpid>, since 1.18.
#[unsafe(no_mangle)]
pub extern "C" fn uv_os_getpid() -> uv_pid_t {
    identity::process()
}

/// The number of the parent process. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_getppid>, since 1.16.
#[unsafe(no_mangle)]
pub extern "C" fn uv_os_getppid() -> uv_pid_t {
    identity::parent()
}

/// Reads the priority of a process, -20 (high) to 19 (low); 0 is the calling one.
///
/// Returns 0, `UV_EINVAL` without a place for it, or the system's error, such as `UV_ESRCH`. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_getpriority>, since 1.23.
///
/// # Safety
/// `priority` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_getpriority(pid: uv_pid_t, priority: *mut c_int) -> c_int {
    // SAFETY: null or writable, as documented.
    to_status(process::priority(pid, unsafe { lend_any_out(priority) }))
}

/// Sets the priority of a process, -20 (high) to 19 (low); 0 is the calling one.
///
/// Returns 0, `UV_EINVAL` outside of that range, or the system's refusal, such as `UV_EACCES`. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_setpriority>, since 1.23.
#[unsafe(no_mangle)]
pub extern "C" fn uv_os_setpriority(pid: uv_pid_t, priority: c_int) -> c_int {
    to_status(process::set_priority(pid, priority))
}

/// The resources that this process has used. Returns 0 or the system's error. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_getrusage>, since 1.0.
///
/// # Safety
/// `rusage` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_getrusage(rusage: *mut uv_rusage_t) -> c_int {
    // SAFETY: writable, as documented.
    to_status(process::used(libc::RUSAGE_SELF, unsafe { lend_out(rusage) }))
}

/// The resources that the calling thread has used. Returns 0 or the system's error. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_getrusage_thread>, since 1.50.
///
/// # Safety
/// `rusage` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_getrusage_thread(rusage: *mut uv_rusage_t) -> c_int {
    // SAFETY: writable, as documented.
    to_status(process::used(identity::THIS_THREAD, unsafe { lend_out(rusage) }))
}
