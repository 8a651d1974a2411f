//! Running a loop, by itself or inside another one, and its time.

use libc::c_int;

use crate::abi::*;
use crate::api::kinds::All;
use crate::core::memory::lend::lend;
use crate::core::timers::timer_queue;
use crate::core::turn::{run, time, timeout};

/// Runs the loop in the given mode. Returns non-zero while there is something left to run for. A callback may
/// run the loop as well; a handle whose callback does so is not given back before it has returned. Cannot
/// fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_run>, since 1.0.
///
/// # Safety
/// `loop_` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_run(loop_: *mut uv_loop_t, mode: uv_run_mode) -> c_int {
    // SAFETY: `loop_` is initialised, as documented.
    c_int::from(unsafe { run::run::<All>(lend(loop_), mode) })
}

/// Has uv_run return as soon as it can; a wait that has begun is not cut short. Cannot fail. Loop thread
/// only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_stop>, since 1.0.
///
/// # Safety
/// `loop_` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_stop(loop_: *mut uv_loop_t) {
    // SAFETY: `loop_` is initialised, as documented.
    let loop_ = unsafe { lend(loop_) };
    loop_.stop_flag.set(1);
}

/// Whether there are referenced active handles, active requests or closing handles. Cannot fail. Loop thread
/// only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_alive>, since 1.0.
///
/// # Safety
/// `loop_` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_alive(loop_: *const uv_loop_t) -> c_int {
    // SAFETY: `loop_` is initialised, as documented.
    let loop_ = unsafe { lend(loop_) };
    c_int::from(run::is_alive(loop_))
}

/// The descriptor that is readable when uv_run has something to do. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_backend_fd>, since 1.0.
///
/// # Safety
/// `loop_` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_backend_fd(loop_: *const uv_loop_t) -> c_int {
    // SAFETY: `loop_` is initialised, as documented.
    let loop_ = unsafe { lend(loop_) };
    timer_queue::expect_others(); // who waits for it asks for the timeout, too
    loop_.backend_fd.get()
}

/// How long a poll of the backend fd may wait: milliseconds, or -1 for ever. Cannot fail. Loop thread only, or another
/// one while the loop's thread leaves the loop alone.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_backend_timeout>, since 1.0.
///
/// # Safety
/// `loop_` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_backend_timeout(loop_: *const uv_loop_t) -> c_int {
    // SAFETY: `loop_` is initialised, as documented.
    let loop_ = unsafe { lend(loop_) };
    timeout::backend_timeout(loop_)
}

/// The loop's time in milliseconds, as of the start of the iteration. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_now>, since 1.0.
///
/// # Safety
/// `loop_` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_now(loop_: *const uv_loop_t) -> u64 {
    // SAFETY: `loop_` is initialised, as documented.
    let loop_ = unsafe { lend(loop_) };
    loop_.time.get()
}

/// Brings the loop's time up to date, after callbacks that took long. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_update_time>, since 1.0.
///
/// # Safety
/// `loop_` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_update_time(loop_: *mut uv_loop_t) {
    // SAFETY: `loop_` is initialised, as documented.
    let loop_ = unsafe { lend(loop_) };
    time::update_time(loop_);
}
