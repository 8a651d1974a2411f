//! Terminals.

use std::ffi::{CStr, c_char};
use std::mem::zeroed;
use std::os::fd::OwnedFd;

use libc::{c_int, termios};

use crate::sys::c_library;
use crate::sys::errno::{Errno, UvResult, check, retry};

/// Whether `fd` is a terminal.
pub(crate) fn is_terminal(fd: c_int) -> bool {
    // SAFETY: a plain library call.
    unsafe { libc::isatty(fd) == 1 }
}

/// Opens the terminal behind `fd` a second time, as a file description of its own.
/// Fails for the master side of a pseudo-terminal: that would open another one.
pub(crate) fn reopen(fd: c_int, access: c_int) -> UvResult<OwnedFd> {
    let mut number: c_int = 0;
    let mut path: [c_char; 256] = [0; 256];
    // SAFETY: TIOCGPTN, which only masters answer, fills in an int; ttyname_r ends the path with NUL.
    let path = unsafe {
        if libc::ioctl(fd, c_library::TIOCGPTN, &raw mut number) == 0 {
            return Err(Errno::EINVAL);
        }
        match libc::ttyname_r(fd, path.as_mut_ptr(), path.len()) {
            0 => CStr::from_ptr(path.as_ptr()),
            errno => return Err(Errno::from_raw_os(errno)),
        }
    };
    crate::sys::fd::open(path, access | libc::O_NOCTTY)
}

/// The terminal's settings.
pub(crate) fn settings(fd: c_int) -> UvResult<termios> {
    // SAFETY: all zeroes is a valid `termios`, which the call fills in.
    unsafe {
        let mut found: termios = zeroed();
        retry(|| check(libc::tcgetattr(fd, &raw mut found)))?;
        Ok(found)
    }
}

/// Changes the terminal's settings now, without waiting for output. Async-signal-safe.
pub(crate) fn set_settings(fd: c_int, settings: &termios) -> UvResult {
    // SAFETY: the settings are valid for the length of the call.
    retry(|| check(unsafe { libc::tcsetattr(fd, libc::TCSANOW, settings) })).map(drop)
}

/// Bytes as they are typed, without echo and signals; output still gets its carriage returns.
pub(crate) fn make_raw(settings: &mut termios) {
    settings.c_iflag &= !(libc::BRKINT | libc::ICRNL | libc::INPCK | libc::ISTRIP | libc::IXON);
    settings.c_oflag |= libc::ONLCR;
    settings.c_cflag |= libc::CS8;
    settings.c_lflag &= !(libc::ECHO | libc::ICANON | libc::IEXTEN | libc::ISIG);
    settings.c_cc[libc::VMIN] = 1;
    settings.c_cc[libc::VTIME] = 0;
}

/// Bytes pass unchanged in both directions.
pub(crate) fn make_binary(settings: &mut termios) {
    // SAFETY: changes the structure, nothing else.
    unsafe { libc::cfmakeraw(settings) };
}

/// Columns and rows.
pub(crate) fn size(fd: c_int) -> UvResult<(c_int, c_int)> {
    // SAFETY: all zeroes is a valid `winsize`, which the call fills in.
    unsafe {
        let mut found: libc::winsize = zeroed();
        retry(|| check(libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut found)))?;
        Ok((c_int::from(found.ws_col), c_int::from(found.ws_row)))
    }
}
