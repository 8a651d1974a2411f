//! Folders and files that concern this process.

use libc::{c_char, c_int, size_t};

use crate::core::memory::lend::lend_text;
use crate::core::memory::out_text::lend_out_text;
use crate::standalone::os::path;
use crate::sys::environ::Environment;
use crate::sys::errno::to_status;
use crate::sys::folder;

/// Writes the current folder, without a slash at its end, and sets `*size` to its length.
///
/// Returns 0, `UV_EINVAL` without a buffer, `UV_ENOBUFS` with the size needed in `*size`, or the
/// system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_cwd>, since 1.0.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cwd(buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: null, or a size and a buffer of that size, as documented.
    to_status(unsafe { lend_out_text(buffer, size) }.and_then(path::cwd))
}

/// Changes the current folder. Returns 0 or the system's error. Any thread, for all of them.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_chdir>, since 1.0.
///
/// # Safety
/// `dir` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_chdir(dir: *const c_char) -> c_int {
    // SAFETY: a text, as documented.
    to_status(folder::change(unsafe { lend_text(dir) }))
}

/// Writes the path of the running program, cut to what fits, and sets `*size` to its length.
///
/// Returns 0, `UV_EINVAL` without a buffer, or the system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_exepath>, since 1.0.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_exepath(buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: null, or a size and a buffer of that size, as documented.
    to_status(unsafe { lend_out_text(buffer, size) }.and_then(path::exepath))
}

/// Writes the user's home, `$HOME` or what the user database says, and sets `*size` to its length.
///
/// Returns 0, `UV_EINVAL` without a buffer, `UV_ENOBUFS` with the size needed in `*size`, or `UV_ENOENT`.
/// Not thread-safe: reads the environment.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_homedir>, since 1.6.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes; no other thread changes
/// the environment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_homedir(buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: null, or a size and a buffer of that size; no other thread changes the environment, as
    // documented.
    let (out, environment) = unsafe { (lend_out_text(buffer, size), Environment::lent()) };
    to_status(out.and_then(|out| path::homedir(&environment, out)))
}

/// Writes the folder for temporary files, without a slash at its end, and sets `*size` to its length.
/// It is the first of `$TMPDIR`, `$TMP`, `$TEMP`, `$TEMPDIR` that is set, or `/tmp`.
///
/// Returns 0, `UV_EINVAL` without a buffer, or `UV_ENOBUFS` with the size needed in `*size`.
/// Not thread-safe: reads the environment.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_tmpdir>, since 1.9.
///
/// # Safety
/// As for [`uv_os_homedir`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_tmpdir(buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: null, or a size and a buffer of that size; no other thread changes the environment, as
    // documented.
    let (out, environment) = unsafe { (lend_out_text(buffer, size), Environment::lent()) };
    to_status(out.and_then(|out| path::tmpdir(&environment, out)))
}
