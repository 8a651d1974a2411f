//! Folders and files that concern this process.

use std::ffi::CStr;

use libc::{c_char, c_int, size_t};

use crate::core::out_text;
use crate::standalone::os::{environ, users};
use crate::sys::errno::{Errno, UvResult, check, check_size, to_status};

/// Without the slash at its end, if it has more than that.
fn trim_slash(path: &[u8]) -> &[u8] {
    match path {
        [start @ .., b'/'] if !start.is_empty() => start,
        _ => path,
    }
}

/// # Safety
/// `buffer` and `size` are as for [`out_text::write`].
unsafe fn cwd(buffer: *mut c_char, size: *mut size_t) -> UvResult {
    let mut path = [0_u8; libc::PATH_MAX as usize + 1];
    // SAFETY: the caller's promise; a path of any length is tried in the caller's buffer first.
    unsafe {
        let room = out_text::room(buffer, size)?;
        if !libc::getcwd(buffer, room).is_null() {
            let len = trim_slash(CStr::from_ptr(buffer).to_bytes()).len();
            buffer.add(len).write(0);
            *size = len;
            return Ok(());
        }
        let error = Errno::last();
        if error != Errno::ERANGE {
            return Err(error);
        }
        if libc::getcwd(path.as_mut_ptr().cast(), path.len()).is_null() {
            return Err(Errno::last());
        }
        let path = CStr::from_bytes_until_nul(&path).unwrap_or_default().to_bytes();
        out_text::write(trim_slash(path), buffer, size)
    }
}

/// Cuts a path that does not fit.
///
/// # Safety
/// `buffer` and `size` are as for [`out_text::write`].
unsafe fn exepath(buffer: *mut c_char, size: *mut size_t) -> UvResult {
    // SAFETY: the caller's promise; the path and its NUL stay within the room.
    unsafe {
        let room = out_text::room(buffer, size)? - 1;
        // The system refuses an empty buffer.
        let len = match room {
            0 => 0,
            _ => check_size(libc::readlink(c"/proc/self/exe".as_ptr(), buffer, room))?,
        };
        buffer.add(len).write(0);
        *size = len;
    }
    Ok(())
}

/// # Safety
/// `buffer` and `size` are as for [`out_text::write`]; nobody changes the environment.
unsafe fn homedir(buffer: *mut c_char, size: *mut size_t) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        out_text::room(buffer, size)?;
        match environ::variable(c"HOME") {
            Some(home) => out_text::write(home.to_bytes(), buffer, size),
            None => users::with_user(libc::geteuid(), |user| out_text::write(user.home, buffer, size)),
        }
    }
}

/// # Safety
/// `buffer` and `size` are as for [`out_text::write`]; nobody changes the environment.
unsafe fn tmpdir(buffer: *mut c_char, size: *mut size_t) -> UvResult {
    let default = if cfg!(target_os = "android") { c"/data/local/tmp" } else { c"/tmp" };
    // SAFETY: the caller's promise.
    unsafe {
        let path = [c"TMPDIR", c"TMP", c"TEMP", c"TEMPDIR"].iter().find_map(|name| environ::variable(name));
        out_text::write(trim_slash(path.unwrap_or(default).to_bytes()), buffer, size)
    }
}

/// Writes the current folder, without a slash at its end, and sets `*size` to its length.
///
/// Returns 0, `UV_EINVAL` without a buffer, `UV_ENOBUFS` with the size needed in `*size`, or the
/// system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_cwd>.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cwd(buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { cwd(buffer, size) })
}

/// Changes the current folder. Returns 0 or the system's error. Any thread, for all of them.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_chdir>.
///
/// # Safety
/// `dir` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_chdir(dir: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    to_status(check(unsafe { libc::chdir(dir) }).map(drop))
}

/// Writes the path of the running program, cut to what fits, and sets `*size` to its length.
///
/// Returns 0, `UV_EINVAL` without a buffer, or the system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_exepath>.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_exepath(buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { exepath(buffer, size) })
}

/// Writes the user's home, `$HOME` or what the user database says, and sets `*size` to its length.
///
/// Returns 0, `UV_EINVAL` without a buffer, `UV_ENOBUFS` with the size needed in `*size`, or `UV_ENOENT`.
/// Not thread-safe: reads the environment.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_homedir>.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes; no other thread changes
/// the environment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_homedir(buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { homedir(buffer, size) })
}

/// Writes the folder for temporary files, without a slash at its end, and sets `*size` to its length.
/// It is the first of `$TMPDIR`, `$TMP`, `$TEMP`, `$TEMPDIR` that is set, or `/tmp`.
///
/// Returns 0, `UV_EINVAL` without a buffer, or `UV_ENOBUFS` with the size needed in `*size`.
/// Not thread-safe: reads the environment.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_tmpdir>.
///
/// # Safety
/// As for [`uv_os_homedir`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_tmpdir(buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { tmpdir(buffer, size) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_root_keeps_its_slash() {
        assert_eq!(trim_slash(b"/"), b"/");
        assert_eq!(trim_slash(b"/tmp/"), b"/tmp");
        assert_eq!(trim_slash(b"/tmp"), b"/tmp");
        assert_eq!(trim_slash(b""), b"");
    }
}
