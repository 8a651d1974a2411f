//! The title of the process, which is the memory where the system put the arguments.

use libc::{c_char, c_int, size_t};

use crate::core::memory::lend::lend_text;
use crate::core::memory::out::lend_out_chars;
use crate::standalone::os::title;
use crate::sys::arguments::Arguments;
use crate::sys::errno::to_status;

/// Takes over the arguments' memory for the title; returns what the program goes on with: a copy, or the
/// arguments themselves if there is no memory for one. Call it once, at the start of `main`. Cannot fail. Not
/// thread-safe.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_setup_args>, since 1.0.
///
/// # Safety
/// The arguments are those of `main`; the copy is used until `uv_library_shutdown` at the latest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_setup_args(argc: c_int, argv: *mut *mut c_char) -> *mut *mut c_char {
    let Ok(count @ 1..) = usize::try_from(argc) else { return argv };
    // SAFETY: those of `main`, which nobody else writes to, as documented.
    title::take_arguments(unsafe { Arguments::lent(argv, count) }).unwrap_or(argv)
}

/// Sets the title of the process, cut to the room that its arguments took, and the name of the
/// calling thread.
///
/// Returns 0, or `UV_ENOBUFS` before [`uv_setup_args`]. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_set_process_title>, since 1.0.
///
/// # Safety
/// `title` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_set_process_title(title: *const c_char) -> c_int {
    // SAFETY: a text, as documented.
    to_status(title::set(unsafe { lend_text(title) }))
}

/// Writes the title of the process.
///
/// Returns 0, `UV_EINVAL` without a buffer, or `UV_ENOBUFS` if the title and a NUL do not fit, or
/// before [`uv_setup_args`]. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_get_process_title>, since 1.0.
///
/// # Safety
/// `buffer` is null or writable for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_get_process_title(buffer: *mut c_char, size: size_t) -> c_int {
    // SAFETY: null or memory of that size, as documented.
    to_status(title::get(unsafe { lend_out_chars(buffer, size) }))
}
