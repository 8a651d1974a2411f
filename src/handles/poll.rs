//! Descriptors that the program itself reads and writes:
//! <https://docs.libuv.org/en/v1.x/poll.html>.
//!
//! Level-triggered by contract: what is ready is told in each iteration for as long as it is.

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::handle::raw::{self as handle, as_handle};
use crate::core::queue::container_of;
use crate::core::{closing::raw as closing, inner, watcher::raw as watcher};
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::fd;
use crate::sys::readiness::{self, POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDHUP};

/// libuv's events and the system's.
const EVENTS: [(c_int, c_uint); 4] = [
    (UV_READABLE as c_int, POLLIN),
    (UV_WRITABLE as c_int, POLLOUT),
    (UV_DISCONNECT as c_int, POLLRDHUP),
    (UV_PRIORITIZED as c_int, POLLPRI),
];

/// # Safety
/// `loop_` is initialised; `this` may be written.
unsafe fn init(loop_: *mut uv_loop_t, this: *mut uv_poll_t, fd: c_int) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        if watcher::fd_exists(loop_, fd) {
            return Err(Errno::EEXIST);
        }
        readiness::check_pollable(inner(&*loop_).poller.with(|poller| poller.fd()), fd)?;
        match fd::set_nonblocking(fd, true) {
            Err(Errno::ENOTTY) => fd::set_status_flag(fd, libc::O_NONBLOCK, true)?,
            other => other?,
        }
        handle::init(loop_, as_handle(this), UV_POLL);
        watcher::init(&raw mut (*this).io_watcher, watcher::Kind::Poll, fd);
        (*this).poll_cb = None;
    }
    Ok(())
}

/// # Safety
/// `this` is initialised.
unsafe fn start(this: *mut uv_poll_t, events: c_int, cb: uv_poll_cb) -> UvResult {
    let wanted = EVENTS.iter().filter(|(ours, _)| events & ours != 0).fold(0, |all, (_, bit)| all | bit);
    // SAFETY: the caller's promise.
    unsafe {
        check_open(this, "uv_poll_start: the handle is closing");
        if wanted == 0 {
            stop(this);
            return Ok(());
        }
        match watcher::want_level((*this).r#loop, &raw mut (*this).io_watcher, wanted) {
            Err(error) => {
                if error != Errno::EEXIST {
                    stop(this);
                }
                return Err(error);
            }
            Ok(()) => handle::start(as_handle(this)),
        }
        (*this).poll_cb = cb;
    }
    Ok(())
}

/// # Safety
/// `this` is initialised.
unsafe fn check_open(this: *mut uv_poll_t, why: &str) {
    // SAFETY: the caller's promise.
    if unsafe { handle::is_closing(as_handle(this)) } {
        fatal(why);
    }
}

/// # Safety
/// `this` is initialised.
unsafe fn stop(this: *mut uv_poll_t) {
    // SAFETY: the caller's promise. To want nothing cannot fail.
    unsafe {
        let _ = watcher::want_level((*this).r#loop, &raw mut (*this).io_watcher, 0);
        handle::stop(as_handle(this));
    }
}

/// # Safety
/// See [`crate::api::kinds::close`].
pub(crate) unsafe fn close(this: *mut uv_poll_t) {
    // SAFETY: the caller's promise. The descriptor is the program's, and stays open.
    unsafe {
        watcher::close((*this).r#loop, &raw mut (*this).io_watcher);
        handle::stop(as_handle(this));
        closing::make_pending(as_handle(this));
    }
}

/// # Safety
/// See [`crate::api::kinds::readiness`].
pub(crate) unsafe fn on_ready(_loop: *mut uv_loop_t, w: *mut uv__io_t, events: c_uint) {
    // SAFETY: the caller's promise; the callback is the last touch.
    unsafe {
        let this = container_of!(w, uv_poll_t, io_watcher);
        // An error together with POLLPRI is how sysfs says that an attribute has changed.
        let is_bad = events & POLLERR != 0 && events & POLLPRI == 0;
        // After a hang-up, whatever the program wants to do will tell it more.
        let implied = if events & (POLLERR | POLLHUP) != 0 { (*w).pevents.get() } else { 0 };
        let ready = events | implied;
        if is_bad {
            stop(this);
        }
        let Some(cb) = (*this).poll_cb else { return };
        if is_bad {
            cb(this, Errno::EBADF.code(), 0);
        } else {
            let told = EVENTS.iter().filter(|(_, bit)| ready & bit != 0).fold(0, |all, (ours, _)| all | ours);
            cb(this, 0, told);
        }
    }
}

/// Initialises a handle for `fd`, which becomes non-blocking and remains the caller's.
///
/// Returns 0, `UV_EEXIST` if another handle of the loop uses it, or what the system says, such as
/// `UV_EPERM` for regular files and `UV_EBADF`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/poll.html#c.uv_poll_init>.
///
/// # Safety
/// `loop_` is initialised; `handle` stays valid until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_poll_init(loop_: *mut uv_loop_t, handle: *mut uv_poll_t, fd: c_int) -> c_int {
    // SAFETY: our caller's promise is the one `init` asks for.
    to_status(unsafe { init(loop_, handle, fd) })
}

/// The same for a socket, which is no different here.
///
/// Implements <https://docs.libuv.org/en/v1.x/poll.html#c.uv_poll_init_socket>.
///
/// # Safety
/// As for [`uv_poll_init`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_poll_init_socket(
    loop_: *mut uv_loop_t,
    handle: *mut uv_poll_t,
    socket: uv_os_sock_t,
) -> c_int {
    // SAFETY: our caller's promise is the one `init` asks for.
    to_status(unsafe { init(loop_, handle, socket) })
}

/// Has `cb` called for `events` (`UV_READABLE`, `UV_WRITABLE`, `UV_DISCONNECT`, `UV_PRIORITIZED`),
/// which replace earlier ones; 0 stops the handle.
///
/// Returns 0, `UV_EEXIST` if another handle of the loop has started on the descriptor, or what the
/// system says. An error of the descriptor stops the handle and gives `cb` `UV_EBADF`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/poll.html#c.uv_poll_start>.
///
/// # Safety
/// `handle` is initialised and not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_poll_start(handle: *mut uv_poll_t, events: c_int, cb: uv_poll_cb) -> c_int {
    // SAFETY: our caller's promise is the one `start` asks for.
    to_status(unsafe { start(handle, events, cb) })
}

/// Stops the handle: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/poll.html#c.uv_poll_stop>.
///
/// # Safety
/// `handle` is initialised and not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_poll_stop(handle: *mut uv_poll_t) -> c_int {
    // SAFETY: our caller's promise is the one the steps ask for.
    unsafe {
        check_open(handle, "uv_poll_stop: the handle is closing");
        stop(handle);
    }
    0
}
