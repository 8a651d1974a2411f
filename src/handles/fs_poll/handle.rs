//! Starting and stopping a handle, and what is news.

#![forbid(unsafe_code)]

use std::ffi::CStr;
use std::ptr::null_mut;

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::memory::callback;
use crate::core::memory::out_text::OutText;
use crate::core::state::handle::{self, flags};
use crate::core::turn::closing;
use crate::core::turn::stat_watch::{self, Last, Order, Steps, Watch, newest, on_closed, on_stat, on_timer};
use crate::handles::timer;
use crate::requests::fs::request;
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult};

static STEPS: Steps = Steps { due: on_due, answered: on_answered };

pub(crate) fn init(loop_: &uv_loop_t, this: &uv_fs_poll_t) {
    handle::init(loop_, this, UV_FS_POLL);
    this.poll_ctx.set(null_mut());
}

pub(crate) fn start(
    this: &uv_fs_poll_t,
    cb: uv_fs_poll_cb,
    path: Option<&CStr>,
    interval: c_uint,
) -> UvResult {
    if handle::is_active(this) {
        return Ok(());
    }
    let path = path.filter(|_| !handle::is_closing(this)).ok_or(Errno::EINVAL)?;
    let made = Watch::make(this, Order { cb, path, interval: interval.max(1), steps: &STEPS })?;
    timer::init(this.owner(), &made.timer);
    made.timer.set(flags::INTERNAL);
    handle::unref(&made.timer);
    let watch = made.follow();
    watch.started.set(this.owner().time.get());
    if let Err(error) = ask(watch) {
        end(watch); // the handle waits for it if it is closed
        return Err(error);
    }
    handle::start(this);
    Ok(())
}

pub(crate) fn stop(this: &uv_fs_poll_t) {
    if !handle::is_active(this) {
        return;
    }
    // The end of a stat that is under way ends the watch.
    if let Some(watch) = newest(this).filter(|watch| handle::is_active(&watch.timer)) {
        end(watch);
    }
    handle::stop(this);
}

pub(crate) fn close(this: &uv_fs_poll_t) {
    stop(this);
    if newest(this).is_none() {
        closing::make_pending(this);
    }
}

/// Gives out the path that an active handle asks about.
pub(crate) fn give_path(this: &uv_fs_poll_t, to: OutText) -> UvResult {
    if let Some(path) = stat_watch::path(this).filter(|_| handle::is_active(this)) {
        return to.write_text(path);
    }
    to.write_none();
    Err(Errno::EINVAL)
}

/// Starts a stat. None is under way.
fn ask(watch: &Watch) -> UvResult {
    let handle = watch.handle(); // whose newest watch this is: others end at their next step
    let path = stat_watch::path(handle).ok_or(Errno::EINVAL)?;
    watch.begin(|request| request::stat(handle.owner(), request, path, Some(on_stat)))
}

/// Ends the watch, with no stat under way: it is gone after the next closing phase.
fn end(watch: &Watch) {
    closing::mark(&watch.timer, Some(on_closed));
    timer::close(&watch.timer);
}

/// Whether this is the newest watch of an active handle.
fn is_current(watch: &Watch) -> bool {
    let handle = watch.handle();
    let is_newest = newest(handle).is_some_and(|newest| std::ptr::eq(newest, watch));
    is_newest && handle::is_active(handle) && !handle::is_closing(handle)
}

fn on_due(watch: &Watch) {
    watch.started.set(watch.handle().owner().time.get());
    if let Err(refusal) = ask(watch) {
        tell_failure(watch, refusal.code());
        go_on(watch);
    }
}

fn on_answered(watch: &Watch) {
    if is_current(watch) {
        tell(watch);
    }
    watch.forget_answer();
    go_on(watch);
}

/// Tells the program what the stat has found, if that is news.
fn tell(watch: &Watch) {
    let (status, now) = watch.answer();
    if status != 0 {
        return tell_failure(watch, status);
    }
    let (before, cb) = (&watch.stat, watch.cb);
    let is_news = match watch.last.replace(Last::Success) {
        Last::Nothing => false,
        Last::Failure(_) => true,
        Last::Success => differ(&before.get(), &now.get()),
    };
    if is_news {
        callback::fs_poll(cb, watch.handle(), 0, before, now);
    }
    before.set(now.get());
}

fn tell_failure(watch: &Watch, status: c_int) {
    let is_news = watch.last.replace(Last::Failure(status)) != Last::Failure(status);
    if is_news {
        callback::fs_poll(watch.cb, watch.handle(), status, &watch.stat, &uv_stat_t::NONE.into());
    }
}

/// Whether a change is worth telling. Access times are not.
fn differ(a: &uv_stat_t, b: &uv_stat_t) -> bool {
    let times = |s: &uv_stat_t| [s.st_ctim, s.st_mtim, s.st_birthtim].map(|t| (t.tv_sec, t.tv_nsec));
    let rest =
        |s: &uv_stat_t| [s.st_size, s.st_mode, s.st_uid, s.st_gid, s.st_ino, s.st_dev, s.st_flags, s.st_gen];
    times(a) != times(b) || rest(a) != rest(b)
}

/// Waits for the next stat, one interval after the last one was started, or ends the watch.
fn go_on(watch: &Watch) {
    if !is_current(watch) {
        return end(watch);
    }
    let interval = u64::from(watch.interval);
    let late = watch.handle().owner().time.get().saturating_sub(watch.started.get());
    if timer::start(&watch.timer, Some(on_timer), interval - late % interval, 0).is_err() {
        fatal("uv_fs_poll_t: its timer cannot be started");
    }
}
