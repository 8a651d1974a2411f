//! The loop's inotify descriptor, and the files that are watched on it.

#![forbid(unsafe_code)]

use std::os::fd::{AsRawFd, IntoRawFd};

use libc::c_int;

use crate::abi::*;
use crate::core::inner;
use crate::core::memory::queue::{List, WatchLink, gather};
use crate::core::state::handle;
use crate::core::turn::watcher::{self, Kind};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLIN;
use crate::sys::{fd, inotify};

/// Makes the loop's inotify descriptor.
fn open(loop_: &uv_loop_t) -> UvResult {
    if loop_.inotify_fd.get() >= 0 {
        return Ok(());
    }
    inner(loop_).batches.reports.with(|reports| reports.reserve())?;
    let made = inotify::create()?;
    let w = &loop_.inotify_read_watcher;
    watcher::init(w, Kind::FsEvent, made.as_raw_fd());
    watcher::want(loop_, w, POLLIN)?;
    loop_.inotify_fd.set(made.into_raw_fd());
    Ok(())
}

/// Closes the loop's inotify descriptor, if it has one. No handle is on a watch of it.
pub(crate) fn loop_close(loop_: &uv_loop_t) {
    let number = loop_.inotify_fd.replace(-1);
    if number >= 0 {
        watcher::close(loop_, &loop_.inotify_read_watcher);
        fd::close(number);
    }
}

/// In the child of a fork: watches the same paths with a descriptor of the child's own. A handle whose
/// path is gone stops; the first error is returned.
pub(crate) fn loop_fork(loop_: &uv_loop_t) -> UvResult {
    if loop_.inotify_fd.get() < 0 {
        return Ok(());
    }
    let mut outcome = Ok(());
    gather(
        |batch: List<'_, WatchLink>| {
            inner(loop_).files.with(|files| files.begin_anew(batch));
            inner(loop_).batches.reports.with(|reports| reports.forget_rest()); // on watches of the parent's
            loop_close(loop_);
        },
        |this| outcome = outcome.and(attach_anew(this)),
    );
    outcome
}

/// Puts a handle on a watch that was on one of a descriptor which is gone. If that fails it stops.
pub(super) fn attach_anew(this: &uv_fs_event_t) -> UvResult {
    attach(this).inspect_err(|_| detached(this))
}

/// Puts a handle that has its path on the watch of the file there.
pub(super) fn attach(this: &uv_fs_event_t) -> UvResult {
    let loop_ = this.owner();
    open(loop_)?;
    inner(loop_).files.with(|files| files.reserve())?;
    let number = this.path.with(|path| inotify::add(loop_.inotify_fd.get(), path.ok_or(Errno::EINVAL)?))?;
    inner(loop_).files.with(|files| files.add(number, this));
    Ok(())
}

/// Takes an active handle off its watch.
pub(super) fn detach(this: &uv_fs_event_t) {
    let number = this.wd.get();
    if inner(this.owner()).files.with(|files| files.remove(this)) {
        unwatch(this.owner(), number);
    }
    detached(this);
}

/// Nothing needs the watch any more.
pub(super) fn unwatch(loop_: &uv_loop_t, number: c_int) {
    inotify::remove(loop_.inotify_fd.get(), number);
}

/// The handle is on no watch any more.
pub(super) fn detached(this: &uv_fs_event_t) {
    drop(this.path.take());
    this.wd.set(-1);
    handle::stop(this);
}
