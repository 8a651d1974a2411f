//! What differs per kind of handle or watcher: one arm each, in exhaustive matches.

use libc::c_uint;

use crate::abi::*;
use crate::core::observe::observer;
use crate::core::state::exit_watch::ExitWatch;
use crate::core::threadpool;
use crate::core::turn::kinds::Kinds;
use crate::core::turn::nesting::telling;
use crate::core::turn::watcher::{self, Kind};
use crate::handles::{async_, fs_event, fs_poll, idle, pipe, poll, process, signal, stream, timer, tty, udp};
use crate::requests::fs;
use crate::standalone::os;
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult};

/// uv_close for the kind: stops the handle, which has just been marked as closing, and sees to it that
/// its closing comes to an end.
pub(crate) fn close(handle: &uv_handle_t) {
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

/// uv_cancel for the kind.
pub(crate) fn cancel(request: &uv_req_t) -> UvResult {
    match request.kind() {
        AnyRequest::Write(request) => stream::cancel(request),
        AnyRequest::Fs(request) => fs::request::cancel(request),
        AnyRequest::GetAddrInfo(request) => threadpool::cancel(request),
        AnyRequest::GetNameInfo(request) => threadpool::cancel(request),
        AnyRequest::Random(request) => threadpool::cancel(request),
        AnyRequest::Work(request) => threadpool::cancel(request),
        AnyRequest::Other => Err(Errno::EINVAL),
    }
}

/// The kinds, for the core's phases.
pub(crate) struct All;

impl Kinds for All {
    #[inline]
    fn timers(loop_: &uv_loop_t) {
        timer::run(loop_);
    }

    #[inline]
    fn idle(loop_: &uv_loop_t) {
        idle::run_idle(loop_);
    }

    #[inline]
    fn prepare(loop_: &uv_loop_t) {
        idle::run_prepare(loop_);
    }

    #[inline]
    fn check(loop_: &uv_loop_t) {
        idle::run_check(loop_);
    }

    #[inline]
    fn asyncs(loop_: &uv_loop_t) {
        async_::deliver(loop_);
    }

    #[inline]
    fn stream_ready(stream: &uv_stream_t, events: c_uint) {
        stream::on_ready(stream, events);
    }

    /// Apart, so that streams do not pay for what the others need.
    #[inline(never)]
    fn ready(loop_: &uv_loop_t, w: &uv__io_t, events: c_uint) {
        if let Some(udp) = w.udp() {
            return udp::on_ready(udp, events);
        }
        match watcher::kind(w) {
            Kind::Stream | Kind::Waker | Kind::Udp => {}
            Kind::Poll => w.poll().into_iter().for_each(|handle| telling(handle, || poll::on_ready(handle))),
            Kind::Signal => signal::on_ready(loop_, w, events),
            Kind::FsEvent => fs_event::on_ready(loop_),
            // SAFETY: watchers of this kind are in exit watches, which `give` made, and in nothing else.
            Kind::Process => process::on_ready(unsafe { ExitWatch::of(w) }),
        }
    }

    #[inline(always)]
    fn finish_close(handle: &uv_handle_t) -> bool {
        match handle.kind() {
            AnyHandle::Pipe(handle) => stream::finish_close(handle),
            AnyHandle::Tcp(handle) => stream::finish_close(handle),
            AnyHandle::Tty(handle) => stream::finish_close(handle),
            AnyHandle::Process(handle) => process::finish_close(handle),
            AnyHandle::Signal(handle) => return signal::finish_close(handle),
            AnyHandle::Udp(handle) => udp::finish_close(handle),
            _ => {}
        }
        true
    }

    fn give_back(loop_: &uv_loop_t) {
        timer::give_back(loop_);
        idle::give_back(loop_);
        async_::give_back(loop_);
        signal::give_back(loop_);
        fs_event::give_back(loop_);
    }
}

/// The kinds' part of the end of a loop, which has no handles and requests left.
pub(crate) fn loop_close(loop_: &uv_loop_t) {
    signal::loop_close(loop_);
    fs_event::loop_close(loop_);
    stream::loop_close(loop_);
}

/// The kinds' part of a loop after a fork, in the child. The loop's own part is in order again.
pub(crate) fn loop_fork(loop_: &uv_loop_t) -> UvResult {
    async_::fork(loop_);
    threadpool::take_over(loop_);
    signal::loop_fork(loop_)?;
    fs_event::loop_fork(loop_)
}

/// The kinds' part of the end of the process.
pub(crate) fn process_end() {
    observer::end();
    threadpool::end_with_process();
    os::forget_title();
    process::give_back_stack();
}

/// The kinds' part of uv_library_shutdown.
pub(crate) fn library_shutdown() {
    observer::end();
    threadpool::shutdown();
    os::forget_title();
    process::give_back_stack();
}
