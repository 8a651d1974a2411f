//! The event loop. <https://docs.libuv.org/en/v1.x/loop.html>

mod default;
mod life;
mod running;
mod walk;

use std::ptr::null_mut;

use libc::{c_int, c_void};

use self::default::default_loop;
use crate::abi::*;
use crate::api::kinds;
use crate::core::memory::alloc;
use crate::core::memory::lend::lend;
use crate::sys::errno::to_status;

/// Initialises `loop_`; its `data` field is left as it is.
///
/// Returns 0, `UV_ENOMEM`, or what the system answers, such as `UV_EMFILE`. Loops are independent:
/// any thread, one thread a loop.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_init>, since 1.0.
///
/// # Safety
/// `loop_` is writable memory that stays until uv_loop_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_init(loop_: *mut uv_loop_t) -> c_int {
    // SAFETY: `loop_` is writable memory that stays until uv_loop_close, as documented.
    let loop_ = unsafe { lend(loop_) };
    to_status(life::init(loop_))
}

/// Frees what the loop holds. Returns 0, `UV_EBUSY` while handles or requests are left or in `uv_run`, or `UV_EINVAL` for
/// one that is closed. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_close>, since 1.0.
///
/// # Safety
/// `loop_` is initialised and does not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_close(loop_: *mut uv_loop_t) -> c_int {
    // SAFETY: `loop_` is initialised and does not run, as documented.
    let loop_ = unsafe { lend(loop_) };
    let closed = life::close(loop_);
    if closed.is_ok() {
        default::forget(std::ptr::from_ref(loop_).cast_mut());
    }
    to_status(closed)
}

/// Allocates and initialises a loop. Deprecated: use uv_loop_init. Returns NULL on failure. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html>, since 1.0.
///
/// # Safety
/// None; unsafe for uniformity.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_new() -> *mut uv_loop_t {
    let loop_ = alloc::malloc(size_of::<uv_loop_t>()).cast::<uv_loop_t>();
    // SAFETY: fresh memory of a loop's size; its data field is set, since `init` keeps it.
    unsafe {
        if loop_.is_null() {
            return loop_;
        }
        (*loop_).data.set(null_mut());
        if life::init(&*loop_).is_err() {
            alloc::free(loop_.cast());
            return null_mut();
        }
        loop_
    }
}

/// Closes a loop made by uv_loop_new and frees it. Deprecated: use uv_loop_close. Cannot fail. Loop thread
/// only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html>, since 1.0.
///
/// # Safety
/// `loop_` came from uv_loop_new, or is the default loop, and nothing is left in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_delete(loop_: *mut uv_loop_t) {
    // SAFETY: `loop_` came from uv_loop_new, or is the default loop, and nothing is left in it, as
    // documented.
    unsafe {
        let is_default = default::is_default(loop_);
        if life::close(&*loop_).is_err() {
            crate::sys::abort::fatal("uv_loop_delete: the loop has open handles or active requests");
        }
        if is_default {
            default::forget(loop_);
        } else {
            alloc::free(loop_.cast());
        }
    }
}

/// The process's default loop, initialised at the first call. Returns NULL if that fails.
///
/// Not thread-safe: meant for one thread, usually the main one.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_default_loop>, since 1.0.
///
/// # Safety
/// Not called from two threads at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_default_loop() -> *mut uv_loop_t {
    default_loop()
}

/// Sets an option: `UV_LOOP_BLOCK_SIGNAL` (with SIGPROF), `UV_METRICS_IDLE_TIME`,
/// `UV_LOOP_USE_IO_URING_SQPOLL` (accepted). Call it before the first uv_run.
///
/// Returns 0, `UV_EINVAL` for another signal, `UV_ENOSYS` for an unknown option. Loop thread only.
///
/// In C this function is variadic. A variadic call passes an argument of this type, on the systems
/// that are supported, just where one of a fixed function stands.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_configure>, since 1.0.2.
///
/// # Safety
/// `loop_` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_configure(
    loop_: *mut uv_loop_t,
    option: uv_loop_option,
    argument: c_int,
) -> c_int {
    // SAFETY: `loop_` is initialised, as documented.
    to_status(unsafe { life::configure(lend(loop_), option, argument) })
}

/// Makes the loop usable in the child after fork. Returns 0 or an error. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_fork>, since 1.12.
///
/// # Safety
/// `loop_` is initialised; the process was just forked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_fork(loop_: *mut uv_loop_t) -> c_int {
    // SAFETY: `loop_` is initialised; the process was just forked, as documented.
    to_status(unsafe { life::fork(lend(loop_)) })
}

/// The size of `uv_loop_t` in bytes. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_size>, since 1.0.
///
/// # Safety
/// None; unsafe for uniformity.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_size() -> usize {
    size_of::<uv_loop_t>()
}

/// The loop's `data` field. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_get_data>, since 1.19.
///
/// # Safety
/// `loop_` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_get_data(loop_: *const uv_loop_t) -> *mut c_void {
    // SAFETY: `loop_` is valid, as documented.
    unsafe { (*loop_).data.get() }
}

/// Sets the loop's `data` field. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_set_data>, since 1.19.
///
/// # Safety
/// `loop_` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_set_data(loop_: *mut uv_loop_t, data: *mut c_void) {
    // SAFETY: `loop_` is valid, as documented.
    unsafe { (*loop_).data.set(data) };
}

extern "C" fn at_end() {
    kinds::process_end();
}

/// The end of the process waits for the workers that have nothing to do; the unloading of the library
/// waits for all, since their code is about to go.
#[used]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_term_func"))]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".fini_array"))]
static AT_END: extern "C" fn() = at_end;

/// Ends the library's own threads and frees what it holds beside the loops, which are closed. Cannot fail.
/// Any thread, once, when nothing of the library is in use.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_library_shutdown>, since 1.38.
///
/// # Safety
/// No other thread is inside the library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_library_shutdown() {
    kinds::library_shutdown();
}
