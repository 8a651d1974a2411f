//! Signal handles, and the pipe through which a loop learns of signals.

use std::mem::size_of;
use std::sync::atomic::Ordering;

use libc::{c_int, c_uint};

use super::registry::{self, Message};
use crate::abi::*;
use crate::core::handle::raw::{self as handle, as_handle, flags};
use crate::core::queue::container_of;
use crate::core::{closing::raw as closing, watcher::raw as watcher};
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::fd;
use crate::sys::readiness::POLLIN;

/// Messages read by one system call.
const BATCH: usize = 32;

/// Gives the loop its pipe, if it has none.
unsafe fn open_pipe(loop_: *mut uv_loop_t) -> UvResult {
    // SAFETY: the loop is initialised, our callers' promise.
    unsafe {
        if (*loop_).signal_pipefd.get()[0] != -1 {
            return Ok(());
        }
        let ends = fd::pipe(libc::O_NONBLOCK)?;
        let w = &raw mut (*loop_).signal_io_watcher;
        watcher::init(w, watcher::Kind::Signal, ends[0]);
        if let Err(error) = watcher::want(loop_, w, POLLIN) {
            watcher::close(loop_, w);
            ends.iter().for_each(|&end| fd::close(end));
            return Err(error);
        }
        (*loop_).signal_pipefd.set(ends);
        Ok(())
    }
}

unsafe fn close_pipe(loop_: *mut uv_loop_t) {
    // SAFETY: as in `open_pipe`.
    unsafe {
        watcher::close(loop_, &raw mut (*loop_).signal_io_watcher);
        let ends = (*loop_).signal_pipefd.replace([-1, -1]);
        ends.iter().for_each(|&end| fd::close(end));
    }
}

/// Initialises a handle.
///
/// # Safety
/// `loop_` is initialised; `this` may be written.
pub(crate) unsafe fn init(loop_: *mut uv_loop_t, this: *mut uv_signal_t) -> UvResult {
    registry::prepare();
    // SAFETY: the caller's promise.
    unsafe {
        open_pipe(loop_)?;
        handle::init(loop_, as_handle(this), UV_SIGNAL);
        (*this).signum = 0;
        (*this).caught_signals = 0;
        (*this).dispatched_signals = 0;
    }
    Ok(())
}

/// Has `cb` called for `signum`, once or each time.
///
/// # Safety
/// `this` is initialised.
pub(crate) unsafe fn start(
    this: *mut uv_signal_t,
    cb: uv_signal_cb,
    signum: c_int,
    one_shot: bool,
) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        if handle::is_closing(as_handle(this)) {
            fatal("uv_signal_start: the handle is closing");
        }
        if signum == 0 {
            return Err(Errno::EINVAL);
        }
        // Stays registered, so that no signal is missed.
        if signum != (*this).signum {
            stop(this);
            registry::add(this, signum, one_shot)?;
            handle::start(as_handle(this));
        }
        (*this).signal_cb = cb;
    }
    Ok(())
}

/// Stops the handle; signals caught but not told yet are forgotten.
///
/// # Safety
/// `this` is initialised.
pub(crate) unsafe fn stop(this: *mut uv_signal_t) {
    // SAFETY: the caller's promise: a handle with a signal number is registered.
    unsafe {
        if (*this).signum != 0 {
            registry::remove(this);
            handle::stop(as_handle(this));
        }
    }
}

/// # Safety
/// See [`crate::api::kinds::close`].
pub(crate) unsafe fn close(this: *mut uv_signal_t) {
    // SAFETY: the caller's promise.
    unsafe {
        stop(this);
        closing::make_pending(as_handle(this));
    }
}

/// Not before the pipe holds no message with the handle's address any more.
///
/// # Safety
/// See [`crate::api::kinds::finish_close`].
pub(crate) unsafe fn finish_close(this: *mut uv_signal_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe { registry::caught(this).load(Ordering::Relaxed) == (*this).dispatched_signals }
}

/// # Safety
/// See [`crate::api::kinds::readiness`].
pub(crate) unsafe fn on_ready(loop_: *mut uv_loop_t, w: *mut uv__io_t, _events: c_uint) {
    // SAFETY: the caller's promise. A handle with a message in the pipe or in `batch` is not closed
    // yet. Only whole messages are written, so only whole ones are read.
    unsafe {
        loop {
            let mut batch = [Message { handle: std::ptr::null_mut(), signum: 0 }; BATCH];
            let read =
                fd::read((*loop_).signal_pipefd.get()[0], batch.as_mut_ptr().cast(), size_of_val(&batch));
            let count = read.unwrap_or(0) / size_of::<Message>();
            if count < BATCH {
                watcher::clear(w, POLLIN);
            }
            for message in batch.iter().take(count) {
                tell(message);
            }
            if count < BATCH {
                return;
            }
        }
    }
}

unsafe fn tell(message: &Message) {
    // SAFETY: as in `on_ready`; in its callback a handle can be closed, but is still there after it.
    unsafe {
        let this = message.handle;
        let signum = (*this).signum;
        if signum as isize == message.signum
            && let Some(cb) = (*this).signal_cb
        {
            cb(this, signum);
        }
        (*this).dispatched_signals = (*this).dispatched_signals.wrapping_add(1);
        if (*this).flags & flags::SIGNAL_ONE_SHOT != 0 {
            stop(this);
        }
    }
}

/// Calls `work` for each signal handle of the loop; it must leave the list of handles alone.
unsafe fn for_each(loop_: *mut uv_loop_t, work: impl Fn(*mut uv_signal_t)) {
    // SAFETY: the loop and the handles in its list are initialised.
    unsafe {
        let head = &raw mut (*loop_).handle_queue;
        let mut node = (*head).next.get();
        while node != head {
            let handle = container_of!(node, uv_handle_t, handle_queue);
            if (*handle).r#type.get() == UV_SIGNAL {
                work(handle.cast());
            }
            node = (*node).next.get();
        }
    }
}

/// After a fork: the pipe is the parent's, and so are the signals in it.
///
/// # Safety
/// See [`crate::api::kinds::loop_fork`].
pub(crate) unsafe fn loop_fork(loop_: *mut uv_loop_t) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        if (*loop_).signal_pipefd.get()[0] == -1 {
            return Ok(());
        }
        close_pipe(loop_);
        for_each(loop_, |this| {
            registry::caught(this).store(0, Ordering::Relaxed);
            (*this).dispatched_signals = 0;
        });
        open_pipe(loop_)
    }
}

/// # Safety
/// See [`crate::api::kinds::loop_close`].
pub(crate) unsafe fn loop_close(loop_: *mut uv_loop_t) {
    // SAFETY: the caller's promise. Only handles of the loop itself can be left.
    unsafe {
        for_each(loop_, |this| stop(this));
        if (*loop_).signal_pipefd.get()[0] != -1 {
            close_pipe(loop_);
        }
    }
}

/// Initialises a handle that is not active.
///
/// Returns 0, or `UV_EMFILE` and the like if the loop cannot be made to hear of signals. Loop thread
/// only.
///
/// Implements <https://docs.libuv.org/en/v1.x/signal.html#c.uv_signal_init>.
///
/// # Safety
/// `loop_` is initialised; `handle` stays valid until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_signal_init(loop_: *mut uv_loop_t, handle: *mut uv_signal_t) -> c_int {
    // SAFETY: our caller's promise is the one `init` asks for.
    to_status(unsafe { init(loop_, handle) })
}

/// Has `signal_cb` called each time that `signum` arrives.
///
/// Returns 0, or `UV_EINVAL` for a signal that there is not or that cannot be caught. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/signal.html#c.uv_signal_start>.
///
/// # Safety
/// `handle` is initialised and not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_signal_start(
    handle: *mut uv_signal_t,
    signal_cb: uv_signal_cb,
    signum: c_int,
) -> c_int {
    // SAFETY: our caller's promise is the one `start` asks for.
    to_status(unsafe { start(handle, signal_cb, signum, false) })
}

/// Has `signal_cb` called when `signum` arrives, and the handle stopped then.
///
/// Returns 0, or `UV_EINVAL` for a signal that there is not or that cannot be caught. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/signal.html#c.uv_signal_start_oneshot>.
///
/// # Safety
/// `handle` is initialised and not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_signal_start_oneshot(
    handle: *mut uv_signal_t,
    signal_cb: uv_signal_cb,
    signum: c_int,
) -> c_int {
    // SAFETY: our caller's promise is the one `start` asks for.
    to_status(unsafe { start(handle, signal_cb, signum, true) })
}

/// Stops the handle: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/signal.html#c.uv_signal_stop>.
///
/// # Safety
/// `handle` is initialised and not closing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_signal_stop(handle: *mut uv_signal_t) -> c_int {
    // SAFETY: our caller's promise is the one the steps ask for.
    unsafe {
        if handle::is_closing(as_handle(handle)) {
            fatal("uv_signal_stop: the handle is closing");
        }
        stop(handle);
    }
    0
}
