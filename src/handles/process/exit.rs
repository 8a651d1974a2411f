//! The end of a child: learning of it, and telling the program.

#![forbid(unsafe_code)]

use std::os::fd::{IntoRawFd, OwnedFd};

use libc::c_int;

use super::sigchld;
use crate::abi::*;
use crate::core::memory::callback;
use crate::core::memory::queue::{List, ProcessLink, processes};
use crate::core::state::exit_watch::{self, ExitWatch};
use crate::core::state::handle::{self, flags};
use crate::core::turn::nesting::telling;
use crate::core::turn::{closing, watcher};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLIN;
use crate::sys::{fd, process, signal};

/// Follows the child that the handle has now.
pub(super) fn follow(this: &uv_process_t, pidfd: Option<OwnedFd>) -> UvResult {
    let loop_ = this.owner();
    let Some(watch) = exit_watch::get(this) else { return Err(Errno::EINVAL) };
    if let Some(pidfd) = pidfd {
        watch.io.fd.set(pidfd.into_raw_fd());
        if watcher::want(loop_, &watch.io, POLLIN).is_ok() {
            return Ok(());
        }
        close_pidfd(loop_, &watch.io);
    }
    let is_news = sigchld::listen(loop_)?;
    processes(loop_).push_back(this);
    // It may have ended before the signal could be caught. Then that is told as the signal would be: after
    // what the child has written.
    if is_news && !sigchld::pretend(loop_) {
        watcher::feed(loop_, &watch.io);
    }
    Ok(())
}

fn close_pidfd(loop_: &uv_loop_t, w: &uv__io_t) {
    watcher::close(loop_, w);
    let pidfd = w.fd.replace(-1);
    if pidfd != -1 {
        fd::close(pidfd);
    }
}

/// Ends [`follow`].
fn unfollow(this: &uv_process_t) {
    if let Some(watch) = exit_watch::get(this) {
        close_pidfd(this.owner(), &watch.io);
    }
    List::<ProcessLink>::remove(this);
}

/// Gives the watch up when there is no child.
pub(super) fn forget(this: &uv_process_t) {
    unfollow(this);
    exit_watch::take_back(this);
}

/// The child may have ended. The watch stays until the handle is closed.
pub(crate) fn on_ready(watch: &ExitWatch) {
    let this = watch.process();
    match process::wait(this.pid.get(), false) {
        Ok(Some(status)) => {
            this.status.set(status);
            this.set(flags::PROCESS_GONE); // from now on its number may be another's
            unfollow(this);
            telling(this, || tell(this));
        }
        // Traced: the system tells us again when the tracer has had its turn.
        Ok(None) => watcher::clear(&watch.io, POLLIN),
        // Somebody else has waited for it: we shall not learn how it ended.
        Err(_) => close_pidfd(this.owner(), &watch.io),
    }
}

fn tell(this: &uv_process_t) {
    handle::stop(this);
    let status = this.status.get();
    let exit_status = if libc::WIFEXITED(status) { libc::WEXITSTATUS(status) } else { 0 };
    let term_signal = if libc::WIFSIGNALED(status) { libc::WTERMSIG(status) } else { 0 };
    callback::exit(this, i64::from(exit_status), term_signal);
}

/// A child that has not ended is left to itself, and to whoever waits for it then.
pub(crate) fn close(this: &uv_process_t) {
    unfollow(this);
    handle::stop(this);
    sigchld::stop_if_needless(this.owner());
    closing::make_pending(this);
}

pub(crate) fn finish_close(this: &uv_process_t) {
    exit_watch::take_back(this);
}

pub(crate) fn kill(this: &uv_process_t, signum: c_int) -> UvResult {
    // No child has number 0, which would stand for our own group.
    if this.has(flags::PROCESS_GONE) || this.pid.get() == 0 {
        return Err(Errno::ESRCH);
    }
    signal::kill(this.pid.get(), signum)
}
