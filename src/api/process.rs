//! Child processes, as C sees them: <https://docs.libuv.org/en/v1.x/process.html>.

use libc::c_int;

use crate::abi::*;
use crate::core::memory::lend::lend;
use crate::core::memory::spawn_options::lend_options;
use crate::handles::process;
use crate::sys::errno::to_status;
use crate::sys::signal;

/// Starts a program and initialises the handle that follows it.
///
/// Returns 0, or why the program does not run, such as `UV_ENOENT`, `UV_EACCES`, `UV_EPERM`, `UV_EMFILE`, `UV_ENOMEM`;
/// `UV_EINVAL` for a container with nothing in it or a pipe that is closing, `UV_EBUSY` for one that is open or given
/// twice. The handle must be closed even then. Unknown flags abort. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/process.html#c.uv_spawn>, since 1.0.
///
/// # Safety
/// `loop_` is initialised; `handle` stays valid until its close callback; `options` have C strings and
/// arrays with a null at the end, `stdio_count` containers, and initialised streams in them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_spawn(
    loop_: *mut uv_loop_t,
    handle: *mut uv_process_t,
    options: *const uv_process_options_t,
) -> c_int {
    // SAFETY: an initialised loop, memory for a process handle until its close callback, and options with
    // all that they point to, as documented.
    let (loop_, handle, options) = unsafe { (lend(loop_), lend(handle), lend_options(options)) };
    to_status(process::spawn(loop_, handle, &options))
}

/// Sends a signal to the child.
///
/// Returns 0, `UV_ESRCH` if it has ended, or `UV_EINVAL`, `UV_EPERM`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/process.html#c.uv_process_kill>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_process_kill(handle: *mut uv_process_t, signum: c_int) -> c_int {
    // SAFETY: an initialised process handle, as documented.
    to_status(process::kill(unsafe { lend(handle) }, signum))
}

/// Sends a signal to a process; 0 only asks whether it is there.
///
/// Returns 0, or `UV_ESRCH`, `UV_EINVAL`, `UV_EPERM`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/process.html#c.uv_kill>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_kill(pid: c_int, signum: c_int) -> c_int {
    to_status(signal::kill(pid, signum))
}

/// The child's process id. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/process.html#c.uv_process_get_pid>, since 1.19.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_process_get_pid(handle: *const uv_process_t) -> uv_pid_t {
    // SAFETY: an initialised process handle, as documented.
    unsafe { lend(handle) }.pid.get()
}

/// Keeps the descriptors that this process was given from the children it starts. Cannot fail. Any thread,
/// but before descriptors are opened that children are to get.
///
/// Implements <https://docs.libuv.org/en/v1.x/process.html#c.uv_disable_stdio_inheritance>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_disable_stdio_inheritance() {
    process::disable_stdio_inheritance();
}
