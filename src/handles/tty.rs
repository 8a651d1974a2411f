//! Terminals.

#![forbid(unsafe_code)]

use std::os::fd::{AsRawFd, IntoRawFd};

use libc::{c_int, termios};

use crate::abi::*;
use crate::core::state::handle::flags;
use crate::handles::guess::{access_flags, guess_handle};
use crate::handles::stream::{self, Nature};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fork_lock::ForkLock;
use crate::sys::{fd, tty as terminal};

/// The terminal and the settings that uv_tty_reset_mode puts back, which signal handlers call.
static SAVED: ForkLock<Option<(c_int, termios)>> = ForkLock::forgetting(None);

pub(crate) fn init(loop_: &uv_loop_t, tty: &uv_tty_t, mut file: uv_file) -> UvResult {
    // Files, and devices that are like files, cannot be waited for.
    let kind = guess_handle(file);
    if kind == UV_FILE || kind == UV_UNKNOWN_HANDLE {
        return Err(Errno::EINVAL);
    }
    let access = fd::status_flags(file)? & libc::O_ACCMODE;
    let mut with = access_flags(access);
    if kind == UV_TTY {
        // A file description of our own can be made non-blocking without a change for the other
        // processes that share this one.
        match terminal::reopen(file, access) {
            Ok(own) => {
                match fd::dup_onto(own.as_raw_fd(), file) {
                    Ok(()) | Err(Errno::EINVAL) => {} // EINVAL: it is the same number
                    Err(error) => return Err(error),
                }
                file = own.into_raw_fd(); // the stream's, as `file` would have been
            }
            Err(_) if access != libc::O_RDONLY => with |= flags::BLOCKING_WRITES,
            Err(_) => {}
        }
    }
    stream::init(loop_, tty, UV_TTY);
    if with & flags::BLOCKING_WRITES == 0 {
        // Without it reads and writes block; the terminal works all the same.
        let _ = fd::set_nonblocking(file, true);
    }
    tty.mode.set(UV_TTY_MODE_NORMAL as c_int);
    stream::open_as(tty, file, with, Nature::TERMINAL)
}

pub(crate) fn set_mode(tty: &uv_tty_t, mode: uv_tty_mode_t) -> UvResult {
    let mode = match mode {
        UV_TTY_MODE_RAW_VT => UV_TTY_MODE_RAW, // there is one raw mode on Unix
        UV_TTY_MODE_NORMAL | UV_TTY_MODE_RAW | UV_TTY_MODE_IO => mode,
        _ => return Err(Errno::EINVAL),
    };
    let present = tty.mode.get() as uv_tty_mode_t;
    if present == mode {
        return Ok(());
    }
    let file = tty.fd();
    if present == UV_TTY_MODE_NORMAL {
        let original = terminal::settings(file)?;
        tty.orig_termios.set(original);
        SAVED.with(|saved| {
            saved.get_or_insert((file, original));
        });
    }
    let mut wanted = tty.orig_termios.get();
    match mode {
        UV_TTY_MODE_RAW => terminal::make_raw(&mut wanted),
        UV_TTY_MODE_IO => terminal::make_binary(&mut wanted),
        _ => {}
    }
    terminal::set_settings(file, &wanted)?;
    tty.mode.set(mode as c_int);
    Ok(())
}

/// uv_tty_reset_mode.
pub(crate) fn reset_mode() -> UvResult {
    let reset = SAVED.try_with(|saved| match saved {
        Some((file, settings)) => terminal::set_settings(*file, settings),
        None => Ok(()),
    });
    reset.unwrap_or(Err(Errno::EBUSY))
}

/// uv_close: puts the settings back if this terminal's are the saved ones, then the rest.
pub(crate) fn close(tty: &uv_tty_t) {
    let file = tty.fd();
    if file != -1 {
        SAVED.with(|saved| {
            if let Some((_, settings)) = saved.take_if(|(of, _)| *of == file) {
                let _ = terminal::set_settings(file, &settings); // nobody to tell
            }
        });
    }
    stream::close(tty);
}

/// uv_tty_get_winsize: columns and rows.
pub(crate) fn size(tty: &uv_tty_t) -> UvResult<(c_int, c_int)> {
    terminal::size(tty.fd())
}
