//! Descriptors that the program itself reads and writes:
//! <https://docs.libuv.org/en/v1.x/poll.html>.

use libc::c_int;

use crate::abi::{uv_loop_t, uv_os_sock_t, uv_poll_cb, uv_poll_t};
use crate::core::memory::lend::lend;
use crate::handles::poll;
use crate::sys::errno::to_status;

/// Initialises a handle for `fd`, which becomes non-blocking and remains the caller's.
///
/// Returns 0, `UV_EEXIST` if another handle of the loop uses it, or what the system says, such as
/// `UV_EPERM` for regular files and `UV_EBADF`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/poll.html#c.uv_poll_init>, since 1.0.
///
/// # Safety
/// `loop_` is initialised; `handle` stays valid until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_poll_init(loop_: *mut uv_loop_t, handle: *mut uv_poll_t, fd: c_int) -> c_int {
    // SAFETY: an initialised loop, and memory for a poll handle until its close callback, as documented.
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    to_status(poll::init(loop_, handle, fd))
}

/// As [`uv_poll_init`], for a socket, which is no different here. Results and threads as for
/// [`uv_poll_init`].
///
/// Implements <https://docs.libuv.org/en/v1.x/poll.html#c.uv_poll_init_socket>, since 1.0.
///
/// # Safety
/// As for [`uv_poll_init`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_poll_init_socket(
    loop_: *mut uv_loop_t,
    handle: *mut uv_poll_t,
    socket: uv_os_sock_t,
) -> c_int {
    // SAFETY: an initialised loop, and memory for a poll handle until its close callback, as documented.
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    to_status(poll::init(loop_, handle, socket))
}

/// Has `cb` called for `events` (`UV_READABLE`, `UV_WRITABLE`, `UV_DISCONNECT`, `UV_PRIORITIZED`),
/// which replace earlier ones; 0 stops the handle.
///
/// Returns 0, `UV_EEXIST` if another handle of the loop has started on the descriptor, or what the
/// system says. An error of the descriptor stops the handle and gives `cb` `UV_EBADF`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/poll.html#c.uv_poll_start>, since 1.0.
///
/// # Safety
/// `handle` is initialised and not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_poll_start(handle: *mut uv_poll_t, events: c_int, cb: uv_poll_cb) -> c_int {
    // SAFETY: an initialised poll handle that is not closing, as documented.
    let handle = unsafe { lend(handle) };
    to_status(poll::start(handle, events, cb))
}

/// Stops the handle: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/poll.html#c.uv_poll_stop>, since 1.0.
///
/// # Safety
/// `handle` is initialised and not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_poll_stop(handle: *mut uv_poll_t) -> c_int {
    // SAFETY: an initialised poll handle that is not closing, as documented.
    let handle = unsafe { lend(handle) };
    poll::stop(handle);
    0
}
