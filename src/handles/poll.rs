//! Descriptors that the program itself reads and writes:
//! <https://docs.libuv.org/en/v1.x/poll.html>.
//!
//! Level-triggered by contract: what is ready is told in each iteration for as long as it is.

#![forbid(unsafe_code)]

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::inner;
use crate::core::memory::callback;
use crate::core::state::handle;
use crate::core::turn::{closing, watcher};
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd;
use crate::sys::readiness::{self, POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDHUP};

/// libuv's events and the system's.
const EVENTS: [(c_int, c_uint); 4] = [
    (UV_READABLE as c_int, POLLIN),
    (UV_WRITABLE as c_int, POLLOUT),
    (UV_DISCONNECT as c_int, POLLRDHUP),
    (UV_PRIORITIZED as c_int, POLLPRI),
];

pub(crate) fn init(loop_: &uv_loop_t, this: &uv_poll_t, fd: c_int) -> UvResult {
    if watcher::fd_exists(loop_, fd) {
        return Err(Errno::EEXIST);
    }
    readiness::check_pollable(inner(loop_).poller.with(|poller| poller.fd()), fd)?;
    match fd::set_nonblocking(fd, true) {
        Err(Errno::ENOTTY) => fd::set_status_flag(fd, libc::O_NONBLOCK, true)?,
        other => other?,
    }
    handle::init(loop_, this, UV_POLL);
    watcher::init(&this.io_watcher, watcher::Kind::Poll, fd);
    this.poll_cb.set(None);
    Ok(())
}

pub(crate) fn start(this: &uv_poll_t, events: c_int, cb: uv_poll_cb) -> UvResult {
    check_open(this, "uv_poll_start: the handle is closing");
    let wanted = EVENTS.iter().filter(|(ours, _)| events & ours != 0).fold(0, |all, (_, bit)| all | bit);
    if wanted == 0 {
        end(this);
        return Ok(());
    }
    if let Err(error) = watcher::want_level(this.owner(), &this.io_watcher, wanted) {
        if error != Errno::EEXIST {
            end(this);
        }
        return Err(error);
    }
    handle::start(this);
    this.poll_cb.set(cb);
    Ok(())
}

pub(crate) fn stop(this: &uv_poll_t) {
    check_open(this, "uv_poll_stop: the handle is closing");
    end(this);
}

fn check_open(this: &uv_poll_t, why: &str) {
    if handle::is_closing(this) {
        fatal(why);
    }
}

fn end(this: &uv_poll_t) {
    let _ = watcher::want_level(this.owner(), &this.io_watcher, 0); // to want nothing cannot fail
    handle::stop(this);
}

/// The descriptor is the program's, and stays open.
pub(crate) fn close(this: &uv_poll_t) {
    watcher::close(this.owner(), &this.io_watcher);
    handle::stop(this);
    closing::make_pending(this);
}

pub(crate) fn on_ready(this: &uv_poll_t) {
    let w = &this.io_watcher;
    match to_tell(w.events.get(), w.pevents.get()) {
        Some(ready) => {
            let told = EVENTS.iter().filter(|(_, bit)| ready & bit != 0).fold(0, |all, (ours, _)| all | ours);
            callback::poll(this, 0, told);
        }
        None => {
            end(this);
            callback::poll(this, Errno::EBADF.code(), 0);
        }
    }
}

/// What the program is to be told of what is `ready`; nothing if that is the end: an error, or a hang-up
/// which nothing that is `wanted` could follow. To tell that as readiness would be to tell it for ever.
fn to_tell(ready: c_uint, wanted: c_uint) -> Option<c_uint> {
    // An error together with urgent data, but without a hang-up, is how sysfs says that an attribute has
    // changed. A connection that is reset is hung up, and its urgent data can be read no more.
    let is_notice = ready & POLLPRI != 0 && ready & POLLHUP == 0;
    if ready & POLLERR != 0 && !is_notice {
        return None;
    }
    // After a hang-up reads, writes and the disconnection end at once. Urgent data will not come.
    let implied = if ready & POLLHUP != 0 { wanted & !POLLPRI } else { 0 };
    let told = ready & wanted | implied;
    (told != 0).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTS: [c_uint; 4] = [POLLIN, POLLOUT, POLLRDHUP, POLLPRI];

    #[test]
    fn errors_end_every_wish() {
        for wanted in 1..16 {
            let wanted = (0..4).filter(|i| wanted & 1 << i != 0).fold(0, |all, i: usize| all | WANTS[i]);
            assert_eq!(to_tell(POLLERR, wanted), None);
            assert_eq!(to_tell(POLLERR | POLLHUP | wanted, wanted), None);
            assert_eq!(to_tell(wanted, wanted), Some(wanted));
        }
        assert_eq!(to_tell(POLLERR | POLLPRI, POLLPRI), Some(POLLPRI)); // sysfs
    }

    #[test]
    fn a_hang_up_is_told_as_what_it_ends() {
        assert_eq!(to_tell(POLLHUP, POLLIN | POLLPRI), Some(POLLIN));
        assert_eq!(to_tell(POLLHUP, POLLRDHUP), Some(POLLRDHUP));
        assert_eq!(to_tell(POLLHUP | POLLIN, POLLIN | POLLOUT), Some(POLLIN | POLLOUT));
        assert_eq!(to_tell(POLLHUP | POLLOUT, POLLOUT | POLLRDHUP), Some(POLLOUT | POLLRDHUP));
        assert_eq!(to_tell(POLLHUP | POLLPRI, POLLIN | POLLPRI), Some(POLLIN | POLLPRI));
        assert_eq!(to_tell(POLLHUP, POLLPRI), None);
    }
}
