//! Signal handles, and the pipe through which a loop learns of signals.

#![forbid(unsafe_code)]

use std::os::fd::{AsRawFd, IntoRawFd};
use std::sync::atomic::Ordering::Relaxed;

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::inner;
use crate::core::memory::callback;
use crate::core::memory::queue::handles;
use crate::core::state::handle::{self, flags};
use crate::core::turn::nesting::telling;
use crate::core::turn::signal_message::Message;
use crate::core::turn::signal_registry as registry;
use crate::core::turn::{closing, watcher};
use crate::handles::async_;
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd;
use crate::sys::readiness::POLLIN;

/// Messages read by one system call.
const BATCH: usize = 32;

fn has_pipe(loop_: &uv_loop_t) -> bool {
    loop_.signal_reader().get() != -1
}

/// Gives the loop its pipe, if it has none.
fn open_pipe(loop_: &uv_loop_t) -> UvResult {
    if has_pipe(loop_) {
        return Ok(());
    }
    // For what is read and not told yet.
    inner(loop_).batches.signals.with(|waiting| waiting.try_reserve(BATCH)).map_err(|_| Errno::ENOMEM)?;
    let [reader, writer] = fd::owned_pipe(libc::O_NONBLOCK)?;
    let w = &loop_.signal_io_watcher;
    watcher::init(w, watcher::Kind::Signal, reader.as_raw_fd());
    watcher::want(loop_, w, POLLIN).inspect_err(|_| watcher::close(loop_, w))?;
    loop_.signal_reader().set(reader.into_raw_fd());
    loop_.signal_writer().store(writer.into_raw_fd(), Relaxed);
    Ok(())
}

fn close_pipe(loop_: &uv_loop_t) {
    let writer = loop_.signal_writer().swap(-1, Relaxed);
    registry::wait_for_handlers();
    watcher::close(loop_, &loop_.signal_io_watcher);
    fd::close(loop_.signal_reader().replace(-1));
    fd::close(writer);
}

/// Initialises a handle.
pub(crate) fn init(loop_: &uv_loop_t, this: &uv_signal_t) -> UvResult {
    open_pipe(loop_)?;
    init_handle(loop_, this);
    Ok(())
}

/// The same for a handle of the loop's own. Where no descriptors are left for a pipe, `told` is called
/// for a signal, which is the only one that the loop can hear of then.
pub(crate) fn init_even_without_pipe(loop_: &uv_loop_t, this: &uv_signal_t, told: uv_async_cb) -> UvResult {
    match open_pipe(loop_) {
        Err(Errno::EMFILE | Errno::ENFILE) => {
            let substitute = &loop_.wq_async;
            async_::init(loop_, substitute, told);
            handle::unref(substitute);
            substitute.set(flags::INTERNAL);
        }
        other => other?,
    }
    init_handle(loop_, this);
    Ok(())
}

fn init_handle(loop_: &uv_loop_t, this: &uv_signal_t) {
    registry::prepare();
    handle::init(loop_, this, UV_SIGNAL);
    this.signum.set(0);
    this.caught().store(0, Relaxed);
    this.dispatched_signals.set(0);
}

/// Has `cb` called for `signum`, once or each time.
pub(crate) fn start(this: &uv_signal_t, cb: uv_signal_cb, signum: c_int, one_shot: bool) -> UvResult {
    if handle::is_closing(this) {
        fatal("uv_signal_start: the handle is closing");
    }
    if signum == 0 {
        return Err(Errno::EINVAL);
    }
    // Stays registered, so that no signal is missed.
    if signum != this.signum.get() {
        stop(this);
        registry::add(this, signum, one_shot)?;
        handle::start(this);
    }
    this.signal_cb.set(cb);
    Ok(())
}

/// As if the signal that a started handle waits for had come; false if that cannot be told.
pub(crate) fn pretend(this: &uv_signal_t) -> bool {
    registry::pretend(this)
}

/// Stops the handle; signals caught but not told yet are forgotten.
pub(crate) fn stop(this: &uv_signal_t) {
    if this.signum.get() != 0 {
        registry::remove(this);
        handle::stop(this);
    }
}

/// uv_signal_stop.
pub(crate) fn stop_open(this: &uv_signal_t) {
    if handle::is_closing(this) {
        fatal("uv_signal_stop: the handle is closing");
    }
    stop(this);
}

pub(crate) fn close(this: &uv_signal_t) {
    stop(this);
    closing::make_pending(this);
}

/// Not before the pipe holds no message with the handle's address any more. One more than was counted here may have come
/// by a process that has our number in another namespace.
pub(crate) fn finish_close(this: &uv_signal_t) -> bool {
    let untold = this.caught().load(Relaxed).wrapping_sub(this.dispatched_signals.get());
    untold as i32 <= 0
}

/// The pipe has messages. A handle is not closed before all of its messages were told.
pub(crate) fn on_ready(loop_: &uv_loop_t, w: &uv__io_t, _events: c_uint) {
    tell_those_read(loop_); // by a run whose callback runs the loop now
    loop {
        let mut batch = [0; BATCH * Message::SIZE];
        // Only whole messages are written, so only whole ones are read.
        let read = fd::read_bytes(loop_.signal_reader().get(), &mut batch).unwrap_or(0);
        let is_last = read < batch.len();
        if is_last {
            watcher::clear(w, POLLIN);
        }
        let messages = batch.chunks_exact(Message::SIZE).take(read / Message::SIZE);
        let mut messages = messages.filter_map(Message::from_bytes).filter(registry::is_ours);
        let first = messages.next();
        // The others wait on the loop, where a run inside the callback finds them. There is room for them:
        // what was read before has been told.
        inner(loop_).batches.signals.with(|waiting| {
            messages.for_each(|message| waiting.push_back(message.words()));
        });
        if let Some(message) = first {
            tell(message.handle(), message.signum());
        }
        tell_those_read(loop_);
        if is_last {
            return;
        }
    }
}

fn tell_those_read(loop_: &uv_loop_t) {
    let waiting = &inner(loop_).batches.signals;
    while let Some(words) = waiting.with(|waiting| waiting.pop_front()) {
        let message = Message::from_words(words);
        tell(message.handle(), message.signum());
    }
}

/// A run begins inside a callback: what was read and not told yet is told there.
pub(crate) fn give_back(loop_: &uv_loop_t) {
    if !inner(loop_).batches.signals.with(|waiting| waiting.is_empty()) {
        watcher::feed(loop_, &loop_.signal_io_watcher);
    }
}

fn tell(this: &uv_signal_t, signum: c_int) {
    // Before the callback, which may fork: `loop_fork` begins to count anew.
    this.dispatched_signals.set(this.dispatched_signals.get().wrapping_add(1));
    if this.signum.get() == signum {
        telling(this, || callback::signal(this, signum));
    }
    if this.has(flags::SIGNAL_ONE_SHOT) {
        stop(this);
    }
}

fn signal_handles(loop_: &uv_loop_t) -> impl Iterator<Item = &uv_signal_t> {
    handles(loop_).iter().filter_map(|handle| match handle.kind() {
        AnyHandle::Signal(this) => Some(this),
        _ => None,
    })
}

/// After a fork: the pipe is the parent's, and so are the signals in it. An attempt before this one may have closed it,
/// and made no other.
pub(crate) fn loop_fork(loop_: &uv_loop_t) -> UvResult {
    registry::note_process();
    if has_pipe(loop_) {
        close_pipe(loop_);
    } else if signal_handles(loop_).next().is_none() || loop_.wq_async.r#type.get() == UV_ASYNC {
        return Ok(()); // nobody needs one, or it does without
    }
    inner(loop_).batches.signals.with(|waiting| waiting.clear());
    for this in signal_handles(loop_) {
        this.caught().store(0, Relaxed);
        this.dispatched_signals.set(0);
    }
    open_pipe(loop_)
}

/// Only handles of the loop itself can be left.
pub(crate) fn loop_close(loop_: &uv_loop_t) {
    signal_handles(loop_).for_each(stop);
    if has_pipe(loop_) {
        close_pipe(loop_);
    }
}
