//! Terminals, and telling what a descriptor is.
//!
//! <https://docs.libuv.org/en/v1.x/tty.html>

use std::cell::UnsafeCell;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Release};

use libc::{c_int, termios};

use crate::abi::*;
use crate::core::handle::flags;
use crate::core::lend::lend;
use crate::handles::pipe::access_flags;
use crate::handles::stream;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::{fd, socket, tty as terminal};

/// The settings that uv_tty_reset_mode puts back, which signal handlers call: so a spin lock, held for
/// a few instructions or one system call, and never waited for there.
struct Saved {
    locked: AtomicBool,
    settings: UnsafeCell<Option<(c_int, termios)>>,
}

// SAFETY: `settings` is only touched by the thread that holds `locked`.
unsafe impl Sync for Saved {}

static SAVED: Saved = Saved { locked: AtomicBool::new(false), settings: UnsafeCell::new(None) };

impl Saved {
    fn try_with<T>(&self, act: impl FnOnce(&mut Option<(c_int, termios)>) -> T) -> Option<T> {
        if self.locked.swap(true, Acquire) {
            return None;
        }
        // SAFETY: we hold the lock, and `act` does not call back into this module.
        let result = act(unsafe { &mut *self.settings.get() });
        self.locked.store(false, Release);
        Some(result)
    }

    fn with(&self, mut act: impl FnMut(&mut Option<(c_int, termios)>)) {
        while self.try_with(&mut act).is_none() {
            spin_loop();
        }
    }
}

/// The kind of handle that suits a descriptor.
pub(crate) fn guess_handle(file: c_int) -> uv_handle_type {
    if file < 0 {
        return UV_UNKNOWN_HANDLE;
    }
    if terminal::is_terminal(file) {
        return UV_TTY;
    }
    match fd::file_type(file) {
        Ok(libc::S_IFREG | libc::S_IFCHR) => UV_FILE,
        Ok(libc::S_IFIFO) => UV_NAMED_PIPE,
        Ok(libc::S_IFSOCK) => guess_socket(file).unwrap_or(UV_UNKNOWN_HANDLE),
        _ => UV_UNKNOWN_HANDLE,
    }
}

fn guess_socket(file: c_int) -> UvResult<uv_handle_type> {
    let kind = socket::kind(file)?;
    let domain = socket::int_option(file, libc::SOL_SOCKET, libc::SO_DOMAIN)?;
    Ok(match (kind, domain) {
        (libc::SOCK_DGRAM, libc::AF_INET | libc::AF_INET6) => UV_UDP,
        (libc::SOCK_STREAM, libc::AF_INET | libc::AF_INET6) => UV_TCP,
        (libc::SOCK_STREAM, libc::AF_UNIX) => UV_NAMED_PIPE,
        _ => UV_UNKNOWN_HANDLE,
    })
}

fn init(loop_: &uv_loop_t, tty: &uv_tty_t, mut file: uv_file) -> UvResult {
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
                match fd::dup_onto(own, file) {
                    Ok(()) | Err(Errno::EINVAL) => {} // EINVAL: it is the same number
                    Err(error) => {
                        fd::close(own);
                        return Err(error);
                    }
                }
                file = own;
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
    stream::open(tty, file, with)
}

fn set_mode(tty: &uv_tty_t, mode: uv_tty_mode_t) -> UvResult {
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

fn reset_mode() -> UvResult {
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

/// Initialises a handle for a terminal. `readable` is not looked at: the descriptor's access mode counts.
/// The descriptor is opened anew if possible, so that other processes keep theirs as it is.
///
/// Returns 0, `UV_EINVAL` for files and what is like one, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tty.html#c.uv_tty_init>.
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
    // SAFETY: our caller's promise.
    let (r#loop, handle) = unsafe { (lend(r#loop), lend(handle)) };
    to_status(init(r#loop, handle, fd))
}

/// Sets the terminal's mode: `UV_TTY_MODE_NORMAL`, `_RAW`, `_RAW_VT` (as `_RAW` here) or `_IO`.
///
/// Returns 0, `UV_EINVAL` for other modes, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tty.html#c.uv_tty_set_mode>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tty_set_mode(handle: *mut uv_tty_t, mode: uv_tty_mode_t) -> c_int {
    // SAFETY: our caller's promise.
    let handle = unsafe { lend(handle) };
    to_status(set_mode(handle, mode))
}

/// Gives the terminal the settings from before the first uv_tty_set_mode, for the end of the program.
///
/// Returns 0, `UV_EBUSY` if it interrupts uv_tty_set_mode, or what the system answers. Any thread and
/// signal handlers.
///
/// Implements <https://docs.libuv.org/en/v1.x/tty.html#c.uv_tty_reset_mode>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_tty_reset_mode() -> c_int {
    crate::sys::errno::preserved(|| to_status(reset_mode()))
}

/// Copies the terminal's size in characters.
///
/// Returns 0, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/tty.html#c.uv_tty_get_winsize>.
///
/// # Safety
/// `handle` is initialised; `width` and `height` are writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tty_get_winsize(
    handle: *mut uv_tty_t,
    width: *mut c_int,
    height: *mut c_int,
) -> c_int {
    // SAFETY: our caller's promise.
    to_status(unsafe {
        terminal::size(lend(handle).fd()).map(|(columns, rows)| {
            width.write(columns);
            height.write(rows);
        })
    })
}

/// Does nothing on this system. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/tty.html#c.uv_tty_set_vterm_state>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_tty_set_vterm_state(_state: uv_tty_vtermstate_t) {}

/// Always `UV_ENOTSUP` on this system; `state` is left alone. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/tty.html#c.uv_tty_get_vterm_state>.
///
/// # Safety
/// None is needed; `state` is not looked at.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_tty_get_vterm_state(_state: *mut uv_tty_vtermstate_t) -> c_int {
    Errno::ENOTSUP.code()
}

/// The kind of handle that suits a descriptor: `UV_TTY`, `UV_FILE`, `UV_NAMED_PIPE`, `UV_TCP`, `UV_UDP`
/// or `UV_UNKNOWN_HANDLE`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_guess_handle>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_guess_handle(file: uv_file) -> uv_handle_type {
    guess_handle(file)
}
