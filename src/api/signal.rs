//! Signals, as C sees them: <https://docs.libuv.org/en/v1.x/signal.html>.

use libc::c_int;

use crate::abi::*;
use crate::core::memory::lend::lend;
use crate::handles::signal;
use crate::sys::errno::to_status;

/// Initialises a handle that is not active.
///
/// Returns 0, or `UV_EMFILE` and the like if the loop cannot be made to hear of signals. Loop thread
/// only.
///
/// Implements <https://docs.libuv.org/en/v1.x/signal.html#c.uv_signal_init>, since 1.0.
///
/// # Safety
/// `loop_` is initialised; `handle` stays valid until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_signal_init(loop_: *mut uv_loop_t, handle: *mut uv_signal_t) -> c_int {
    // SAFETY: an initialised loop, and memory for a signal handle until its close callback, as documented.
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    to_status(signal::init(loop_, handle))
}

/// Has `signal_cb` called each time that `signum` arrives. A handle that waits for that signal already only gets
/// another callback, and stays one-shot if it is.
///
/// Returns 0, or `UV_EINVAL` for a signal that there is not or that cannot be caught. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/signal.html#c.uv_signal_start>, since 1.0.
///
/// # Safety
/// `handle` is initialised and not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_signal_start(
    handle: *mut uv_signal_t,
    signal_cb: uv_signal_cb,
    signum: c_int,
) -> c_int {
    // SAFETY: an initialised signal handle that is not closing, as documented.
    to_status(signal::start(unsafe { lend(handle) }, signal_cb, signum, false))
}

/// Has `signal_cb` called when `signum` arrives, and the handle stopped after that. A handle that waits for that signal
/// already only gets another callback; one that is started in its own callback is stopped after it all the same.
///
/// Returns 0, or `UV_EINVAL` for a signal that there is not or that cannot be caught. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/signal.html#c.uv_signal_start_oneshot>, since 1.12.
///
/// # Safety
/// `handle` is initialised and not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_signal_start_oneshot(
    handle: *mut uv_signal_t,
    signal_cb: uv_signal_cb,
    signum: c_int,
) -> c_int {
    // SAFETY: an initialised signal handle that is not closing, as documented.
    to_status(signal::start(unsafe { lend(handle) }, signal_cb, signum, true))
}

/// Stops the handle: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/signal.html#c.uv_signal_stop>, since 1.0.
///
/// # Safety
/// `handle` is initialised and not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_signal_stop(handle: *mut uv_signal_t) -> c_int {
    // SAFETY: an initialised signal handle that is not closing, as documented.
    signal::stop_open(unsafe { lend(handle) });
    0
}
