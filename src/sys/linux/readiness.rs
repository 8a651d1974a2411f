//! Readiness of descriptors where mio's portable view is too narrow: level triggering, and the exact
//! bits of one descriptor.

use std::os::fd::RawFd;

use libc::{c_int, c_uint};

use crate::sys::errno::{Errno, UvResult, check};

pub(crate) const POLLIN: c_uint = libc::POLLIN as c_uint;
pub(crate) const POLLPRI: c_uint = libc::POLLPRI as c_uint;
pub(crate) const POLLOUT: c_uint = libc::POLLOUT as c_uint;
pub(crate) const POLLERR: c_uint = libc::POLLERR as c_uint;
pub(crate) const POLLHUP: c_uint = libc::POLLHUP as c_uint;
pub(crate) const POLLRDHUP: c_uint = libc::POLLRDHUP as c_uint;

/// What mio keeps for each event it can fetch.
pub(crate) const EVENT_SIZE: usize = size_of::<libc::epoll_event>();

/// Generations that fit beside a descriptor in the kernel's token.
pub(crate) const GENERATION_MASK: u32 = if usize::BITS == 64 { 0x7fff_ffff } else { 0x7ff };

fn control(poller: RawFd, operation: c_int, fd: RawFd, mut event: libc::epoll_event) -> UvResult {
    // SAFETY: the event outlives the call.
    check(unsafe { libc::epoll_ctl(poller, operation, fd, &raw mut event) }).map(drop)
}

/// Whether the kernel lets `fd` be polled at all: `UV_EPERM` for regular files and directories.
pub(crate) fn check_pollable(poller: RawFd, fd: RawFd) -> UvResult {
    let event = libc::epoll_event { events: POLLIN, u64: u64::MAX >> 1 };
    match control(poller, libc::EPOLL_CTL_ADD, fd, event) {
        Ok(()) => control(poller, libc::EPOLL_CTL_DEL, fd, event),
        Err(Errno::EEXIST) => Ok(()),
        other => other,
    }
}

/// Registers `fd` with the poller so that it is reported for as long as it is ready.
pub(crate) fn set_level(
    poller: RawFd,
    fd: RawFd,
    events: c_uint,
    token: usize,
    is_registered: bool,
) -> UvResult {
    // The epoll bits have the values of the poll bits.
    let event = libc::epoll_event { events, u64: token as u64 };
    let add = || control(poller, libc::EPOLL_CTL_ADD, fd, event);
    let modify = || control(poller, libc::EPOLL_CTL_MOD, fd, event);
    // Programs close descriptors before their handle: the number may be another file's by now.
    match if is_registered { modify() } else { add() } {
        Err(Errno::ENOENT) => add(),
        Err(Errno::EEXIST) => modify(),
        other => other,
    }
}

/// Adds the arrival of urgent data, which mio offers on some systems only.
pub(crate) fn with_urgent(interest: mio::Interest) -> mio::Interest {
    interest.add(mio::Interest::PRIORITY)
}

/// Which of `events` are on at this moment; errors and hang-ups are always told, and a descriptor that is not open any
/// more is an error. All of them where the system does not say, as it does not in a process that may have no
/// descriptors: whoever tries will see.
pub(crate) fn now(fd: RawFd, events: c_uint) -> c_uint {
    let mut entry = libc::pollfd { fd, events: events as i16, revents: 0 };
    // SAFETY: one entry, which outlives the call; it does not wait.
    let count: c_int = unsafe { libc::poll(&raw mut entry, 1, 0) };
    match count {
        ..0 => events,
        0 => 0,
        _ if entry.revents & libc::POLLNVAL != 0 => POLLERR,
        _ => c_uint::from(entry.revents as u16),
    }
}
