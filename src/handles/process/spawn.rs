//! Starting a child.

use std::ffi::CStr;
use std::mem::size_of;

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::handle::raw::{self as handle, as_handle};
use crate::core::{alloc, queue::raw as queue};
use crate::handles::process::exit;
use crate::handles::process::stdio::{self, Ends};
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::fd;
use crate::sys::process::{self, Program, Started};

const KNOWN_FLAGS: c_uint = UV_PROCESS_SETUID
    | UV_PROCESS_SETGID
    | UV_PROCESS_WINDOWS_VERBATIM_ARGUMENTS
    | UV_PROCESS_DETACHED
    | UV_PROCESS_WINDOWS_HIDE
    | UV_PROCESS_WINDOWS_HIDE_CONSOLE
    | UV_PROCESS_WINDOWS_HIDE_GUI
    | UV_PROCESS_WINDOWS_FILE_PATH_EXACT_NAME;

/// Descriptors that a child gets without memory having to be found for them.
const FEW: usize = 8;

/// # Safety
/// `loop_` is initialised, `this` may be written, `options` are as libuv's documentation says.
unsafe fn spawn(
    loop_: *mut uv_loop_t,
    this: *mut uv_process_t,
    options: *const uv_process_options_t,
) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        if (*options).file.is_null() || (*options).flags & !KNOWN_FLAGS != 0 {
            fatal("uv_spawn: no file, or unknown flags");
        }
        handle::init(loop_, as_handle(this), UV_PROCESS);
        queue::init(&raw mut (*this).queue);
        (*this).status = 0;
        (*this).pid = 0;
        (*this).exit_cb = None;
        exit::init(this);

        let count = usize::try_from((*options).stdio_count).unwrap_or(0).max(3);
        let result = with_array(count, Ends::NONE, |ends| spawn_with(this, options, ends));
        match result.and_then(|started| started) {
            Ok(outcome) => outcome,
            Err(error) => {
                queue::remove(&raw mut (*this).handle_queue); // as if it had not been initialised
                Err(error)
            }
        }
    }
}

/// Runs `work` with `count` values in memory of their own, on the stack if they are few.
fn with_array<T: Copy, R>(count: usize, value: T, work: impl FnOnce(&mut [T]) -> R) -> UvResult<R> {
    let mut few = [value; FEW];
    if let Some(slice) = few.get_mut(..count) {
        return Ok(work(slice));
    }
    let bytes = count.checked_mul(size_of::<T>()).ok_or(Errno::ENOMEM)?;
    let many = alloc::malloc(bytes).cast::<T>();
    if many.is_null() {
        return Err(Errno::ENOMEM);
    }
    // SAFETY: the block has room for `count` values, which are all written before they are a slice.
    unsafe {
        (0..count).for_each(|k| many.add(k).write(value));
        let result = work(std::slice::from_raw_parts_mut(many, count));
        alloc::free(many.cast());
        Ok(result)
    }
}

/// The outer error undoes the handle; the inner one leaves it and its pipes open, without a child.
unsafe fn spawn_with(
    this: *mut uv_process_t,
    options: *const uv_process_options_t,
    ends: &mut [Ends],
) -> UvResult<UvResult> {
    // SAFETY: the caller's promise: there are as many containers as the options say.
    unsafe {
        let count = usize::try_from((*options).stdio_count).unwrap_or(0);
        process::ensure_zombies();
        let mut ready = exit::prepare(this);
        for (k, ends) in ends.iter_mut().enumerate().take(count) {
            ready = ready.and_then(|()| stdio::prepare((*options).stdio.add(k)).map(|got| *ends = got));
        }
        if let Err(error) = ready {
            abandon(this, ends);
            return Err(error);
        }
        let started = match start(options, ends, true) {
            // Perhaps it is the pidfd that there is no descriptor for.
            Err(Errno::EMFILE | Errno::ENFILE) => {
                exit::listen_for_sigchld((*this).r#loop).and_then(|()| start(options, ends, false))
            }
            other => other,
        };
        let outcome = match started {
            Ok(Started { pid, pidfd }) => {
                (*this).pid = pid;
                (*this).exit_cb = (*options).exit_cb;
                if let Err(error) = exit::follow(this, pidfd) {
                    // There is no way to learn of its end: it must not be.
                    let _ = exit::kill(this, libc::SIGKILL);
                    let _ = process::wait(pid, true);
                    (*this).pid = 0;
                    abandon(this, ends);
                    return Err(error);
                }
                handle::start(as_handle(this));
                Ok(())
            }
            Err(error) => {
                exit::forget(this);
                Err(error)
            }
        };
        // Programs expect their pipes to be open even if the program could not be run.
        for k in 0..count {
            let Err(error) = stdio::open_stream((*options).stdio.add(k), ends[k]) else { continue };
            (0..k).for_each(|k| stdio::close_stream((*options).stdio.add(k), ends[k]));
            ends[k + 1..].iter().for_each(|ends| ends.close());
            return Err(error);
        }
        Ok(outcome)
    }
}

/// Undoes what was prepared for a child that there will not be.
unsafe fn abandon(this: *mut uv_process_t, ends: &[Ends]) {
    ends.iter().for_each(|ends| ends.close());
    // SAFETY: our caller's promise: `this` is initialised.
    unsafe { exit::forget(this) };
}

unsafe fn start(options: *const uv_process_options_t, ends: &[Ends], wants_pidfd: bool) -> UvResult<Started> {
    // SAFETY: the caller's promise: the options' texts and arrays are those of C.
    with_array(ends.len(), -1, |sources| unsafe {
        sources.iter_mut().zip(ends).for_each(|(source, ends)| *source = ends.child);
        let has = |flag| (*options).flags & flag != 0;
        process::start(&mut Program {
            file: CStr::from_ptr((*options).file),
            args: (*options).args.cast_const().cast(),
            env: (*options).env.cast_const().cast(),
            cwd: (*options).cwd,
            sources,
            new_session: has(UV_PROCESS_DETACHED),
            wants_pidfd,
            uid: has(UV_PROCESS_SETUID).then_some((*options).uid),
            gid: has(UV_PROCESS_SETGID).then_some((*options).gid),
        })
    })?
}

/// Starts a program and initialises the handle that follows it.
///
/// Returns 0, or why the program does not run, such as `UV_ENOENT`, `UV_EACCES`, `UV_EPERM`; the
/// handle must be closed even then. Unknown flags abort. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/process.html#c.uv_spawn>.
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
    // SAFETY: our caller's promise is the one `spawn` asks for.
    to_status(unsafe { spawn(loop_, handle, options) })
}

/// Sends a signal to the child.
///
/// Returns 0, `UV_ESRCH` if it has ended, or `UV_EINVAL`, `UV_EPERM`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/process.html#c.uv_process_kill>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_process_kill(handle: *mut uv_process_t, signum: c_int) -> c_int {
    // SAFETY: our caller's promise is the one `kill` asks for.
    to_status(unsafe { exit::kill(handle, signum) })
}

/// Sends a signal to a process; 0 only asks whether it is there.
///
/// Returns 0, or `UV_ESRCH`, `UV_EINVAL`, `UV_EPERM`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/process.html#c.uv_kill>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_kill(pid: c_int, signum: c_int) -> c_int {
    to_status(crate::sys::signal::kill(pid, signum))
}

/// The child's process id. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/process.html#c.uv_process_get_pid>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_process_get_pid(handle: *const uv_process_t) -> uv_pid_t {
    // SAFETY: our caller's promise.
    unsafe { (*handle).pid }
}

/// Keeps the descriptors that this process was given from the children it starts. Any thread, but
/// before descriptors are opened that children are to get.
///
/// Implements <https://docs.libuv.org/en/v1.x/process.html#c.uv_disable_stdio_inheritance>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_disable_stdio_inheritance() {
    // Descriptors are given out from 0 on, but there may be gaps.
    for fd in 0.. {
        if fd::set_cloexec(fd, true).is_err() && fd > 15 {
            break;
        }
    }
}
