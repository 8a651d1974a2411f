//! The end of a child: learning of it, and telling the program.

use std::ptr::null_mut;

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::handle::raw::{self as handle, as_handle, flags};
use crate::core::queue::{container_of, raw as queue};
use crate::core::{alloc, closing::raw as closing, watcher::raw as watcher};
use crate::handles::signal;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLIN;
use crate::sys::{fd, process};

/// Follows one child. With a pidfd its end is an event; without, SIGCHLD has all such children of the
/// loop looked at.
pub(super) struct Watch {
    io: uv__io_t,
    process: *mut uv_process_t,
}

/// Where the handle keeps its watch: in bytes that libuv uses on other systems only.
unsafe fn place(this: *mut uv_process_t) -> *mut *mut Watch {
    // SAFETY: our callers' promise: `this` is initialised.
    unsafe { (*this).u.words()[1].as_ptr().cast() }
}

/// # Safety
/// `this` may be written.
pub(super) unsafe fn init(this: *mut uv_process_t) {
    // SAFETY: the caller's promise.
    unsafe { place(this).write(null_mut()) };
}

/// Gives the handle its watch, before there is a child.
///
/// # Safety
/// `this` is initialised and has none.
pub(super) unsafe fn prepare(this: *mut uv_process_t) -> UvResult {
    // SAFETY: all zeroes is a valid watcher; it is initialised below.
    let io = unsafe { std::mem::zeroed() };
    let watch = alloc::new(Watch { io, process: this })?;
    // SAFETY: the caller's promise; the watch was just made.
    unsafe {
        watcher::init(&raw mut (*watch).io, watcher::Kind::Process, -1);
        place(this).write(watch);
    }
    Ok(())
}

/// Lets SIGCHLD tell of children.
///
/// # Safety
/// `loop_` is initialised.
pub(super) unsafe fn listen_for_sigchld(loop_: *mut uv_loop_t) -> UvResult {
    // SAFETY: the caller's promise: a loop begins zeroed, so that a type says it is initialised.
    unsafe {
        let this = (*loop_).child_watcher.get();
        if (*this).r#type != UV_SIGNAL {
            signal::init(loop_, this)?;
            handle::unref(as_handle(this));
            (*this).flags |= flags::INTERNAL;
        }
        signal::start(this, Some(on_sigchld), libc::SIGCHLD, false)
    }
}

/// Follows the child that the handle has now.
///
/// # Safety
/// `this` is initialised and has its watch.
pub(super) unsafe fn follow(this: *mut uv_process_t, pidfd: c_int) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        let loop_ = (*this).r#loop;
        let io = &raw mut (**place(this)).io;
        (*io).fd.set(pidfd);
        if pidfd == -1 || watcher::want(loop_, io, POLLIN).is_err() {
            close_pidfd(loop_, io);
            listen_for_sigchld(loop_)?;
            queue::push_back(&raw mut (*loop_).process_handles, &raw mut (*this).queue);
            watcher::feed(loop_, io); // it may have ended before the signal could be caught
        }
    }
    Ok(())
}

unsafe fn close_pidfd(loop_: *mut uv_loop_t, io: *mut uv__io_t) {
    // SAFETY: our callers' promise: loop and watcher are initialised.
    unsafe {
        watcher::close(loop_, io);
        if (*io).fd.get() != -1 {
            fd::close((*io).fd.get());
            (*io).fd.set(-1);
        }
    }
}

/// Gives the watch up, if there is one.
///
/// # Safety
/// `this` is initialised.
pub(super) unsafe fn forget(this: *mut uv_process_t) {
    // SAFETY: the caller's promise.
    unsafe {
        let watch = place(this).replace(null_mut());
        if !watch.is_null() {
            close_pidfd((*this).r#loop, &raw mut (*watch).io);
            alloc::delete(watch);
        }
        queue::remove(&raw mut (*this).queue);
    }
}

/// # Safety
/// See [`crate::api::kinds::readiness`].
pub(crate) unsafe fn on_ready(loop_: *mut uv_loop_t, w: *mut uv__io_t, _events: c_uint) {
    // SAFETY: the caller's promise: the watch is there until it is given up, and with it the handle.
    unsafe {
        let this = (*container_of!(w, Watch, io)).process;
        match process::wait((*this).pid, false) {
            Ok(Some(status)) => {
                end(this, status);
                tell(this);
            }
            // Traced: the system tells us again when the tracer has had its turn.
            Ok(None) => watcher::clear(w, POLLIN),
            // Somebody else has waited for it: we shall not learn how it ended.
            Err(_) => close_pidfd(loop_, w),
        }
    }
}

unsafe extern "C" fn on_sigchld(signal: *mut uv_signal_t, _signum: c_int) {
    // SAFETY: the handle is part of its loop. Children that have ended are moved aside before any
    // callback runs: one that is closed in a callback leaves the list, which outlives its links.
    unsafe {
        let head = &raw mut (*(*signal).r#loop).process_handles;
        let mut ended = uv__queue::new();
        let ended = &raw mut ended;
        queue::init(ended);
        let mut node = (*head).next.get();
        while node != head {
            let this = container_of!(node, uv_process_t, queue);
            node = (*node).next.get();
            if let Ok(Some(status)) = process::wait((*this).pid, false) {
                end(this, status);
                queue::push_back(ended, &raw mut (*this).queue);
            }
        }
        while let Some(node) = queue::pop_front(ended) {
            tell(container_of!(node, uv_process_t, queue));
        }
    }
}

/// Records the end of the child, whose pid may be another's from now on.
unsafe fn end(this: *mut uv_process_t, status: c_int) {
    // SAFETY: our callers' promise: `this` is initialised.
    unsafe {
        (*this).status = status;
        (*this).flags |= flags::PROCESS_GONE;
        forget(this);
    }
}

unsafe fn tell(this: *mut uv_process_t) {
    // SAFETY: as in `end`; the callback is the last touch.
    unsafe {
        handle::stop(as_handle(this));
        let status = (*this).status;
        let exit_status = if libc::WIFEXITED(status) { libc::WEXITSTATUS(status) } else { 0 };
        let term_signal = if libc::WIFSIGNALED(status) { libc::WTERMSIG(status) } else { 0 };
        if let Some(cb) = (*this).exit_cb {
            cb(this, i64::from(exit_status), term_signal);
        }
    }
}

/// A child that has not ended is left to itself, and to whoever waits for it then.
///
/// # Safety
/// See [`crate::api::kinds::close`].
pub(crate) unsafe fn close(this: *mut uv_process_t) {
    // SAFETY: the caller's promise.
    unsafe {
        forget(this);
        handle::stop(as_handle(this));
        let loop_ = (*this).r#loop;
        if queue::is_empty(&raw const (*loop_).process_handles)
            && (*(*loop_).child_watcher.get()).r#type == UV_SIGNAL
        {
            signal::stop((*loop_).child_watcher.get());
        }
        closing::make_pending(as_handle(this));
    }
}

/// # Safety
/// `this` is initialised.
pub(super) unsafe fn kill(this: *mut uv_process_t, signum: c_int) -> UvResult {
    // SAFETY: the caller's promise. No child has number 0, which would stand for our own group.
    unsafe {
        if (*this).flags & flags::PROCESS_GONE != 0 || (*this).pid == 0 {
            return Err(Errno::ESRCH);
        }
        crate::sys::signal::kill((*this).pid, signum)
    }
}
