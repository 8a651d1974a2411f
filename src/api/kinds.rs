//! What differs per kind of handle or watcher: one arm each, in exhaustive matches.

use libc::c_uint;

use crate::abi::*;
use crate::core::watcher::Kind;
use crate::core::{inner, threadpool};
use crate::handles::{async_, fs_event, fs_poll, idle, pipe, poll, process, signal, stream, timer, tty, udp};
use crate::standalone::os;
use crate::sys::abort::fatal;
use crate::sys::errno::UvResult;

/// uv_close for the kind: stops the handle, which has just been marked as closing, and sees to it that
/// its closing comes to an end.
pub(crate) fn close(handle: &uv_handle_t) {
    // SAFETY: for those that are not converted: initialised handles of their kinds.
    unsafe {
        match handle.kind() {
            AnyHandle::Async(handle) => async_::close(handle),
            AnyHandle::Check(handle) => idle::close_check(handle),
            AnyHandle::FsEvent(handle) => fs_event::close(handle),
            AnyHandle::FsPoll(handle) => fs_poll::close(handle),
            AnyHandle::Idle(handle) => idle::close_idle(handle),
            AnyHandle::Pipe(handle) => pipe::close(handle),
            AnyHandle::Poll(handle) => poll::close(handle),
            AnyHandle::Prepare(handle) => idle::close_prepare(handle),
            AnyHandle::Process(handle) => process::close(handle),
            AnyHandle::Signal(handle) => signal::close(handle),
            AnyHandle::Tcp(handle) => stream::close(handle),
            AnyHandle::Timer(handle) => timer::close(handle),
            AnyHandle::Tty(handle) => tty::close(handle),
            AnyHandle::Udp(handle) => udp::close(handle),
            AnyHandle::Unknown => fatal("uv_close: not an initialised handle"),
        }
    }
}

/// What is left to do in the closing phase, before the close callback. False: not ready yet.
pub(crate) fn finish_close(handle: &uv_handle_t) -> bool {
    match handle.kind() {
        AnyHandle::Pipe(handle) => stream::finish_close(handle),
        AnyHandle::Tcp(handle) => stream::finish_close(handle),
        AnyHandle::Tty(handle) => stream::finish_close(handle),
        AnyHandle::Timer(handle) => timer::finish_close(handle),
        // SAFETY: not converted: initialised handles of their kinds.
        AnyHandle::Signal(handle) => return unsafe { signal::finish_close(handle) },
        // SAFETY: as above.
        AnyHandle::Udp(handle) => unsafe { udp::finish_close(handle) },
        _ => {}
    }
    true
}

/// Tells the owner of a watcher what is ready.
#[inline]
pub(crate) fn readiness(kind: Kind, loop_: &uv_loop_t, w: &uv__io_t, events: c_uint) {
    match w.stream() {
        Some(stream) => stream::on_ready(stream, events),
        None => other_readiness(
            kind,
            std::ptr::from_ref(loop_).cast_mut(),
            std::ptr::from_ref(w).cast_mut(),
            events,
        ),
    }
}

/// Apart, so that streams do not pay for what the others need.
#[inline(never)]
fn other_readiness(kind: Kind, loop_: *mut uv_loop_t, w: *mut uv__io_t, events: c_uint) {
    // SAFETY: not converted: the kind says which structure the watcher is a part of.
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
pub(crate) fn wakeup(loop_: &uv_loop_t, waiting: bool) {
    // SAFETY: not converted: on the loop's thread, in the poll phase.
    let finished = unsafe { threadpool::drain(std::ptr::from_ref(loop_).cast_mut()) };
    if finished > 1 {
        // The wake-up itself was counted.
        inner(loop_).metrics.count_events(finished - 1, waiting);
    }
    async_::deliver(loop_);
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
        stream::loop_close(&*loop_);
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
pub(crate) fn descriptor(handle: &uv_handle_t) -> Option<libc::c_int> {
    match handle.kind() {
        AnyHandle::Tcp(handle) => Some(handle.io_watcher.fd.get()),
        AnyHandle::Pipe(handle) => Some(handle.io_watcher.fd.get()),
        AnyHandle::Tty(handle) => Some(handle.io_watcher.fd.get()),
        // SAFETY: not converted: initialised handles of their kinds.
        AnyHandle::Udp(handle) => Some(unsafe { (*handle).io_watcher.fd.get() }),
        // SAFETY: as above.
        AnyHandle::Poll(handle) => Some(unsafe { (*handle).io_watcher.fd.get() }),
        _ => None,
    }
}
