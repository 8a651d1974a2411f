//! What differs per kind of handle or watcher: one arm each, in exhaustive matches.

use libc::c_uint;

use crate::abi::*;
use crate::core::watcher::Kind;
use crate::core::{inner, threadpool};
use crate::sys::abort::fatal;
use crate::sys::errno::UvResult;
use crate::{async_, fs_event, fs_poll, idle, os, pipe, poll, process, signal, stream, timer, tty, udp};

/// uv_close for the kind: stops the handle and sees to it that its closing comes to an end.
///
/// # Safety
/// `handle` is initialised and has just been marked as closing.
pub(crate) unsafe fn close(handle: *mut uv_handle_t) {
    // SAFETY: the type says which structure the memory holds.
    unsafe {
        match (*handle).r#type {
            UV_ASYNC => async_::close(handle.cast()),
            UV_CHECK => idle::close_check(handle.cast()),
            UV_FS_EVENT => fs_event::close(handle.cast()),
            UV_FS_POLL => fs_poll::close(handle.cast()),
            UV_IDLE => idle::close_idle(handle.cast()),
            UV_NAMED_PIPE => pipe::close(handle.cast()),
            UV_POLL => poll::close(handle.cast()),
            UV_PREPARE => idle::close_prepare(handle.cast()),
            UV_TCP => stream::close(handle.cast()),
            UV_PROCESS => process::close(handle.cast()),
            UV_SIGNAL => signal::close(handle.cast()),
            UV_TIMER => timer::close(handle.cast()),
            UV_TTY => tty::close(handle.cast()),
            UV_UDP => udp::close(handle.cast()),
            _ => fatal("uv_close: not an initialised handle"),
        }
    }
}

/// What is left to do in the closing phase, before the close callback. False: not ready yet.
///
/// # Safety
/// `handle` is closing.
pub(crate) unsafe fn finish_close(handle: *mut uv_handle_t) -> bool {
    // SAFETY: as in `close`.
    unsafe {
        match (*handle).r#type {
            UV_NAMED_PIPE | UV_TCP | UV_TTY => stream::finish_close(handle.cast()),
            UV_SIGNAL => return signal::finish_close(handle.cast()),
            UV_TIMER => timer::finish_close(handle.cast()),
            UV_UDP => udp::finish_close(handle.cast()),
            _ => {}
        }
    }
    true
}

/// Tells the owner of a watcher what is ready.
///
/// # Safety
/// The watcher is initialised with this kind; on the loop thread.
#[inline]
pub(crate) unsafe fn readiness(kind: Kind, loop_: *mut uv_loop_t, w: *mut uv__io_t, events: c_uint) {
    // SAFETY: the kind says which structure the watcher is a part of.
    unsafe {
        match kind {
            Kind::Stream => stream::on_ready(w, events),
            other => other_readiness(other, loop_, w, events),
        }
    }
}

/// Apart, so that streams do not pay for what the others need.
#[inline(never)]
unsafe fn other_readiness(kind: Kind, loop_: *mut uv_loop_t, w: *mut uv__io_t, events: c_uint) {
    // SAFETY: as in `readiness`.
    unsafe {
        match kind {
            Kind::Stream => {}
            Kind::Udp => udp::on_ready(loop_, w, events),
            Kind::Poll => poll::on_ready(loop_, w, events),
            Kind::Signal => signal::on_ready(loop_, w, events),
            Kind::FsEvent => fs_event::on_ready(loop_, w, events),
            Kind::Process => process::on_ready(loop_, w, events),
        }
    }
}

/// The loop was notified: finished work first, then async handles. `waiting`: it did not have to sleep.
///
/// # Safety
/// The loop is initialised; on its thread, in the poll phase.
pub(crate) unsafe fn wakeup(loop_: *mut uv_loop_t, waiting: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        let finished = threadpool::drain(loop_);
        if finished > 1 {
            // The wake-up itself was counted.
            (*inner(loop_)).metrics.count_events(finished - 1, waiting);
        }
        async_::deliver(loop_);
    }
}

/// The kinds' part of a new loop.
///
/// # Safety
/// The loop's own part is initialised.
pub(crate) unsafe fn loop_init(_loop: *mut uv_loop_t) -> UvResult {
    Ok(())
}

/// The kinds' part of the end of a loop, which has no handles and requests left.
///
/// # Safety
/// The loop is initialised.
pub(crate) unsafe fn loop_close(loop_: *mut uv_loop_t) {
    // SAFETY: the caller's promise.
    unsafe {
        signal::loop_close(loop_);
        fs_event::loop_close(loop_);
        stream::loop_close(loop_);
    }
}

/// The kinds' part of a loop after a fork, in the child.
///
/// # Safety
/// The loop's own part is in order again.
pub(crate) unsafe fn loop_fork(loop_: *mut uv_loop_t) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        signal::loop_fork(loop_)?;
        fs_event::loop_fork(loop_)
    }
}

/// The kinds' part of uv_library_shutdown.
pub(crate) fn library_shutdown() {
    threadpool::shutdown();
    os::forget_title();
}

/// The descriptor of a handle that can have one; -1 if it is not open.
///
/// # Safety
/// `handle` is initialised.
pub(crate) unsafe fn descriptor(handle: *const uv_handle_t) -> Option<libc::c_int> {
    // SAFETY: the type says which structure the memory holds.
    unsafe {
        match (*handle).r#type {
            UV_TCP | UV_NAMED_PIPE | UV_TTY => Some((*handle.cast::<uv_stream_t>()).io_watcher.fd),
            UV_UDP => Some((*handle.cast::<uv_udp_t>()).io_watcher.fd),
            UV_POLL => Some((*handle.cast::<uv_poll_t>()).io_watcher.fd),
            _ => None,
        }
    }
}
