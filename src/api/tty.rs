//! Terminals, and telling what a descriptor is. <https://docs.libuv.org/en/v1.x/tty.html>

use libc::c_int;

use crate::abi::*;
use crate::core::memory::lend::lend;
use crate::core::memory::out::lend_out;
use crate::handles::guess::guess_handle;
use crate::handles::tty;
use crate::sys::errno::{Errno, preserved, to_status};

/// Initialises a handle for a terminal. `readable` is not looked at: the descriptor's access mode counts.
/// The descriptor is opened anew if possible, so that other processes keep theirs as it is.
///
/// Returns 0, `UV_EINVAL` for files and what is like one, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tty.html#c.uv_tty_init>, since 1.0.
///
/// # Safety
/// The loop is initialised; `handle` is memory that stays until the close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tty_init(
    r#loop: *mut uv_loop_t,
    handle: *mut uv_tty_t,
    fd: uv_file,
    _readable: c_int,
) -> c_int {
    // SAFETY: an initialised loop, and memory for a handle that stays until its close callback, as documented.
    let (r#loop, handle) = unsafe { (lend(r#loop), lend(handle)) };
    to_status(tty::init(r#loop, handle, fd))
}

/// Sets the terminal's mode: `UV_TTY_MODE_NORMAL`, `_RAW`, `_RAW_VT` (as `_RAW` here) or `_IO`.
///
/// Returns 0, `UV_EINVAL` for other modes, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tty.html#c.uv_tty_set_mode>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tty_set_mode(handle: *mut uv_tty_t, mode: uv_tty_mode_t) -> c_int {
    // SAFETY: an initialised terminal whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(tty::set_mode(handle, mode))
}

/// Gives the terminal the settings from before the first uv_tty_set_mode, for the end of the program.
///
/// Returns 0, `UV_EBUSY` if it interrupts uv_tty_set_mode, or what the system answers. Any thread and
/// signal handlers.
///
/// Implements <https://docs.libuv.org/en/v1.x/tty.html#c.uv_tty_reset_mode>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_tty_reset_mode() -> c_int {
    preserved(|| to_status(tty::reset_mode()))
}

/// Copies the terminal's size in characters.
///
/// Returns 0, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tty.html#c.uv_tty_get_winsize>, since 1.0.
///
/// # Safety
/// `handle` is initialised; `width` and `height` are writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tty_get_winsize(
    handle: *mut uv_tty_t,
    width: *mut c_int,
    height: *mut c_int,
) -> c_int {
    // SAFETY: an initialised terminal whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    // SAFETY: both are writable, as documented.
    let (width, height) = unsafe { (lend_out(width), lend_out(height)) };
    to_status(tty::size(handle).map(|(columns, rows)| {
        width.set(columns);
        height.set(rows);
    }))
}

/// Does nothing on this system. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/tty.html#c.uv_tty_set_vterm_state>, since 1.33.
#[unsafe(no_mangle)]
pub extern "C" fn uv_tty_set_vterm_state(_state: uv_tty_vtermstate_t) {}

/// Has no meaning on this system: `state` is left alone. Always `UV_ENOTSUP`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/tty.html#c.uv_tty_get_vterm_state>, since 1.33.
///
/// # Safety
/// None is needed; `state` is not looked at.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tty_get_vterm_state(_state: *mut uv_tty_vtermstate_t) -> c_int {
    Errno::ENOTSUP.code()
}

/// The kind of handle that suits a descriptor: `UV_TTY`, `UV_FILE`, `UV_NAMED_PIPE`, `UV_TCP`, `UV_UDP` or
/// `UV_UNKNOWN_HANDLE`. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_guess_handle>, since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn uv_guess_handle(file: uv_file) -> uv_handle_type {
    guess_handle(file)
}
